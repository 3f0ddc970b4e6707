internal import DepositCore
internal import GRDB

extension Database {
    /// Writes an event at the end of the feed, and a delivery of it for every callback that wants it.
    ///
    /// - Parameters:
    ///   - deposits: the rows of the deposits that events of this transaction are about.
    ///   - callbacks: those to tell, where not all that are active.
    /// - Returns: of the deliveries, by callback, those that may be sent once this is committed.
    @discardableResult
    func announce(
        _ event: Event, chain: Int64, deposits: [DepositID: Int64] = [:], to callbacks: [CallbackRow]? = nil,
        at now: Timestamp
    ) throws -> [(callback: String, delivery: DueDelivery)] {
        try prepared(
            "INSERT INTO event (id, type, chain, deposit, sequence, body, at) VALUES (?, ?, ?, ?, ?, ?, ?)"
        ).runObserved([
            .text(event.id.text), .text(event.type.rawValue), .integer(chain),
            .integer(event.deposit.flatMap { deposits[$0] }),
            .integer(event.sequence.map { Int64(clamping: $0) }), .text(event.body), .integer(now.seconds),
        ])
        let number = lastInsertedRowID
        var due: [(callback: String, delivery: DueDelivery)] = []
        for callback in try callbacks ?? activeCallbacks()
        where try callback.filter.wants(event.type, on: event.chain, deposit: { try facts(of: event) }) {
            let delivery = try enqueue(event, number: number, for: callback.number, at: now)
            if let delivery, callback.health.isWell(at: now) { due.append((callback.name, delivery)) }
        }
        return due
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
    ///
    /// - Returns: the delivery if it is due.
    private func enqueue(
        _ event: Event, number: Int64, for callback: Int64, at now: Timestamp
    ) throws -> DueDelivery? {
        let line = event.line
        let isFirst = try event.sequence == 1 || !isWaiting(line, for: callback)
        try prepared(
            "INSERT INTO delivery (callback, event, line, status, next) VALUES (?, ?, ?, 'waiting', ?)"
        ).run([.integer(callback), .integer(number), .text(line), .integer(isFirst ? now.seconds : nil)])
        guard isFirst else { return nil }
        return DueDelivery(
            id: lastInsertedRowID, event: event.id, type: event.type, chain: event.chain, line: line,
            body: event.body, attempts: 0, due: now, committed: now)
    }

    private func isWaiting(_ line: String, for callback: Int64) throws -> Bool {
        let waiting = "SELECT 1 FROM delivery WHERE callback = ? AND line = ? AND status = 'waiting' LIMIT 1"
        return try prepared(waiting).first([.integer(callback), .text(line)]) { _ in } != nil
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
