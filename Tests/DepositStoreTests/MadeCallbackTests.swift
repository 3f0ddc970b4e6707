import DepositCore
import Testing

@testable import DepositStore

@Suite struct MadeCallbackTests {
    private func made(_ name: String = "desk") -> MadeCallback {
        var made = MadeCallback(
            name: name, url: "https://desk.example/h",
            filter: EventFilter(types: [.depositConfirmed], labels: LabelPattern("vip-*").map { [$0] }),
            secret: [1, 2, 3], made: start)
        (made.headers, made.oldSecret) = ([4], [5, 6])
        (made.timeout, made.concurrency, made.schedule, made.pauseAfter) = (20, 3, [0, 10, 3_600], 86_400)
        return made
    }

    private func waiting(_ store: Store, _ name: String = "desk") async throws -> Int {
        try await store.backlog(of: name).waiting
    }

    private func exhausted(_ store: Store) async throws -> Int {
        try await store.backlog(of: "desk").exhausted
    }

    @Test func `a callback comes back as it was kept, after the store was closed, too`() async throws {
        let folder = try Folder()
        var store = try Store(at: .file(folder.store))
        #expect(try await store.make(made(), atMost: 10) == .made)
        let plain = MadeCallback(
            name: "plain", url: "http://p/", filter: EventFilter(), secret: [9], made: start)
        #expect(try await store.make(plain, atMost: 10) == .made)
        await store.close()
        store = try Store(at: .file(folder.store))
        #expect(try await store.madeCallbacks() == [made(), plain])
        var changed = made()
        (changed.url, changed.headers, changed.oldSecret, changed.schedule) = (
            "https://new.example/", nil, nil, nil
        )
        changed.filter = EventFilter()
        #expect(try await store.change(changed))
        #expect(try await store.madeCallbacks() == [changed, plain])
        #expect(try await !store.change(made("unknown")))
        await store.close()
    }

    @Test func `it gets events from then on, whatever the configuration names, until it is removed`()
        async throws
    {
        let store = try await Store.sample()
        try await store.connect(block(header(1), [transfer("t1")]))
        var all = made()
        all.filter = EventFilter()
        #expect(try await store.make(all, atMost: 10) == .made)
        try await store.register(callbacks: [CallbackSubscription(name: "ledger")])
        try await store.connect(block(header(2), [transfer("t2")]))
        // Two events: the first deposit's confirmation, and the second one.
        #expect(try await waiting(store) == 2)
        #expect(try await store.remove(made: "desk", givingUp: false) == .waiting(2))
        #expect(try await store.remove(made: "desk", givingUp: true) == .removed(givenUp: 2))
        #expect(try await store.remove(made: "desk", givingUp: true) == .unknown)
        #expect(try await store.madeCallbacks().isEmpty)
        try await store.connect(block(header(3), [transfer("t3")]))
        #expect(try await waiting(store) == 0)
        #expect(try await exhausted(store) == 2)
        #expect(try await waiting(store, "ledger") == 4)
        #expect(try await store.events(after: nil, limit: 100).items.count == 5)
    }

    @Test func `what was given up can be replayed to one of the same name, and is not sent by itself`()
        async throws
    {
        let store = try await Store.sample()
        var all = made()
        all.filter = EventFilter()
        _ = try await store.make(all, atMost: 10)
        _ = try await store.pause(callback: "desk", reason: "mending", now: start)
        for number in 1...3 {
            try await store.connect(block(header(number), (0..<300).map { transfer("t\(number)-\($0)") }))
        }
        // 900 are detected, and those of two blocks are confirmed: more than one transaction's worth.
        #expect(try await store.remove(made: "desk", givingUp: true) == .removed(givenUp: 1_500))
        #expect(try await store.make(all, atMost: 10) == .made)
        #expect(try await store.health(of: "desk") == CallbackHealth())
        #expect(try await waiting(store) == 0)
        #expect(try await exhausted(store) == 1_500)
        let filter = DeliveryFilter(callback: "desk", status: .exhausted)
        #expect(try await store.replay(filter, perSecond: 1_000, now: start) == 1_500)
        #expect(try await waiting(store) == 1_500)
    }

    @Test func `a name that is taken, one that events wait for, and one too many are refused`() async throws {
        let store = try await Store.sample()
        try await store.register(callbacks: [.init(name: "ledger"), .init(name: "former")])
        try await store.connect(block(header(1), [transfer("t1")]))
        try await store.register(callbacks: [.init(name: "ledger")])
        #expect(try await store.make(made("ledger"), atMost: 1) == .exists)
        #expect(try await store.make(made("former"), atMost: 1) == .waiting(1))
        #expect(try await store.make(made(), atMost: 1) == .made)
        #expect(try await store.make(made(), atMost: 9) == .exists)
        #expect(try await store.make(made("more"), atMost: 1) == .tooMany)
        #expect(try await store.madeCallbacks().map(\.name) == ["desk"])
    }

    @Test func `a callback of the configuration is not removed`() async throws {
        let store = try await Store.sample()
        try await store.register(callbacks: [.init(name: "ledger")])
        try await store.connect(block(header(1), [transfer("t1")]))
        #expect(try await store.remove(made: "ledger", givingUp: true) == .unknown)
        #expect(try await waiting(store, "ledger") == 1)
    }
}
