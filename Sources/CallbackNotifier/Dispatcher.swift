internal import DepositCore
internal import DepositStore
internal import Logging

/// Sends what is due to one callback: strictly in sequence within a deposit, side by side between deposits.
///
/// A claim changes nothing in the store, and a line that was claimed stays held until its mark is committed. So a
/// crash at any point repeats deliveries and never loses one, and no event overtakes another of its deposit.
struct Dispatcher: Sendable {
    let callback: Callback
    private let store: Store
    private let sender: Sender
    private let clock: any NotifierClock
    private let logger: Logger
    private let mailbox: Mailbox
    private let ready = ReadyLine()

    init(
        _ callback: Callback, store: Store, sink: any Sink, clock: any NotifierClock, mailbox: Mailbox
    ) {
        self.callback = callback
        self.store = store
        self.clock = clock
        self.mailbox = mailbox
        var logger = Logger(label: "depositwatch.callback")
        logger[metadataKey: "callback"] = "\(callback.name)"
        self.logger = logger
        sender = Sender(
            callback: callback, sink: sink, clock: clock, logger: logger,
            metrics: DeliveryMetrics(callback: callback.name))
    }

    func test() async -> Trial { await sender.test() }

    /// Ends when its task is cancelled, or with a fatal error of the store.
    func run() async throws {
        try await withThrowingTaskGroup { group in
            for _ in 0..<callback.concurrency { group.addTask { await work() } }
            defer { ready.close() }
            do {
                try await dispatch()
            } catch {
                group.cancelAll()
                throw error
            }
        }
        // What was answered while we were told to stop was delivered, and the receiver need not hear it twice.
        try await record(mailbox.take().finished)
    }

    private func work() async {
        while let outgoing = await ready.pull() {
            guard let finished = await sender.attempt(outgoing) else { continue }
            if !finished.isWell { ready.hold() }
            mailbox.post(finished)
        }
    }

    private func dispatch() async throws {
        var held: Set<String> = []
        var health = try await store.health(of: callback.name)
        note(health, after: CallbackHealth())
        var alarm: Task<Void, Never>?
        defer { alarm?.cancel() }
        // Nothing is due that is not held.
        var hasAll = false
        var mail = Mail(isWoken: true)
        while !Task.isCancelled {
            if mail.isWoken || !mail.finished.isEmpty {
                let claim = try await claim(excluding: held)
                hasAll = claim.map { $0.next.map { clock.now < $0 } ?? true } ?? false
                if let claim {
                    alarm?.cancel()
                    alarm = claim.next.map { setAlarm(at: $0) }
                    held.formUnion(claim.deliveries.map(\.line))
                    ready.push(claim.deliveries)
                }
            } else if hasAll, health.isWell(at: clock.now), let taken = take(mail.handover, beside: held) {
                held.formUnion(taken.deliveries.map(\.line))
                ready.push(taken.deliveries, of: taken)
            }
            mail = await gather(of: held.count)
            if let now = try await record(mail.finished) {
                note(now, after: health)
                health = now
                if health.pause != nil || health.isResting(at: clock.now) {
                    held.subtract(ready.withdraw().map(\.line))
                }
            }
            held.subtract(mail.finished.map(\.line))
            ready.release(mail.finished.count { !$0.isWell })
        }
    }

    /// Nil where it cannot all be sent at once, or its transaction has ended: then there is a wake for it, if it is
    /// durable.
    private func take(_ handover: Handover?, beside held: Set<String>) -> TakenHandover? {
        guard let handover, handover.deliveries.count <= room(beside: held),
            held.isDisjoint(with: handover.deliveries.map(\.line))
        else { return nil }
        return TakenHandover(handover, clock: clock)
    }

    /// Somewhat more than is sent at once, so that the workers have something to do while marks are committed.
    private func room(beside held: Set<String>) -> Int {
        max(64, callback.concurrency * 4) - held.count
    }

    /// Nil while there is no room: then a mark is what comes next.
    private func claim(excluding held: Set<String>) async throws -> Claim? {
        let room = room(beside: held)
        guard room > 0 else { return nil }
        return try await untilDone { () async throws(StoreError) in
            try await store.claim(callback: callback.name, now: clock.now, limit: room, excluding: held)
        }
    }

    /// What has finished. Where more is on its way the first answer waits a moment for the next ones: a flush to the
    /// disk costs the same for all of them, and marking one must not keep the others from being read.
    private func gather(of held: Int) async -> Mail {
        let first = await mailbox.take()
        guard !first.finished.isEmpty, first.finished.count < held else { return first }
        await clock.linger()
        return first + mailbox.takeNow()
    }

    /// Marks all that has finished meanwhile in one transaction. Nil when there is nothing to mark, or no time left.
    @discardableResult
    private func record(_ finished: [Finished]) async throws -> CallbackHealth? {
        let results = finished.compactMap(\.result)
        if results.isEmpty { return nil }
        CrashPoint.marking.pass()
        return try await untilDone { () async throws(StoreError) in
            try await store.record(
                results, of: callback.name, under: callback.rules, now: clock.now)
        }
    }

    private func note(_ health: CallbackHealth, after before: CallbackHealth) {
        if let pause = health.pause, before.pause == nil {
            let facts: Logger.Metadata = [
                "reason": "\(pause.reason)", "since": "\(pause.since)",
                "cure": "mend the receiver, then depositwatch callback resume \(callback.name)",
            ]
            logger.critical("the callback is paused: nothing is sent to it", metadata: facts)
        } else if let end = health.restsUntil, health.isResting(at: clock.now), end != before.restsUntil {
            let seconds = end.seconds - clock.now.seconds
            logger.notice("the callback is spared for a while", metadata: ["for": "\(seconds)s"])
        } else if before.restsUntil != nil, health.restsUntil == nil {
            logger.notice("the callback takes events again")
        }
    }

    /// Also for a moment that has passed since the claim: there is something due now.
    private func setAlarm(at moment: Timestamp) -> Task<Void, Never> {
        Task { [clock, mailbox] in
            try? await clock.sleep(until: moment)
            if !Task.isCancelled { mailbox.wake() }
        }
    }

    /// Tries until the store does as it is asked; its fatal errors end the service. Nil when cancelled meanwhile.
    @discardableResult
    private func untilDone<Value>(_ body: () async throws(StoreError) -> Value) async throws -> Value? {
        while true {
            do {
                return try await body()
            } catch {
                if error.isFatal { throw error }
                logger.error("the outbox cannot be used just now", metadata: ["reason": "\(error)"])
            }
            do {
                try await clock.sleep(until: Timestamp(seconds: clock.now.seconds + 1))
            } catch {
                return nil
            }
        }
    }
}
