internal import GRDB

// Every statement of the store is prepared once a connection and kept.
extension Database {
    func run(_ sql: String, _ arguments: StatementArguments = []) throws {
        try cachedStatement(sql: sql).execute(arguments: arguments)
    }

    func row(_ sql: String, _ arguments: StatementArguments = []) throws -> Row? {
        try Row.fetchOne(cachedStatement(sql: sql), arguments: arguments)
    }

    func rows(_ sql: String, _ arguments: StatementArguments = []) throws -> [Row] {
        try Row.fetchAll(cachedStatement(sql: sql), arguments: arguments)
    }

    /// What `read` makes of each row, without a copy of it.
    func rows<Value>(
        _ sql: String, _ values: [Bound] = [], _ read: (NamedColumns) throws -> Value
    ) throws -> [Value] {
        try prepared(sql).all(values, read)
    }

    /// What `read` makes of the first row; nil where there is none.
    func row<Value>(
        _ sql: String, _ values: [Bound], _ read: (NamedColumns) throws -> Value
    ) throws -> Value? {
        try prepared(sql).first(values) { try read(NamedColumns($0)) }
    }

    func integer(_ sql: String, _ arguments: StatementArguments = []) throws -> Int64? {
        try Int64.fetchOne(cachedStatement(sql: sql), arguments: arguments)
    }
}

extension Database {
    func prepared(_ sql: String) throws -> Prepared { try Prepared(self, sql) }
}

/// A row that gives its columns by their names.
protocol StoredRow {
    func stored(_ column: String) -> DatabaseValue
}

extension Row: StoredRow {
    func stored(_ column: String) -> DatabaseValue { self[column] }
}

extension StoredRow {
    /// A column that must hold a value of this type, or the file is damaged.
    func get<Value: DatabaseValueConvertible>(_ column: String, as type: Value.Type = Value.self) throws
        -> Value
    {
        guard let value = try find(column, as: type) else { throw Damage("\(column) is missing") }
        return value
    }

    /// A column that may be null.
    func find<Value: DatabaseValueConvertible>(
        _ column: String, as type: Value.Type = Value.self
    ) throws -> Value? {
        let stored = stored(column)
        guard !stored.isNull else { return nil }
        guard let value = Value.fromDatabaseValue(stored) else { throw Damage("\(column) holds \(stored)") }
        return value
    }
}
