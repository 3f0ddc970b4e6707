internal import DepositCore
internal import GRDB

extension Database {
    /// Writes an event at the end of the feed, and a delivery of it for every callback that wants it.
    ///
    /// - Parameters:
    ///   - deposits: the rows of the deposits that events of this transaction are about.
    ///   - callbacks: those to tell, where not all that are active.
    @discardableResult
    func announce(
        _ event: Event, chain: Int64, deposits: [DepositID: Int64] = [:], to callbacks: [CallbackRow]? = nil,
        at now: Timestamp
    ) throws -> Int64 {
        try prepared(
            "INSERT INTO event (id, type, chain, deposit, sequence, body, at) VALUES (?, ?, ?, ?, ?, ?, ?)"
        ).runObserved([
            .text(event.id.text), .text(event.type.rawValue), .integer(chain),
            .integer(event.deposit.flatMap { deposits[$0] }),
            .integer(event.sequence.map { Int64(clamping: $0) }), .text(event.body), .integer(now.seconds),
        ])
        let number = lastInsertedRowID
        for callback in try callbacks ?? activeCallbacks()
        where try callback.filter.wants(event.type, on: event.chain, deposit: { try facts(of: event) }) {
            try enqueue(event, number: number, for: callback.number, at: now)
        }
        return number
    }

    /// The asset and the label of the deposit that an event tells of, as its receivers read them.
    private func facts(of event: Event) throws -> (asset: AssetID, label: String?) {
        let row = try row(
            "SELECT ?1 ->> '$.data.asset' AS asset, ?1 ->> '$.data.label' AS label", [event.body])
        guard let row else { throw Damage("\(event.id) has no body") }
        return (AssetID(try row.get("asset")), try row.find("label"))
    }

    /// Puts an event at the end of its line; it is due at once if it is the first there, as the first event of a
    /// deposit always is.
    private func enqueue(_ event: Event, number: Int64, for callback: Int64, at now: Timestamp) throws {
        let waiting = "SELECT 1 FROM delivery WHERE callback = ?1 AND line = ?3 AND status = 'waiting'"
        let next = event.sequence == 1 ? "?4" : "CASE WHEN EXISTS (\(waiting)) THEN NULL ELSE ?4 END"
        try prepared(
            "INSERT INTO delivery (callback, event, line, status, next) VALUES (?1, ?2, ?3, 'waiting', \(next))"
        ).run([.integer(callback), .integer(number), .text(event.line), .integer(now.seconds)])
    }

    /// Makes the lowest undelivered event of a line, and no other, the one that is due.
    ///
    /// - Parameter now: when it becomes due, unless it was so already.
    func advance(line: String, of callback: Int64, at now: Timestamp) throws {
        let first = try integer(
            """
            SELECT number FROM delivery WHERE callback = ? AND line = ? AND status = 'waiting'
            ORDER BY number LIMIT 1
            """, [callback, line])
        guard let first else { return }
        try run(
            """
            UPDATE delivery SET next = CASE WHEN number = ?1 THEN coalesce(next, ?2) END
            WHERE callback = ?3 AND line = ?4 AND status = 'waiting' AND (number = ?1 OR next IS NOT NULL)
            """, [first, now.seconds, callback, line])
    }
}
