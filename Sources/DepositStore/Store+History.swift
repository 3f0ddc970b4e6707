public import DepositCore
internal import GRDB

extension Store {
    /// A deposit with all that happened to it and was told of it; nil where there is none.
    public func history(of deposit: DepositID) async throws(StoreError) -> DepositHistory? {
        try await read { db in
            guard let row = try db.row("SELECT number FROM deposit WHERE id = ?", [deposit.text]),
                let found = try db.deposits([deposit]).first
            else { return nil }
            let number: Int64 = try row.get("number")
            let turns = try db.rows(DepositHistory.Turn.select, [number])
            let deliveries = try db.rows(
                "\(DeliveryRecord.select) WHERE event.deposit = ? ORDER BY delivery.number", [number])
            return DepositHistory(
                deposit: found, turns: try turns.map(DepositHistory.Turn.init),
                deliveries: try deliveries.map { try DeliveryRecord($0, db) })
        }
    }

    /// Deliveries, the newest first.
    public func deliveries(
        _ filter: DeliveryFilter, after cursor: Cursor?, limit: Int
    ) async throws(StoreError) -> Page<DeliveryRecord> {
        if filter.isOfTime { return try await deliveriesByTime(filter, after: cursor, limit: limit) }
        let last = try cursor?.number("o")
        return try await read { db in
            var query = filter.query(time: "+event.at")
            query.add("delivery.number < ?", last)
            let rows = try query.rows(
                db, DeliveryRecord.select, order: "delivery.number DESC", limit: limit)
            return try Page(rows, limit: limit, cursor: { Cursor("o", number: try $0.get("number")) }) {
                try DeliveryRecord($0, db)
            }
        }
    }

    /// The same walked along the events' times, from the end of the range on: what lies outside of it is not read.
    private func deliveriesByTime(
        _ filter: DeliveryFilter, after cursor: Cursor?, limit: Int
    ) async throws(StoreError) -> Page<DeliveryRecord> {
        let last = try cursor?.numbers("t", count: 2)
        return try await read { db in
            var query = filter.query()
            if let last {
                query.add("event.at <= ?", last[0])
                query.add("(event.at, delivery.number) < (?, ?)", all: last)
            }
            let rows = try query.rows(
                db, DeliveryRecord.selectByTime, order: DeliveryRecord.byTime, limit: limit)
            return try Page(
                rows, limit: limit,
                cursor: { Cursor("t", numbers: [try $0.get("at"), try $0.get("number")]) }
            ) { try DeliveryRecord($0, db) }
        }
    }

    /// One delivery with its event; nil where there is none.
    public func delivery(
        _ number: Int64
    ) async throws(StoreError) -> (delivery: DeliveryRecord, event: FeedItem)? {
        try await read { db in
            guard let row = try db.row("\(DeliveryRecord.select) WHERE delivery.number = ?", [number]) else {
                return nil
            }
            return (try DeliveryRecord(row, db), try FeedItem(row))
        }
    }
}

extension DepositHistory.Turn {
    /// What was told, as it was told, and between that what was not.
    fileprivate static let select = """
        SELECT event.sequence, 0 AS place, NULL AS status,
            coalesce(body ->> '$.data.block.height', body ->> '$.data.displaced_block.height') AS height,
            coalesce(body ->> '$.data.block.hash', body ->> '$.data.displaced_block.hash') AS hash,
            unixepoch(coalesce(body ->> '$.data.block.time', body ->> '$.data.displaced_block.time')) AS time,
            body ->> '$.data.reason' AS review, event.at,
            event.number AS event_number, event.id AS event_id, event.type, event.body, chain.name
        FROM event JOIN chain ON chain.number = event.chain WHERE event.deposit = ?1
        UNION ALL
        SELECT sequence, number, status, height, hash, time, review, at, NULL, NULL, NULL, NULL, NULL
        FROM turn WHERE deposit = ?1
        ORDER BY 1, 2
        """

    fileprivate init(_ row: Row) throws {
        let event = try row.find("event_number", as: Int64.self).map { _ in try FeedItem(row) }
        guard let status = try event?.type.status ?? row.word("status") else {
            throw Damage("a turn has no status")
        }
        self.init(
            status: status, block: try row.block(), doubt: try row.word("review"),
            at: Timestamp(seconds: try row.get("at")), event: event)
    }
}

extension DeliveryRecord {
    fileprivate static let select = "\(columns) \(DeliveryFilter.tables)"

    private static let columns = """
        SELECT delivery.*, callback.name AS callback_name, event.number AS event_number,
            event.id AS event_id, event.type, event.body, event.at, chain.name
        """

    /// CROSS keeps the events on the outside: SQLite, which knows nothing of how many there are, might else read every
    /// delivery there is and sort them.
    static let selectByTime = """
        \(columns) FROM event CROSS JOIN delivery ON delivery.event = event.number
            JOIN callback ON callback.number = delivery.callback
            JOIN chain ON chain.number = event.chain
        """
    static let byTime = "event.at DESC, delivery.number DESC"

    fileprivate init(_ row: Row, _ db: Database) throws {
        guard let type: EventType = try row.word("type"), let status: Status = try row.word("status") else {
            throw Damage("a delivery has no type or no status")
        }
        let number: Int64 = try row.get("number")
        let attempts = try db.rows("SELECT * FROM attempt WHERE delivery = ? ORDER BY number", [number])
        self.init(
            id: number, callback: try row.get("callback_name"), event: EventID(try row.get("event_id")),
            type: type, chain: ChainID(try row.get("name")), at: Timestamp(seconds: try row.get("at")),
            status: status, next: try row.find("next").map { Timestamp(seconds: $0) },
            attempts: try attempts.map(Attempt.init))
    }
}

extension Attempt {
    fileprivate init(_ row: Row) throws {
        let status: Int? = try row.find("status")
        self.init(
            at: Timestamp(seconds: try row.get("at")), milliseconds: try row.get("milliseconds"),
            answer: try status.map { .status($0) } ?? .failure(row.get("failure")),
            excerpt: try row.get("excerpt"))
    }
}
