internal import DepositCore
internal import GRDB

extension Store {
    /// The feed after a cursor, in the order of commits, without gaps. At its end `next` repeats where it ended, so
    /// that a reader can ask again from there.
    ///
    /// - Throws: `unknownCursor` also when the store is not the one that gave it (a backup was put back): the order of
    ///   events between chains may then be another, so going on from there could skip some.
    public func events(after cursor: Cursor?, limit: Int) async throws(StoreError) -> Page<FeedItem> {
        var last: Int64 = 0
        var id: String?
        if let cursor {
            let parts = try cursor.parts("e", count: 2).map { String(decoding: $0, as: UTF8.self) }
            guard let number = Int64(parts[0]) else { throw .unknownCursor(cursor.text) }
            (last, id) = (number, parts[1])
        }
        return try await read { [last, id] db in
            if let cursor {
                let row = try db.row("SELECT id FROM event WHERE number = ?", [last])
                guard try row?.get("id") == id else { throw StoreError.unknownCursor(cursor.text) }
            }
            let rows = try db.rows(
                """
                SELECT event.number AS event_number, event.id AS event_id, event.type, event.body, chain.name
                FROM event JOIN chain ON chain.number = event.chain
                WHERE event.number > ? ORDER BY event.number LIMIT ?
                """, [last, limit])
            let items = try rows.map(FeedItem.init)
            return Page(items: items, next: items.last?.cursor ?? cursor)
        }
    }
}

extension FeedItem {
    /// - Parameter row: `event_number`, `event_id`, `type` and `body` of an event, and its chain's `name`.
    init(_ row: Row) throws {
        let id: String = try row.get("event_id")
        let number: Int64 = try row.get("event_number")
        guard let type: EventType = try row.word("type") else { throw Damage("an event has no type") }
        self.init(
            id: EventID(id), type: type, chain: ChainID(try row.get("name")), body: try row.get("body"),
            cursor: Cursor("e", [Array(String(number).utf8), Array(id.utf8)]))
    }
}
