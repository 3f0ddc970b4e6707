public import DepositCore
internal import GRDB

extension Store {
    /// Sends a delivery again from the beginning of its schedule, whatever became of it: same id, same bytes.
    ///
    /// - Returns: whether there is such a delivery.
    public func retry(delivery: Int64, now: Timestamp) async throws(StoreError) -> Bool {
        try await write { db in
            guard
                let row = try db.row(
                    "SELECT number, callback, line FROM delivery WHERE number = ?", [delivery])
            else {
                return false
            }
            try db.sendAgain(row, due: now)
            return true
        }
    }

    /// The same for every delivery that a filter matches, the oldest first, so many a second.
    ///
    /// They are put back in line a few hundred in a transaction, so that no block waits long for the writer. A crash in
    /// between leaves the rest as it was, and asking once more does no harm.
    ///
    /// - Returns: how many there were.
    public func replay(_ filter: DeliveryFilter, perSecond: Int, now: Timestamp) async throws(StoreError)
        -> Int
    {
        var count = 0
        var last: Int64 = 0
        while true {
            let (sent, end) = try await write { [count, last] db in
                var query = filter.query(time: "+event.at")
                query.add("delivery.number > ?", last)
                let rows = try query.rows(
                    db, "SELECT delivery.number, delivery.callback, delivery.line \(DeliveryFilter.tables)",
                    order: "delivery.number", limit: Self.batch - 1)
                for (index, row) in rows.enumerated() {
                    let wait = Int64((count + index) / max(1, perSecond))
                    try db.sendAgain(row, due: Timestamp(seconds: now.seconds + wait))
                }
                return (rows.count, try rows.last?.get("number", as: Int64.self))
            }
            count += sent
            guard let end, sent == Self.batch else { return count }
            last = end
        }
    }

    private static let batch = 500
}

extension Database {
    /// - Parameter row: a delivery's `number`, `callback` and `line`.
    fileprivate func sendAgain(_ row: Row, due: Timestamp) throws {
        try run(
            "UPDATE delivery SET status = 'waiting', step = 0, next = NULL WHERE number = ?",
            [row.get("number", as: Int64.self)])
        try advance(line: row.get("line"), of: row.get("callback"), at: due)
    }
}

extension DeliveryFilter {
    /// What its conditions speak of.
    static let tables = """
        FROM delivery JOIN event ON event.number = delivery.event
            JOIN callback ON callback.number = delivery.callback
            JOIN chain ON chain.number = event.chain
        """

    /// Whether it is of a range of time, and not of those few that have an index of their own.
    var isOfTime: Bool { (from != nil || to != nil) && status != .waiting && status != .exhausted }

    /// - Parameter time: the column; with a + in front no index is used, where rows are wanted by their numbers.
    func query(time: String = "event.at") -> Query {
        var query = Query()
        query.add("callback.name = ?", callback)
        // Spelled out: SQLite would prepare the statement anew for every value, to see which of the indexes of one
        // status may be used.
        if let status { query.add("delivery.status = '\(status.rawValue)'", all: []) }
        query.add("event.type = ?", type?.rawValue)
        query.add("chain.name = ?", chain?.text)
        query.add("\(time) >= ?", from?.seconds)
        query.add("\(time) < ?", to?.seconds)
        return query
    }
}
