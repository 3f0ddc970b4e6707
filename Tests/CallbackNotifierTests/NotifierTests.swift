import DepositCore
import DepositStore
import Synchronization
import Testing

@testable import CallbackNotifier

@Suite(.timeLimit(.minutes(5))) struct NotifierTests {
    private let clock = ManualClock()

    private func notifier(_ store: Store, _ sinks: [String: any Sink], _ callbacks: Callback...) async throws
        -> Notifier
    {
        try await Notifier(callbacks, store: store, clock: clock) { callback in
            sinks[callback.name] ?? ScriptedSink()
        }
    }

    @Test func `every event arrives once, signed, and within a deposit in its order`() async throws {
        var outbox = try await Outbox()
        let sink = ScriptedSink()
        let notifier = try await notifier(outbox.store, ["ledger": sink], callback())
        try await outbox.confirm(deposits: 300, at: clock.now)
        let store = outbox.store
        try await delivering(notifier) { try await eventually { try await store.waiting() == 0 } }
        let received = sink.received
        #expect(received.map(\.id).sorted() == (try await store.feed()).sorted())
        var sequences: [String: [Int]] = [:]
        for request in received {
            try Signature.verify(
                id: request.id, timestamp: request.timestamp, signature: request.signature,
                body: request.body,
                secrets: [Secret(secret)], now: clock.now)
            let body = String(decoding: request.body, as: UTF8.self)
            let deposit = body.split(separator: "\"id\":\"")[1].prefix(30)
            sequences[String(deposit), default: []].append(body.contains("\"sequence\":1,") ? 1 : 2)
        }
        #expect(sequences.count == 300)
        #expect(sequences.values.allSatisfy { $0 == [1, 2] })
    }

    @Test func `an event that is not answered holds up its own deposit and no other`() async throws {
        var outbox = try await Outbox()
        let gate = Gate()
        let held = Mutex<String?>(nil)
        let sink = ScriptedSink { request, _ in
            let isFirst = held.withLock { held in
                if held == nil { held = request.id }
                return held == request.id
            }
            if isFirst { await gate.pass() }
            return .yes
        }
        let notifier = try await notifier(outbox.store, ["ledger": sink], callback())
        try await outbox.confirm(deposits: 3, at: clock.now)
        let store = outbox.store
        try await delivering(notifier) {
            try await eventually { try await store.waiting() == 2 }
            #expect(sink.received.count == 5)
            gate.open()
            try await eventually { try await store.waiting() == 0 }
        }
        #expect(sink.received.count == 6)
    }

    @Test func `an answer waits a moment for the next ones, and all are marked then`() async throws {
        var outbox = try await Outbox()
        let (lingering, others) = (Gate(), Gate())
        let answers = Mutex(0)
        let sink = ScriptedSink { _, _ in
            let isFirst = answers.withLock {
                $0 += 1; return $0 == 1
            }
            if !isFirst { await others.pass() }
            return .yes
        }
        let notifier = try await Notifier(
            [callback()], store: outbox.store, clock: ManualClock(lingering: lingering)
        ) {
            _ in sink
        }
        try await outbox.connect(deposits: 3, at: clock.now)
        let store = outbox.store
        try await delivering(notifier) {
            try await eventually { sink.received.count == 3 }
            for _ in 0..<1_000 { await Task.yield() }
            #expect(try await store.waiting() == 3)
            others.open()
            lingering.open()
            try await eventually { try await store.waiting() == 0 }
        }
        #expect(sink.received.count == 3)
    }

    @Test func `an event committed later goes out on a wake`() async throws {
        var outbox = try await Outbox()
        let sink = ScriptedSink()
        let notifier = try await notifier(outbox.store, ["ledger": sink], callback())
        let running = Task { try await notifier.run() }
        try await outbox.confirm(deposits: 1, at: clock.now)
        notifier.wake()
        let store = outbox.store
        try await eventually { try await store.waiting() == 0 }
        running.cancel()
        try await running.value
    }

    @Test func `a refused event is sent again on schedule with the same id and bytes and a new time`()
        async throws
    {
        var outbox = try await Outbox()
        let sink = ScriptedSink { _, seen in seen < 2 ? .no : .yes }
        let notifier = try await notifier(outbox.store, ["ledger": sink], callback())
        try await outbox.connect(deposits: 1, at: clock.now)
        let store = outbox.store
        try await delivering(notifier) {
            for (count, wait) in [(1, 6), (2, 360)] as [(Int, Int64)] {
                try await eventually { try await store.attempts().count == count }
                clock.advance(wait)
            }
            try await eventually { try await store.waiting() == 0 }
        }
        #expect(Set(sink.received.map(\.id)).count == 1)
        #expect(Set(sink.received.map(\.body)).count == 1)
        #expect(sink.received.map(\.timestamp) == ["1700000000", "1700000006", "1700000366"])
        #expect(Set(sink.received.map(\.signature)).count == 3)
        #expect(try await store.attempts().map(\.answer) == [.status(500), .status(500), .status(200)])
    }

    @Test func `nothing is sent before its time`() async throws {
        var outbox = try await Outbox()
        let sink = ScriptedSink { _, _ in .refused(status: 500, excerpt: "", retryAfter: 100) }
        let notifier = try await notifier(outbox.store, ["ledger": sink], callback())
        try await outbox.connect(deposits: 1, at: clock.now)
        let store = outbox.store
        try await delivering(notifier) {
            try await eventually { try await store.attempts().count == 1 }
            clock.advance(99)
            notifier.wake()
            // A second event that does arrive shows that the dispatcher has looked again.
            try await outbox.connect(deposits: 1, at: clock.now)
            notifier.wake()
            try await eventually { try await store.attempts().count == 2 }
            #expect(Set(sink.received.map(\.id)).count == 2)
            clock.advance(1)
            try await eventually { try await store.attempts().count == 3 }
        }
    }

    @Test func `the end of a schedule is told to the other callbacks and the next event goes on`()
        async throws
    {
        var outbox = try await Outbox()
        let books = ScriptedSink()
        let ledger = ScriptedSink { request, _ in
            String(decoding: request.body, as: UTF8.self).contains("deposit.detected") ? .no : .yes
        }
        let notifier = try await notifier(
            outbox.store, ["ledger": ledger, "books": books], callback(schedule: Schedule([0, 5])),
            callback("books", events: [.callbackExhausted]))
        try await outbox.confirm(deposits: 1, at: clock.now)
        let store = outbox.store
        try await delivering(notifier) {
            try await eventually { try await store.attempts().count == 1 }
            clock.advance(6)
            try await eventually { try await store.waiting() == 0 && ledger.received.count == 3 }
            try await eventually { books.received.count == 1 }
        }
        let told = String(decoding: books.received[0].body, as: UTF8.self)
        #expect(told.contains("\"callback\":\"ledger\""))
        #expect(told.contains("\"event\":\"\(ledger.received[0].id)\""))
        #expect(told.contains("\"attempts\":2"))
        #expect(try await store.backlog(of: "ledger").exhausted == 1)
    }

    @Test func `a crash between the answer and the mark sends the same id and bytes again`() async throws {
        var outbox = try await Outbox()
        let gate = Gate()
        let store = outbox.store
        let before = ScriptedSink { _, _ in
            await gate.pass()
            return .cancelled
        }
        let first = try await notifier(store, ["ledger": before], callback())
        try await outbox.confirm(deposits: 2, at: clock.now)
        try await delivering(first) { try await eventually { before.received.count == 2 } }
        #expect(try await store.waiting() == 4)
        #expect(try await store.attempts().isEmpty)

        let after = ScriptedSink()
        let second = try await notifier(store, ["ledger": after], callback())
        try await delivering(second) { try await eventually { try await store.waiting() == 0 } }
        let again = after.received.filter { request in before.received.contains { $0.id == request.id } }
        #expect(Set(again.map(\.body)) == Set(before.received.map(\.body)))
        #expect(after.received.count == 4)
    }

    @Test func `a callback that hangs delays no other`() async throws {
        var outbox = try await Outbox()
        let gate = Gate()
        let dead = ScriptedSink { _, _ in
            await gate.pass()
            return .failed("timed out")
        }
        let books = ScriptedSink()
        let notifier = try await notifier(
            outbox.store, ["ledger": dead, "books": books], callback(), callback("books"))
        try await outbox.confirm(deposits: 50, at: clock.now)
        let store = outbox.store
        try await delivering(notifier) {
            try await eventually { try await store.waiting("books") == 0 }
            #expect(try await store.waiting("ledger") == 100)
            #expect(dead.received.count <= 8)
        }
    }

    @Test func `no more than the set number of deposits are on their way at once`() async throws {
        var outbox = try await Outbox()
        let most = Mutex((now: 0, most: 0))
        let sink = ScriptedSink { _, _ in
            most.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            for _ in 0..<10 { await Task.yield() }
            most.withLock { $0.now -= 1 }
            return .yes
        }
        let notifier = try await notifier(outbox.store, ["ledger": sink], callback(concurrency: 3))
        try await outbox.confirm(deposits: 100, at: clock.now)
        let store = outbox.store
        try await delivering(notifier) { try await eventually { try await store.waiting() == 0 } }
        #expect(most.withLock { $0.most } <= 3)
    }

    @Test func `a test event is signed, goes also to a paused callback, and is kept nowhere`() async throws {
        let outbox = try await Outbox()
        let sink = ScriptedSink { _, seen in seen == 0 ? .yes : .no }
        let notifier = try await notifier(outbox.store, ["ledger": sink], callback())
        _ = try await outbox.store.pause(callback: "ledger", reason: "a test", now: clock.now)
        let trial = try #require(await notifier.test("ledger"))
        #expect(trial.isTaken && trial.attempt.answer == .status(200))
        let request = try #require(sink.received.first)
        #expect(request.id == trial.event.text)
        #expect(String(decoding: request.body, as: UTF8.self).hasPrefix(#"{"type":"callback.test","#))
        try Signature.verify(
            id: request.id, timestamp: request.timestamp, signature: request.signature, body: request.body,
            secrets: [Secret(secret)], now: clock.now)
        #expect(await notifier.test("ledger")?.isTaken == false)
        #expect(await notifier.test("nobody") == nil)
        let feed = try await outbox.store.events(after: nil, limit: 10).items
        #expect(feed.map(\.type) == [.callbackPaused])
    }

    @Test func `a store that fails for good ends the service`() async throws {
        let outbox = try await Outbox()
        let notifier = try await notifier(outbox.store, [:], callback())
        await outbox.store.close()
        do {
            try await notifier.run()
            Issue.record("the service went on without a store")
        } catch {
            #expect((error as? StoreError)?.isFatal == true)
        }
    }
}
