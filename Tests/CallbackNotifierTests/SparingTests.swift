import DepositCore
import DepositStore
import Synchronization
import Testing

@testable import CallbackNotifier

/// What an endpoint's answers do to all that waits for it, and to nobody else.
@Suite(.timeLimit(.minutes(5))) struct SparingTests {
    private let clock = ManualClock()

    private func notifier(_ store: Store, _ sinks: [String: any Sink], _ callbacks: Callback...) async throws
        -> Notifier
    {
        try await Notifier(callbacks, store: store, clock: clock) { callback in
            sinks[callback.name] ?? ScriptedSink()
        }
    }

    @Test func `a dead endpoint is tried now and then, and what waits does not use up its schedule`()
        async throws
    {
        var outbox = try await Outbox()
        let isDead = Mutex(true)
        let sink = ScriptedSink { _, _ in isDead.withLock { $0 } ? .failed("refused") : .yes }
        let notifier = try await notifier(outbox.store, ["ledger": sink], callback(concurrency: 1))
        try await outbox.connect(deposits: 200, at: clock.now)
        let store = outbox.store
        try await delivering(notifier) {
            try await eventually { try await store.health(of: "ledger").restsUntil != nil }
            // An hour, in which each deposit alone would have been tried four times.
            for _ in 0..<3_600 {
                clock.advance(1)
                for _ in 0..<20 { await Task.yield() }
            }
            #expect(sink.received.count < 30)
            #expect(try await store.waiting() == 200)
            isDead.withLock { $0 = false }
            clock.advance(400)
            try await eventually { try await store.waiting() == 0 }
        }
        #expect(try await store.health(of: "ledger") == CallbackHealth())
    }

    @Test func `what was claimed and not begun with is taken back when the endpoint fails`() async throws {
        var outbox = try await Outbox()
        let sink = ScriptedSink { _, _ in .failed("refused") }
        let notifier = try await notifier(outbox.store, ["ledger": sink], callback(concurrency: 2))
        try await outbox.connect(deposits: 64, at: clock.now)
        let store = outbox.store
        try await delivering(notifier) {
            try await eventually { try await store.health(of: "ledger").restsUntil != nil }
            let sent = sink.received.count
            for _ in 0..<1_000 { await Task.yield() }
            #expect(sink.received.count <= sent + 2)
        }
    }

    @Test func `410 pauses the endpoint, also across a restart, until an operator resumes it`() async throws {
        var outbox = try await Outbox()
        let sink = ScriptedSink { _, seen in
            seen == 0 ? .refused(status: 410, excerpt: "", retryAfter: nil) : .yes
        }
        let books = ScriptedSink()
        let store = outbox.store
        let callbacks = try [callback(concurrency: 1), callback("books", events: [.callbackPaused])]
        func start() async throws -> Notifier {
            try await Notifier(callbacks, store: store, clock: clock) { $0.name == "ledger" ? sink : books }
        }
        try await outbox.store.register(callbacks: [
            CallbackSubscription(name: "ledger"),
            CallbackSubscription(name: "books", events: [.callbackPaused]),
        ])
        try await outbox.connect(deposits: 3, at: clock.now)
        try await delivering(try await start()) { try await eventually { books.received.count == 1 } }
        let sent = sink.received.count
        let second = try await start()
        try await delivering(second) {
            clock.advance(1_000_000)
            second.wake()
            for _ in 0..<1_000 { await Task.yield() }
            #expect(sink.received.count == sent)
            #expect(try await store.resume(callback: "ledger", now: clock.now))
            second.wake()
            // Those that were not refused before are refused now, one by one.
            while try await store.waiting() > 0 {
                if try await store.health(of: "ledger").pause != nil {
                    _ = try await store.resume(callback: "ledger", now: clock.now)
                    clock.advance(400)
                    second.wake()
                }
                await Task.yield()
            }
        }
        #expect(try await store.backlog(of: "ledger").exhausted == 0)
    }

    @Test(arguments: [429, 502, 504]) func `a busy endpoint is left alone, and nobody else is`(status: Int)
        async throws
    {
        var outbox = try await Outbox()
        let isBusy = Mutex(true)
        let sink = ScriptedSink { _, _ in
            isBusy.withLock { $0 } ? .refused(status: status, excerpt: "", retryAfter: 100) : .yes
        }
        let books = ScriptedSink()
        let notifier = try await notifier(
            outbox.store, ["ledger": sink, "books": books], callback(concurrency: 1), callback("books"))
        try await outbox.connect(deposits: 50, at: clock.now)
        let store = outbox.store
        try await delivering(notifier) {
            try await eventually { try await store.waiting("books") == 0 }
            try await eventually { try await store.health(of: "ledger").restsUntil != nil }
            let sent = sink.received.count
            #expect(sent == 1)
            isBusy.withLock { $0 = false }
            clock.advance(99)
            for _ in 0..<500 { await Task.yield() }
            #expect(sink.received.count == sent)
            clock.advance(60)
            try await eventually { try await store.waiting() == 0 }
        }
    }

    @Test func `503 with a wish to be left alone spares the endpoint, and without one it is a failure`()
        async throws
    {
        for (asked, isSpared) in [(100, true), (nil, false)] as [(Int64?, Bool)] {
            var outbox = try await Outbox()
            let sink = ScriptedSink { _, _ in .refused(status: 503, excerpt: "", retryAfter: asked) }
            let notifier = try await notifier(outbox.store, ["ledger": sink], callback())
            try await outbox.connect(deposits: 1, at: clock.now)
            let store = outbox.store
            try await delivering(notifier) { try await eventually { try await store.attempts().count == 1 } }
            #expect((try await store.health(of: "ledger").restsUntil != nil) == isSpared)
        }
    }

    @Test func `one callback's thousands do not hold up another's first`() async throws {
        var outbox = try await Outbox()
        let store = outbox.store
        try await store.register(callbacks: [CallbackSubscription(name: "ledger")])
        for _ in 0..<10 { try await outbox.connect(deposits: 300, at: clock.now) }
        let notifier = try await notifier(store, [:], callback(), callback("books"))
        try await outbox.connect(deposits: 1, at: clock.now)
        try await delivering(notifier) {
            try await eventually { try await store.waiting("books") <= 300 }
            #expect(try await store.waiting() > 4_000)
        }
    }
}
