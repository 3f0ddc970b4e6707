internal import DepositCore
internal import GRDB

extension Database {
    /// Writes down one attempt for a callback, and where its delivery stands after it.
    func record(_ result: DeliveryResult, of callback: CallbackRow, at now: Timestamp) throws {
        guard
            let row = try row(
                "SELECT line, event FROM delivery WHERE number = ? AND callback = ?",
                [result.delivery, callback.number])
        else { throw StoreError.conflict("\(callback.name) has no delivery \(result.delivery)") }
        try note(result.attempt, of: result.delivery)
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
        try advance(line: row.get("line"), of: callback.number, at: now)
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
        _ delivery: Int64, of callback: CallbackRow, event: Int64, _ reason: String, at now: Timestamp
    ) throws {
        guard
            let row = try row(
                """
                SELECT event.id, event.chain, chain.name,
                    (SELECT count(*) FROM attempt WHERE delivery = ?) AS attempts
                FROM event JOIN chain ON chain.number = event.chain WHERE event.number = ?
                """, [delivery, event])
        else { throw Damage("the delivery \(delivery) has no event") }
        let told = Event.exhausted(
            callback: callback.name, event: EventID(try row.get("id")), chain: ChainID(try row.get("name")),
            attempts: try row.get("attempts"), lastError: reason, now: now)
        let same = "SELECT 1 FROM event WHERE id = ? AND deposit IS NULL"
        if try integer(same, [told.id.text]) != nil { return }
        try announce(
            told, chain: row.get("chain"), to: activeCallbacks().filter { $0.number != callback.number },
            at: now)
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
