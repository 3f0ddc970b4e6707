public import DepositCore
internal import GRDB

extension Store {
    /// Names the callbacks that get events from now on, each with the events it wants.
    ///
    /// One that is not named any more gets no new events; those that wait for it are kept until it is named again.
    /// One that was made through the API need not be named: it gets them until it is removed.
    public func register(callbacks: [CallbackSubscription]) async throws(StoreError) {
        try await write { db in
            try db.run("UPDATE callback SET active = 0 WHERE number NOT IN (SELECT callback FROM endpoint)")
            for callback in callbacks { try db.activate(callback.name, callback.filter) }
        }
    }

    /// How a callback's endpoint is doing; a callback that was never named is well.
    public func health(of callback: String) async throws(StoreError) -> CallbackHealth {
        try await read { db in try db.callback(callback)?.health ?? CallbackHealth() }
    }

    /// Sends nothing more to a callback until `resume`. What waits for it is kept, and more may come.
    ///
    /// - Returns: whether there is such a callback.
    public func pause(callback: String, reason: String, now: Timestamp) async throws(StoreError) -> Bool {
        try await change(callback, now: now) { $0.pause(because: reason, at: now) }
    }

    /// Sends to a callback again, at first one event at a time.
    ///
    /// - Returns: whether there is such a callback.
    public func resume(callback: String, now: Timestamp) async throws(StoreError) -> Bool {
        try await change(callback, now: now) { health in
            guard health.pause != nil else { return }
            health = CallbackHealth()
            health.width = 1
        }
    }

    private func change(
        _ callback: String, now: Timestamp, _ change: @escaping @Sendable (inout CallbackHealth) -> Void
    ) async throws(StoreError) -> Bool {
        try await write { db in
            guard let callback = try db.callback(callback) else { return false }
            var health = callback.health
            change(&health)
            try db.set(health, of: callback, at: now)
            return true
        }
    }

    /// How much waits for a callback. Reads all that waits: for a person or a gauge, not for a loop.
    public func backlog(of callback: String) async throws(StoreError) -> Backlog {
        try await read { db in
            guard let callback = try db.callback(callback) else {
                return Backlog()
            }
            let count = "SELECT count(*) FROM delivery WHERE callback = ? AND status ="
            let oldest = try db.integer(
                """
                SELECT event.at FROM delivery JOIN event ON event.number = delivery.event
                WHERE delivery.callback = ? AND delivery.status = 'waiting'
                ORDER BY delivery.number LIMIT 1
                """, [callback.number])
            return Backlog(
                waiting: Int(try db.integer("\(count) 'waiting'", [callback.number]) ?? 0),
                exhausted: Int(try db.integer("\(count) 'exhausted'", [callback.number]) ?? 0),
                oldest: oldest.map { Timestamp(seconds: $0) })
        }
    }
}
