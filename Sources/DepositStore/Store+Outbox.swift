public import DepositCore
internal import GRDB

extension Store {
    /// Names the callbacks that get events from now on, each with the events it wants.
    ///
    /// One that is not named any more gets no new events; those that wait for it are kept until it is named again.
    public func register(callbacks: [CallbackSubscription]) async throws(StoreError) {
        try await write { db in
            try db.run("UPDATE callback SET active = 0")
            for callback in callbacks {
                let events = callback.events?.map(\.rawValue).sorted().joined(separator: ",")
                try db.run(
                    """
                    INSERT INTO callback (name, events, active) VALUES (?, ?, 1)
                    ON CONFLICT (name) DO UPDATE SET events = excluded.events, active = 1
                    """, [callback.name, events])
            }
        }
    }

    /// What is due to a callback, longest due first: of each line at most its first undelivered event.
    ///
    /// A claim changes nothing: what is not recorded is claimed again, so a crash loses no delivery.
    ///
    /// - Parameter lines: those that are being sent already.
    public func claim(
        callback: String, now: Timestamp, limit: Int, excluding lines: Set<String>
    ) async throws(StoreError) -> Claim {
        try await read { db in
            guard let callback = try db.callback(callback) else { return Claim(deliveries: [], next: nil) }
            let heads = try db.rows(
                """
                SELECT delivery.number, delivery.line, delivery.step, delivery.next, event.id, event.type,
                    event.body, chain.name
                FROM delivery JOIN event ON event.number = delivery.event
                    JOIN chain ON chain.number = event.chain
                WHERE delivery.callback = ? AND delivery.next IS NOT NULL
                ORDER BY delivery.next, delivery.number LIMIT ?
                """, [callback.number, limit + lines.count + 1])
            var due: [DueDelivery] = []
            for head in heads.map(DueDelivery.reading) {
                let delivery = try head()
                if lines.contains(delivery.line) { continue }
                guard delivery.due <= now, due.count < limit else {
                    return Claim(deliveries: due, next: delivery.due)
                }
                due.append(delivery)
            }
            return Claim(deliveries: due, next: nil)
        }
    }

    /// Records what came of attempts, all in one transaction, and makes what stood behind them due.
    ///
    /// The end of a schedule is told to the other callbacks by `callback.exhausted`.
    public func record(_ results: [DeliveryResult], now: Timestamp) async throws(StoreError) {
        try await write { db in
            for result in results { try db.record(result, at: now) }
        }
    }

    /// Sends a delivery again from the beginning of its schedule, whatever became of it: same id, same bytes.
    ///
    /// - Returns: whether there is such a delivery.
    public func retry(delivery: Int64, now: Timestamp) async throws(StoreError) -> Bool {
        try await write { db in
            guard let row = try db.row("SELECT callback, line FROM delivery WHERE number = ?", [delivery])
            else {
                return false
            }
            try db.run(
                "UPDATE delivery SET status = 'waiting', step = 0, next = NULL WHERE number = ?", [delivery])
            try db.advance(line: row.get("line"), of: row.get("callback"), at: now)
            return true
        }
    }

    /// How much waits for a callback. Reads all that waits: for a person or a gauge, not for a loop.
    public func backlog(of callback: String) async throws(StoreError) -> Backlog {
        try await read { db in
            guard let callback = try db.callback(callback) else {
                return Backlog(waiting: 0, exhausted: 0, oldest: nil)
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

extension DueDelivery {
    fileprivate static func reading(_ row: Row) -> () throws -> DueDelivery {
        {
            guard let type: EventType = try row.word("type") else { throw Damage("an event has no type") }
            return DueDelivery(
                id: try row.get("number"), event: EventID(try row.get("id")), type: type,
                chain: ChainID(try row.get("name")), line: try row.get("line"), body: try row.get("body"),
                attempts: try row.get("step"), due: Timestamp(seconds: try row.get("next")))
        }
    }
}

extension Database {
    fileprivate func record(_ result: DeliveryResult, at now: Timestamp) throws {
        guard
            let row = try row(
                "SELECT callback, line, event, status FROM delivery WHERE number = ?", [result.delivery])
        else { throw StoreError.conflict("there is no delivery \(result.delivery)") }
        try note(result.attempt, of: result.delivery)
        let callback: Int64 = try row.get("callback")
        switch result.verdict {
        case .delivered:
            try move(result.delivery, to: .delivered, next: nil)
        case .retry(let next):
            // An operator may have asked for it at once while this attempt ran; a later answer does not undo that.
            try move(result.delivery, to: .waiting, next: next)
        case .exhausted(let reason):
            try move(result.delivery, to: .exhausted, next: nil)
            try tellExhausted(result.delivery, of: callback, event: row.get("event"), reason, at: now)
        }
        try advance(line: row.get("line"), of: callback, at: now)
    }

    private func move(_ delivery: Int64, to status: DeliveryRecord.Status, next: Timestamp?) throws {
        try run(
            "UPDATE delivery SET status = ?, next = ?, step = step + 1 WHERE number = ?",
            [status.rawValue, next?.seconds, delivery])
    }

    private func note(_ attempt: Attempt, of delivery: Int64) throws {
        var status: Int?
        var failure: String?
        switch attempt.answer {
        case .status(let code): status = code
        case .failure(let reason): failure = reason
        }
        try run(
            """
            INSERT INTO attempt (delivery, number, at, milliseconds, status, failure, excerpt)
            VALUES (?1, (SELECT coalesce(max(number), 0) + 1 FROM attempt WHERE delivery = ?1), ?, ?, ?, ?, ?)
            """,
            [
                delivery, attempt.at.seconds, max(0, attempt.milliseconds), status, failure,
                attempt.excerpt.firstKiB,
            ])
    }

    /// Tells the others. A delivery that is retried and exhausted once more is the same event, and told once.
    private func tellExhausted(
        _ delivery: Int64, of callback: Int64, event: Int64, _ reason: String, at now: Timestamp
    ) throws {
        guard
            let row = try row(
                """
                SELECT callback.name AS callback, event.id, event.chain, chain.name,
                    (SELECT count(*) FROM attempt WHERE delivery = ?) AS attempts
                FROM event JOIN chain ON chain.number = event.chain, callback
                WHERE event.number = ? AND callback.number = ?
                """, [delivery, event, callback])
        else { throw Damage("the delivery \(delivery) has no event or no callback") }
        let name: String = try row.get("callback")
        let told = Event.exhausted(
            callback: name, event: EventID(try row.get("id")), chain: ChainID(try row.get("name")),
            attempts: try row.get("attempts"), lastError: reason, now: now)
        if try integer("SELECT 1 FROM event WHERE id = ?", [told.id.text]) != nil { return }
        try announce(
            told, chain: row.get("chain"), to: activeCallbacks().filter { $0.name != name }, at: now)
    }
}

extension String {
    /// The longest beginning that fits into 1,024 bytes and ends between characters.
    fileprivate var firstKiB: String {
        guard utf8.count > 1_024 else { return self }
        var text = ""
        var room = 1_024
        for character in unicodeScalars {
            room -= String(character).utf8.count
            if room < 0 { break }
            text.unicodeScalars.append(character)
        }
        return text
    }
}
