import DepositCore
import Synchronization
import Testing

@testable import DepositStore

/// What a transaction shows of itself before it is durable.
@Suite struct HandoverTests {
    private func store(_ callbacks: String...) async throws -> Store {
        let store = try await Store.sample()
        try await store.register(callbacks: callbacks.map { CallbackSubscription(name: $0) })
        return store
    }

    /// What `body` makes the store show, by callback.
    private func shown(
        by store: Store, _ body: () async throws -> Void
    ) async throws -> [String: [DueDelivery]] {
        let shown = Mutex<[String: [DueDelivery]]>([:])
        let listening = store.onNewEvents { handovers in
            shown.withLock { $0 = handovers.mapValues(\.deliveries) }
        } stored: { _ in
        }
        try await body()
        listening.cancel()
        return shown.withLock { $0 }
    }

    private func claim(_ store: Store, _ callback: String = "ledger") async throws -> [DueDelivery] {
        try await store.claim(callback: callback, now: start, limit: 100, excluding: []).deliveries
    }

    private func record(
        _ deliveries: [DueDelivery], _ verdict: Verdict = .delivered, _ sign: EndpointSign = .well,
        in store: Store
    ) async throws {
        let attempt = Attempt(at: start, milliseconds: 1, answer: .status(200), excerpt: "")
        let results = deliveries.map {
            DeliveryResult(delivery: $0.id, attempt: attempt, verdict: verdict, sign: sign)
        }
        try await store.record(results, of: "ledger", now: start)
    }

    @Test func `each callback is shown just what it could claim afterwards`() async throws {
        let store = try await store("ledger", "books")
        let shown = try await shown(by: store) {
            try await store.connect(block(header(1), [transfer("t1"), transfer("t2")]))
        }
        #expect(shown.mapValues(\.count) == ["ledger": 2, "books": 2])
        for (callback, deliveries) in shown { #expect(deliveries == (try await claim(store, callback))) }
    }

    @Test func `an event that stands behind another of its deposit is not shown`() async throws {
        let store = try await store("ledger")
        try await store.connect(block(header(1), [transfer("t1")]))
        let shown = try await shown(by: store) { try await store.connect(block(header(2), [transfer("t2")])) }
        #expect(shown["ledger"]?.map(\.type) == [.depositDetected])
    }

    @Test func `an event whose deposit has no other waiting is shown`() async throws {
        let store = try await store("ledger")
        try await store.connect(block(header(1), [transfer("t1")]))
        try await record(try await claim(store), in: store)
        let shown = try await shown(by: store) { try await store.connect(block(header(2))) }
        #expect(shown["ledger"]?.map(\.type) == [.depositConfirmed])
        #expect(shown["ledger"] == (try await claim(store)))
    }

    @Test(arguments: [EndpointSign.gone, .busy(seconds: 60)])
    func `an endpoint that is paused or spared is shown nothing`(sign: EndpointSign) async throws {
        let store = try await store("ledger", "books")
        try await store.connect(block(header(1), [transfer("t1")]))
        try await record(
            try await claim(store), .retry(at: Timestamp(seconds: start.seconds + 5)), sign, in: store)
        let shown = try await shown(by: store) { try await store.connect(block(header(2), [transfer("t2")])) }
        #expect(shown.keys.sorted() == ["books"])
    }

    @Test(arguments: [64, 65]) func `a burst that is too long for a flush is not shown`(count: Int)
        async throws
    {
        let store = try await store("ledger")
        let shown = try await shown(by: store) {
            try await store.connect(block(header(1), (0..<count).map { transfer("t\($0)") }))
        }
        #expect(shown["ledger"]?.count == (count == 64 ? 64 : nil))
    }

    @Test func `whoever takes it is told the end before the new events are, and nobody can take it later`()
        async throws
    {
        let store = try await store("ledger")
        let heard = Mutex<[String]>([])
        let kept = Mutex<Handover?>(nil)
        let listening = store.onNewEvents { handovers in
            guard let handover = handovers["ledger"] else { return }
            kept.withLock { $0 = handover }
            let isTaken = handover.take { isDurable in heard.withLock { $0.append("durable: \(isDurable)") } }
            heard.withLock { $0.append("taken: \(isTaken)") }
        } stored: { handovers in
            heard.withLock { $0.append("stored, taken: \(handovers["ledger"]?.isTaken == true)") }
        }
        defer { listening.cancel() }
        try await store.connect(block(header(1), [transfer("t1")]))
        #expect(heard.withLock { $0 } == ["taken: true", "durable: true", "stored, taken: true"])
        #expect(kept.withLock { $0?.take { _ in } } == false)
    }

    @Test func `nothing of a transaction that fails half way is shown with the next`() async throws {
        let store = try await store("ledger")
        let view = ChainView(tip: header(1).block, finalized: nil)
        let sound = Settlement.settle(
            [Incoming(transfer("t1"), on: chain, label: nil)], in: header(1).block, move: .connect(header(1)),
            known: [], rules: rules(), view: view, now: start)
        let stray = empty(.connect(header(7)))
        let shown = try await shown(by: store) {
            let error = await failure { try await store.commit([(sound, nil), (stray, nil)], now: start) }
            #expect(error?.isConflict == true)
            try await store.connect(block(header(1), [transfer("t2")]))
        }
        #expect(shown["ledger"] == (try await claim(store)))
    }
}
