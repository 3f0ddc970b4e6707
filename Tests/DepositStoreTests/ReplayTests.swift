import DepositCore
import Testing

@testable import DepositStore

@Suite struct ReplayTests {
    /// So many deposits for two callbacks, all of them delivered, in blocks a hundred seconds apart.
    private func delivered(_ deposits: Int, blocks: Int = 1) async throws -> Store {
        let store = try await Store.sample()
        try await store.register(callbacks: [
            CallbackSubscription(name: "ledger", events: [.depositDetected, .depositConfirmed]),
            CallbackSubscription(name: "books", events: [.depositDetected]),
        ])
        for number in 1...blocks {
            let transfers = (0..<deposits).map { transfer("t\(number)-\($0)") }
            try await store.connect(block(header(number), transfers), at: moment(Int64(number) * 100))
        }
        try await store.connect(block(header(blocks + 1)), at: moment(Int64(blocks + 1) * 100))
        for callback in ["ledger", "books"] { try await takeAll(store, callback) }
        return store
    }

    private func moment(_ seconds: Int64) -> Timestamp { Timestamp(seconds: start.seconds + seconds) }

    /// What is handed out until nothing is left, in that order.
    @discardableResult
    private func takeAll(_ store: Store, _ callback: String, at seconds: Int64 = 10_000) async throws
        -> [DueDelivery]
    {
        var taken: [DueDelivery] = []
        while true {
            let due = try await store.claim(
                callback: callback, now: moment(seconds), limit: 1_000, excluding: []
            )
            .deliveries
            if due.isEmpty { return taken }
            taken += due
            let attempt = Attempt(at: moment(seconds), milliseconds: 1, answer: .status(204), excerpt: "")
            try await store.record(
                due.map { DeliveryResult(delivery: $0.id, attempt: attempt, verdict: .delivered) },
                of: callback,
                now: moment(seconds))
        }
    }

    private func count(_ store: Store, _ change: (inout DeliveryFilter) -> Void) async throws -> Int {
        var filter = DeliveryFilter()
        change(&filter)
        let listed = try await store.deliveries(filter, after: nil, limit: 10_000).items.count
        #expect(try await store.replay(filter, perSecond: 10_000, now: moment(20_000)) == listed)
        return listed
    }

    @Test func `a filter lists and replays by callback, status, type, chain and time`() async throws {
        let store = try await delivered(3, blocks: 2)
        #expect(try await count(store) { _ in } == 18)
        #expect(try await count(store) { $0.callback = "books" } == 6)
        #expect(try await count(store) { $0.type = .depositConfirmed } == 6)
        #expect(try await count(store) { $0.chain = chain } == 18)
        #expect(try await count(store) { $0.chain = ChainID("elsewhere") } == 0)
        #expect(try await count(store) { ($0.from, $0.to) = (moment(100), moment(200)) } == 6)
        #expect(try await count(store) { $0.from = moment(200) } == 12)
        #expect(try await count(store) { $0.status = .delivered } == 0)
        #expect(try await count(store) { $0.status = .waiting } == 18)
    }

    @Test func `what is replayed has the same id and bytes, and comes in each deposit's order`() async throws
    {
        let store = try await delivered(1)
        let before = try await store.events(after: nil, limit: 10).items
        var filter = DeliveryFilter()
        filter.callback = "ledger"
        #expect(try await store.replay(filter, perSecond: 1, now: moment(20_000)) == 2)
        let again = try await takeAll(store, "ledger", at: 30_000)
        #expect(again.map(\.event) == before.map(\.id))
        #expect(again.map(\.body) == before.map(\.body))
        #expect(again.map(\.attempts) == [0, 0])
        #expect(try await store.backlog(of: "books").waiting == 0)
    }

    @Test func `no more fall due in a second than were asked for, however many there are`() async throws {
        let store = try await delivered(1_200)
        let filter = DeliveryFilter(callback: "books", status: .delivered)
        #expect(try await store.replay(filter, perSecond: 100, now: moment(20_000)) == 1_200)
        for (seconds, due) in [(0, 100), (1, 200), (5, 600), (11, 1_200)] as [(Int64, Int)] {
            let claim = try await store.claim(
                callback: "books", now: moment(20_000 + seconds), limit: 10_000, excluding: [])
            #expect(claim.deliveries.count == due)
        }
        let events = try await takeAll(store, "books", at: 40_000).map(\.event)
        #expect(events == (try await store.events(after: nil, limit: 1_200).items.map(\.id)))
    }

    @Test func `one delivery is shown with its event and attempts`() async throws {
        let store = try await delivered(1)
        let listed = try #require(
            try await store.deliveries(DeliveryFilter(), after: nil, limit: 1).items.first)
        let shown = try #require(try await store.delivery(listed.id))
        #expect(shown.delivery == listed)
        #expect(shown.delivery.attempts.map(\.answer) == [.status(204)])
        #expect(shown.event.id == listed.event && shown.event.body.contains(listed.type.rawValue))
        #expect(try await store.delivery(999_999) == nil)
    }
}
