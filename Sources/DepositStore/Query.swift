internal import GRDB

/// The conditions of a list, gathered one by one, with their arguments.
struct Query {
    private var conditions: [String] = []
    private var arguments: [(any DatabaseValueConvertible)?] = []

    /// Adds a condition where there is something to compare with.
    mutating func add(_ condition: String, _ value: (any DatabaseValueConvertible)?) {
        guard let value else { return }
        conditions.append(condition)
        arguments.append(value)
    }

    mutating func add(_ condition: String, all values: [any DatabaseValueConvertible]) {
        conditions.append(condition)
        arguments += values
    }

    /// The rows of `select` that meet all conditions, in an order, no more than one above `limit`: that one tells
    /// whether there is a next page.
    func rows(_ db: Database, _ select: String, order: String, limit: Int) throws -> [Row] {
        let filter = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
        return try db.rows(
            select + filter + " ORDER BY \(order) LIMIT ?", StatementArguments(arguments + [limit + 1]))
    }
}

extension Page {
    /// - Parameter rows: up to one more than `limit`.
    init(_ rows: [Row], limit: Int, cursor: (Row) throws -> Cursor, item: (Row) throws -> Item) throws {
        let shown = rows.prefix(limit)
        items = try shown.map(item)
        next = rows.count > limit ? try shown.last.map(cursor) : nil
    }
}
