internal import CallbackNotifier
internal import DepositCore
internal import DepositStore

/// The real notifier with its receivers, started for one delivery at a time.
struct SimulatedOffice: Sendable {
    let receivers: [SimulatedReceiver]
    private let callbacks: [Callback]
    private let time: SimulatedTime

    private static let schedule = Schedule([0, 5, 30, 120])
    /// Looks at the outbox before it counts as stuck: minutes, for a busy machine may give the notifier no core at
    /// first.
    private static let patience = 5_000_000

    init(seed: UInt64, _ time: SimulatedTime) throws {
        self.time = time
        receivers = (0..<2 as Range<UInt64>).map {
            SimulatedReceiver(name: "receiver-\($0)", seed: seed &+ $0, attempts: Self.schedule.delays.count)
        }
        callbacks = try receivers.map {
            var callback = Callback(
                name: $0.name, endpoint: try Endpoint("https://\($0.name).example/"),
                secrets: [try Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")])
            callback.schedule = Self.schedule
            return callback
        }
    }

    /// Events from here on get deliveries.
    func open(_ store: Store) async throws {
        try await store.register(
            callbacks: callbacks.map { CallbackSubscription(name: $0.name, filter: $0.filter) })
    }

    /// P15: sends until all that is due is taken or refused, but for what goes to a receiver that hangs.
    ///
    /// - Parameter isKilled: the daemon dies while it sends.
    /// - Returns: what did not come to an end.
    func deliver(from store: Store, isKilled: Bool) async throws -> String? {
        let notifier = try await Notifier(callbacks, store: store, clock: DeliveryClock(time: time)) {
            callback in
            receivers.first { $0.name == callback.name } ?? receivers[0]
        }
        let run = Task { try await notifier.run() }
        var left: String?
        if !isKilled { left = try await untilQuiet(store) }
        run.cancel()
        try await run.value
        return left
    }

    private func untilQuiet(_ store: Store) async throws -> String? {
        var rounds = 0
        var isQuiet = false
        while !isQuiet {
            isQuiet = true
            for receiver in receivers where receiver.mood != .hanging {
                let claim = try await store.claim(
                    callback: receiver.name, now: time.now, limit: 1, excluding: [])
                guard !claim.deliveries.isEmpty else { continue }
                isQuiet = false
                rounds += 1
                if rounds > Self.patience {
                    return "P15: \(receiver.name) answers, and does not get what is due"
                }
                await Task.yield()
            }
        }
        return nil
    }

    /// What was given up: the receiver's name and the event.
    func exhausted(in store: Store) async throws -> [(receiver: String, event: String)] {
        let filter = DeliveryFilter(status: .exhausted)
        return try await store.deliveries(filter, after: nil, limit: 1_000_000).items.map {
            ($0.callback, $0.event.text)
        }
    }

    /// An operator lets those go on that have failed for too long.
    func resume(in store: Store) async throws {
        for receiver in receivers { _ = try await store.resume(callback: receiver.name, now: time.now) }
    }

    /// An operator sends again what was given up, and what a receiver said yes to and lost.
    func replay(in store: Store) async throws {
        for receiver in receivers {
            receiver.expectReplays()
            let forgotten = receiver.ledger.forgotten
            let page = try await store.deliveries(
                DeliveryFilter(callback: receiver.name), after: nil, limit: 1_000_000)
            for delivery in page.items.reversed()
            where delivery.status == .exhausted || forgotten.contains(delivery.event.text) {
                _ = try await store.retry(delivery: delivery.id, now: time.now)
            }
        }
    }
}
