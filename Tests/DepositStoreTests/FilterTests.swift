import DepositCore
import Testing

@testable import DepositStore

@Suite struct FilterTests {
    private func types(_ store: Store, _ callback: String) async throws -> [EventType] {
        try await store.claim(callback: callback, now: start, limit: 100, excluding: []).deliveries.map(
            \.type)
    }

    @Test func `a callback gets the events that its filter lets through, as they are committed`() async throws
    {
        let store = try await Store.sample()
        _ = try await store.add([NewAddress(address("vip"), label: "vip-1")], on: chain, now: start)
        _ = try await store.add([NewAddress(address("nobody"))], on: chain, now: start)
        let vip = try #require(LabelPattern("vip-*"))
        try await store.register(callbacks: [
            CallbackSubscription(name: "all"),
            CallbackSubscription(name: "vip", filter: EventFilter(labels: [vip])),
            CallbackSubscription(name: "coin", filter: EventFilter(assets: [coin.id])),
            CallbackSubscription(name: "other asset", filter: EventFilter(assets: [AssetID("TOKEN")])),
            CallbackSubscription(name: "here", filter: EventFilter(chains: [chain, ChainID("elsewhere")])),
            CallbackSubscription(name: "elsewhere", filter: EventFilter(chains: [ChainID("elsewhere")])),
        ])
        try await store.connect(
            block(header(1), [transfer("t1"), transfer("t2", to: "vip"), transfer("t3", to: "nobody")]))
        for (name, count) in [
            ("all", 3), ("vip", 1), ("coin", 3), ("other asset", 0), ("here", 3), ("elsewhere", 0),
        ] {
            #expect(try await types(store, name).count == count, "\(name)")
        }
        let claim = try await store.claim(callback: "vip", now: start, limit: 9, excluding: [])
        #expect(claim.deliveries.allSatisfy { $0.body.contains(#""label":"vip-1""#) })
    }

    @Test func `a filter that is named anew counts from then on`() async throws {
        let store = try await Store.sample()
        try await store.register(callbacks: [
            CallbackSubscription(name: "ledger", filter: EventFilter(assets: [AssetID("TOKEN")]))
        ])
        try await store.connect(block(header(1), [transfer("t1")]))
        try await store.register(callbacks: [CallbackSubscription(name: "ledger")])
        try await store.connect(block(header(2), [transfer("t2")]))
        #expect(try await store.backlog(of: "ledger").waiting == 2)
    }
}
