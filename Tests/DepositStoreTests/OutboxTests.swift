import DepositCore
import Dispatch
import Testing

@testable import DepositStore

@Suite struct OutboxTests {
    /// Two deposits, each detected and then confirmed: four events for `ledger`, two for `books`.
    private func sample() async throws -> Store {
        let store = try await Store.sample()
        try await store.register(callbacks: [
            CallbackSubscription(name: "ledger"),
            CallbackSubscription(name: "books", events: [.depositConfirmed, .callbackExhausted]),
        ])
        try await store.connect(block(header(1), [transfer("t1"), transfer("t2")]))
        try await store.connect(block(header(2)))
        return store
    }

    private func claim(
        _ store: Store, _ callback: String = "ledger", at seconds: Int64 = 0, limit: Int = 10,
        excluding lines: Set<String> = []
    ) async throws -> Claim {
        try await store.claim(
            callback: callback, now: Timestamp(seconds: start.seconds + seconds), limit: limit,
            excluding: lines)
    }

    private func result(_ delivery: DueDelivery, _ verdict: Verdict) -> DeliveryResult {
        let attempt = Attempt(at: start, milliseconds: 12, answer: .status(500), excerpt: "no")
        return DeliveryResult(delivery: delivery.id, attempt: attempt, verdict: verdict)
    }

    @Test func `of each deposit only the lowest undelivered event is handed out`() async throws {
        let store = try await sample()
        let first = try await claim(store).deliveries
        #expect(first.map(\.type) == [.depositDetected, .depositDetected])
        #expect(try await claim(store).deliveries == first)
        try await store.record([result(first[0], .delivered)], of: "ledger", now: start)
        let second = try await claim(store).deliveries
        #expect(second.map(\.type) == [.depositDetected, .depositConfirmed])
        #expect(second.map(\.line) == [first[1].line, first[0].line])
        try await store.record(second.map { result($0, .delivered) }, of: "ledger", now: start)
        let last = try await claim(store).deliveries
        #expect(last.map(\.type) == [.depositConfirmed])
        try await store.record(last.map { result($0, .delivered) }, of: "ledger", now: start)
        #expect(try await claim(store) == Claim(deliveries: [], next: nil))
        #expect(try await store.backlog(of: "ledger") == Backlog(waiting: 0, exhausted: 0, oldest: nil))
    }

    @Test func `a callback gets only the events that it asked for`() async throws {
        let store = try await sample()
        #expect(
            try await claim(store, "books").deliveries.map(\.type) == [.depositConfirmed, .depositConfirmed])
        #expect(try await claim(store, "nobody").deliveries.isEmpty)
    }

    @Test func `a failed delivery waits for its time and holds up its own deposit alone`() async throws {
        let store = try await sample()
        let first = try await claim(store).deliveries
        let later = Timestamp(seconds: start.seconds + 300)
        try await store.record([result(first[0], .retry(at: later))], of: "ledger", now: start)
        let now = try await claim(store)
        #expect(now.deliveries.map(\.line) == [first[1].line])
        #expect(now.next == later)
        #expect(try await claim(store, at: 299).deliveries.count == 1)
        let again = try await claim(store, at: 300).deliveries.first { $0.id == first[0].id }
        #expect(again?.attempts == 1)
        #expect(again?.body == first[0].body)
    }

    /// Else an import of a million addresses, or a chain that catches up, would hold back every callback.
    @Test(.timeLimit(.minutes(1)))
    func `what is due is handed out while a long transaction is being written`() async throws {
        let folder = try Folder()
        let store = try Store(at: .file(folder.store))
        try await store.register(callbacks: [CallbackSubscription(name: "ledger")])
        let (begun, hasBegun) = AsyncStream.makeStream(of: Void.self)
        let end = DispatchSemaphore(value: 0)
        let writing = Task {
            try await store.write { db in
                hasBegun.yield()
                end.wait()
            }
        }
        for await _ in begun { break }
        let claim = try await claim(store)
        end.signal()
        #expect(claim == Claim(deliveries: [], next: nil))
        try await writing.value
        await store.close()
    }

    @Test func `what is being sent and what the limit leaves out is not handed out`() async throws {
        let store = try await sample()
        let one = try await claim(store, limit: 1)
        #expect(one.deliveries.count == 1)
        #expect(one.next == start)
        let other = try await claim(store, limit: 1, excluding: [one.deliveries[0].line])
        #expect(other.deliveries.count == 1)
        #expect(other.deliveries[0].line != one.deliveries[0].line)
        #expect(other.next == nil)
    }

    @Test func `an exhausted delivery is told to the others once, kept, and lets the next one pass`()
        async throws
    {
        let store = try await sample()
        let first = try await claim(store).deliveries
        try await store.record([result(first[0], .exhausted(reason: "HTTP 500"))], of: "ledger", now: start)
        let told = try await claim(store, "books").deliveries.filter { $0.type == .callbackExhausted }
        #expect(told.count == 1)
        #expect(told[0].body.contains(first[0].event.text))
        #expect(told[0].body.contains("\"attempts\":1"))
        let mine = try await claim(store).deliveries
        #expect(mine.map(\.type) == [.depositDetected, .depositConfirmed])
        let exhausted = DeliveryFilter(callback: "ledger", status: .exhausted)
        let kept = try await store.deliveries(exhausted, after: nil, limit: 10).items
        #expect(kept.map(\.id) == [first[0].id])
        #expect(kept[0].attempts.map(\.answer) == [.status(500)])

        #expect(try await store.retry(delivery: first[0].id, now: start))
        let again = try await claim(store).deliveries
        #expect(again.map(\.event) == [first[0].event, first[1].event])
        #expect(again.map(\.attempts) == [0, 0])
        let retried = try #require(again.first)
        try await store.record([result(retried, .exhausted(reason: "HTTP 500"))], of: "ledger", now: start)
        #expect(
            try await claim(store, "books").deliveries.filter { $0.type == .callbackExhausted }.count == 1)
        #expect(try await store.deliveries(exhausted, after: nil, limit: 10).items[0].attempts.count == 2)
    }

    @Test func `a delivered event can be sent again with the same id and bytes`() async throws {
        let store = try await sample()
        let first = try await claim(store).deliveries
        try await store.record(first.map { result($0, .delivered) }, of: "ledger", now: start)
        #expect(try await store.retry(delivery: first[0].id, now: start))
        let again = try await claim(store).deliveries.first { $0.line == first[0].line }
        #expect(again?.event == first[0].event)
        #expect(again?.body == first[0].body)
        #expect(try await store.retry(delivery: 999, now: start) == false)
    }

    @Test func `a callback that is not named any more keeps what waits for it and gets nothing new`()
        async throws
    {
        let store = try await sample()
        let before = try await claim(store).deliveries
        try await store.register(callbacks: [CallbackSubscription(name: "books")])
        try await store.connect(block(header(3), [transfer("t3")]))
        #expect(try await claim(store).deliveries == before)
        try await store.register(callbacks: [CallbackSubscription(name: "ledger")])
        #expect(try await claim(store).deliveries == before)
        #expect(try await store.backlog(of: "ledger").waiting == 4)
    }

    @Test func `of an answer the first KiB is kept, whole characters only`() async throws {
        let store = try await sample()
        let delivery = try await claim(store).deliveries[0]
        let long = String(repeating: "\u{e9}", count: 600) + "x"
        let attempt = Attempt(at: start, milliseconds: -1, answer: .failure("reset"), excerpt: "a" + long)
        try await store.record(
            [DeliveryResult(delivery: delivery.id, attempt: attempt, verdict: .delivered)], of: "ledger",
            now: start)
        let kept = try await store.deliveries(DeliveryFilter(status: .delivered), after: nil, limit: 1).items
        #expect(kept[0].attempts[0].excerpt == "a" + String(repeating: "\u{e9}", count: 511))
        #expect(kept[0].attempts[0].answer == .failure("reset"))
    }
}
