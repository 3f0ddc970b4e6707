import DepositCore
import DepositStore
import Synchronization
import Testing

@testable import CallbackNotifier

/// Callbacks that come, change and go while others are delivered to.
@Suite(.timeLimit(.minutes(5))) struct ChangingCallbackTests {
    private let clock = ManualClock()

    @Test func `a callback that comes while others are served gets its events without a restart`()
        async throws
    {
        var outbox = try await Outbox()
        let store = outbox.store
        let sinks = ["ledger": ScriptedSink(), "desk": ScriptedSink()]
        let notifier = try await Notifier([callback()], store: store, clock: clock) {
            sinks[$0.name] ?? ScriptedSink()
        }
        try await delivering(notifier) {
            try await store.register(callbacks: [.init(name: "ledger"), .init(name: "desk")])
            await notifier.set(try callback("desk"))
            try await outbox.confirm(deposits: 5, at: clock.now)
            notifier.wake()
            for name in sinks.keys { try await eventually { try await store.waiting(name) == 0 } }
        }
        #expect(sinks["desk"]?.received.count == 10 && sinks["ledger"]?.received.count == 10)
    }

    @Test func `one that is removed is sent nothing more, and one that is changed goes on the new way`()
        async throws
    {
        var outbox = try await Outbox()
        let store = outbox.store
        let (old, new, newest) = (ScriptedSink(), ScriptedSink(), ScriptedSink())
        let notifier = try await Notifier([callback()], store: store, clock: clock) {
            switch $0.timeout {
            case 15: old
            case 30: new
            default: newest
            }
        }
        try await delivering(notifier) {
            try await outbox.connect(deposits: 1, at: clock.now)
            notifier.wake()
            try await eventually { try await store.waiting() == 0 }
            await notifier.remove("ledger")
            #expect(await notifier.test("ledger") == nil)
            try await outbox.connect(deposits: 1, at: clock.now)
            notifier.wake()
            for _ in 0..<5_000 { await Task.yield() }
            #expect(try await store.waiting() == 2)
            await notifier.set(try callback(timeout: 30))
            try await eventually { try await store.waiting() == 0 }
            await notifier.set(try callback(timeout: 45))
            try await outbox.connect(deposits: 1, at: clock.now)
            notifier.wake()
            try await eventually { try await store.waiting() == 0 }
        }
        #expect(old.received.count == 1)
        #expect(new.received.count == 2)
        #expect(newest.received.count == 2)
    }

    @Test func `a removal waits for what is on its way, which is sent again by whoever comes next`()
        async throws
    {
        var outbox = try await Outbox()
        let store = outbox.store
        let gate = Gate()
        let sink = ScriptedSink { _, seen in
            if seen == 0 { await gate.pass() }
            return Task.isCancelled ? .cancelled : .yes
        }
        let notifier = try await Notifier([callback()], store: store, clock: clock) { _ in sink }
        try await outbox.connect(deposits: 1, at: clock.now)
        try await delivering(notifier) {
            try await eventually { sink.received.count == 1 }
            await notifier.remove("ledger")
            #expect(try await store.waiting() == 1)
            await notifier.set(try callback())
            try await eventually { try await store.waiting() == 0 }
        }
        #expect(Set(sink.received.map(\.id)).count == 1 && sink.received.count == 2)
    }

    @Test func `what was set before the notifier runs begins with it, and after its end nothing does`()
        async throws
    {
        var outbox = try await Outbox()
        let store = outbox.store
        let sink = ScriptedSink()
        let notifier = try await Notifier([], store: store, clock: clock) { _ in sink }
        try await store.register(callbacks: [.init(name: "ledger")])
        await notifier.set(try callback())
        try await outbox.connect(deposits: 1, at: clock.now)
        #expect(sink.received.isEmpty)
        try await delivering(notifier) { try await eventually { try await store.waiting() == 0 } }
        await notifier.set(try callback())
        try await outbox.connect(deposits: 1, at: clock.now)
        notifier.wake()
        for _ in 0..<5_000 { await Task.yield() }
        #expect(sink.received.count == 1)
    }
}
