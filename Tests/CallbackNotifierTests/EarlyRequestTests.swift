import DepositCore
import Dispatch
import NodeRPC
import Synchronization
import Testing

@testable import CallbackNotifier
@testable import DepositStore

/// Requests that are made ready while their block is flushed to the disk.
@Suite(.timeLimit(.minutes(5))) struct EarlyRequestTests {
    private let clock = ManualClock()

    /// Says when requests are ready, before they may leave.
    private final class PatientSink: Sink {
        let sink: ScriptedSink
        let ready = DispatchSemaphore(value: 0)
        private let early = Mutex(0)

        init(_ sink: ScriptedSink) {
            self.sink = sink
        }

        func forget() {
            while ready.wait(timeout: .now()) == .success {}
            sink.forget()
        }

        /// Requests that were ready before their transaction had ended.
        var readyEarly: Int { early.withLock { $0 } }

        func send(_ request: SignedRequest, on departure: Departure?) async -> SinkOutcome {
            if let departure, departure.isOpen == nil { early.withLock { $0 += 1 } }
            ready.signal()
            return await sink.send(request, on: departure)
        }
    }

    private func notifier(_ store: Store, _ sink: any Sink) async throws -> Notifier {
        try await Notifier([callback()], store: store, clock: clock) { _ in sink }
    }

    /// Lets the transaction wait until so many requests are ready.
    private func holding(_ store: Store, until ready: Int, of sink: PatientSink) -> EventObservation {
        store.onNewEvents { _ in
            for _ in 0..<ready {
                // In vain only where nothing is made ready, which would hold up the store for good.
                if sink.ready.wait(timeout: .now() + 60) == .timedOut { Issue.record("nothing was ready") }
            }
            #expect(sink.sink.received.count == 0)
        } stored: { _ in
        }
    }

    /// The dispatcher has looked at what there was before, and waits.
    private func settle(_ outbox: inout Outbox, _ notifier: Notifier, _ sink: PatientSink) async throws {
        try await outbox.connect(deposits: 1, at: clock.now)
        let store = outbox.store
        try await eventually { try await store.waiting() == 0 && notifier.roster.isWaiting("ledger") }
        sink.forget()
    }

    /// A store on disk whose next transaction waits until three requests of it are ready.
    private func withTransactionsHeld(
        _ body: (inout Outbox, PatientSink, EventObservation) async throws -> Void
    ) async throws {
        let folder = StoreFile()
        defer { folder.remove() }
        var outbox = try await Outbox(.file(folder.path))
        let store = outbox.store
        let sink = PatientSink(ScriptedSink())
        let notifier = try await notifier(store, sink)
        try await delivering(notifier) {
            try await settle(&outbox, notifier, sink)
            let holding = holding(store, until: 3, of: sink)
            defer { holding.cancel() }
            try await body(&outbox, sink, holding)
        }
        await store.close()
    }

    @Test func `requests are ready before their block is durable, and leave only then`() async throws {
        try await withTransactionsHeld { outbox, sink, _ in
            let store = outbox.store
            try await outbox.connect(deposits: 2, at: clock.now)
            try await eventually { try await store.waiting() == 0 }
            // Two detected, and the one before confirmed.
            #expect(sink.sink.received.count == 3)
            #expect(sink.readyEarly >= 3)
        }
    }

    @Test func `what fails to be committed is never sent, and holds nothing up`() async throws {
        try await withTransactionsHeld { outbox, sink, holding in
            let store = outbox.store
            var doomed = outbox
            await #expect(throws: StoreError.self) {
                try await doomed.connect(deposits: 2, at: clock.now, inVain: true)
            }
            holding.cancel()
            for _ in 0..<100 { await Task.yield() }
            #expect(sink.sink.received.count == 0)
            #expect(try await store.waiting() == 0)
            try await outbox.connect(deposits: 2, at: clock.now)
            try await eventually { try await store.waiting() == 0 }
            #expect(sink.sink.received.count == 3)
            #expect(Set(sink.sink.received.map(\.id)) == Set(try await store.feed().suffix(3)))
        }
    }

    @Test func `what is shown too late to be taken is claimed`() async throws {
        var outbox = try await Outbox()
        let store = outbox.store
        let sink = ScriptedSink()
        let notifier = try await notifier(store, sink)
        try await delivering(notifier) {
            try await eventually { notifier.roster.isWaiting("ledger") }
            notifier.news.cancel()
            try await outbox.connect(deposits: 2, at: clock.now)
            let claim = try await store.claim(callback: "ledger", now: clock.now, limit: 9, excluding: [])
            let late = Handover(claim.deliveries)
            late.end(isDurable: true)
            notifier.roster.show(["ledger": late])
            try await eventually { notifier.roster.isWaiting("ledger") }
            #expect(sink.received.count == 0)
            notifier.roster.wake(handedOver: ["ledger": late])
            try await eventually { try await store.waiting() == 0 }
        }
        #expect(sink.received.count == 2)
    }
}
