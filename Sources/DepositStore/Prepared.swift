internal import GRDB
internal import GRDBSQLite

/// A statement whose values go straight to SQLite by their places, without a box around each, and which is run without
/// a word to GRDB: for what is read and written for every transfer.
struct Prepared {
    private let statement: Statement

    init(_ db: Database, _ sql: String) throws {
        statement = try db.cachedStatement(sql: sql)
    }

    /// - Precondition: nobody observes what it writes: only what goes through GRDB is told to its observers.
    func run(_ values: [Bound]) throws {
        _ = try first(values) { _ in }
    }

    /// As `run`, through GRDB.
    func runObserved(_ values: [Bound]) throws {
        // GRDB would demand arguments of its own otherwise. This forgets what is bound, so it comes first.
        statement.setUncheckedArguments(StatementArguments())
        try bind(values)
        try statement.execute()
    }

    /// What `read` makes of the first row; nil where there is none.
    func first<Value>(_ values: [Bound], _ read: (Columns) throws -> Value) throws -> Value? {
        try bind(values)
        let handle = statement.sqliteStatement
        defer { sqlite3_reset(handle) }
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return try read(Columns(handle: handle))
        case SQLITE_DONE: return nil
        case let code: throw failure(code)
        }
    }

    /// What `read` makes of each row.
    func all<Value>(_ values: [Bound], _ read: (NamedColumns) throws -> Value) throws -> [Value] {
        try bind(values)
        let handle = statement.sqliteStatement
        defer { sqlite3_reset(handle) }
        let row = NamedColumns(Columns(handle: handle))
        var made: [Value] = []
        while true {
            switch sqlite3_step(handle) {
            case SQLITE_ROW: made.append(try read(row))
            case SQLITE_DONE: return made
            case let code: throw failure(code)
            }
        }
    }

    private func bind(_ values: [Bound]) throws {
        let handle = statement.sqliteStatement
        sqlite3_reset(handle)
        for (index, value) in values.enumerated() {
            let code = value.bind(to: handle, at: CInt(index + 1))
            guard code == SQLITE_OK else { throw failure(code) }
        }
    }

    private func failure(_ code: CInt) -> DatabaseError {
        let message = sqlite3_errmsg(sqlite3_db_handle(statement.sqliteStatement)).map { String(cString: $0) }
        return DatabaseError(resultCode: ResultCode(rawValue: code), message: message, sql: statement.sql)
    }
}

/// A value for a place in a statement; nil is SQL's null.
enum Bound {
    case integer(Int64?)
    case text(String?)
    case bytes([UInt8])

    static func count(_ value: UInt64?) -> Bound { .integer(value.map { Int64(clamping: $0) }) }

    /// SQLite takes a copy.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    fileprivate func bind(to handle: OpaquePointer, at place: CInt) -> CInt {
        switch self {
        case .integer(nil), .text(nil): return sqlite3_bind_null(handle, place)
        case .integer(let value?): return sqlite3_bind_int64(handle, place, value)
        case .text(""): return sqlite3_bind_text(handle, place, "", 0, Self.copied)
        case .text(var value?):
            return value.withUTF8 { utf8 in
                utf8.withMemoryRebound(to: CChar.self) {
                    sqlite3_bind_text(handle, place, $0.baseAddress, CInt(clamping: $0.count), Self.copied)
                }
            }
        case .bytes([]): return sqlite3_bind_zeroblob(handle, place, 0)
        case .bytes(let bytes):
            return bytes.withUnsafeBytes {
                sqlite3_bind_blob(handle, place, $0.baseAddress, CInt(clamping: $0.count), Self.copied)
            }
        }
    }
}

/// The row that a statement stands on.
struct Columns {
    fileprivate let handle: OpaquePointer

    func integer(_ place: CInt) -> Int64 { sqlite3_column_int64(handle, place) }

    /// Nil for null.
    func text(_ place: CInt) -> String? {
        guard let start = sqlite3_column_text(handle, place) else { return nil }
        let count = Int(sqlite3_column_bytes(handle, place))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }
}

/// The row that a statement stands on, its columns found by their names.
///
/// The search goes on behind the column that was found last: whoever asks in their order finds each at once. No name
/// may occur twice. GRDB's own row makes a dictionary of all names whenever a statement is run: a twentieth of the time
/// that a block's transaction takes.
final class NamedColumns: StoredRow {
    private let handle: OpaquePointer
    private let count: CInt
    private var next: CInt = 0

    init(_ columns: Columns) {
        handle = columns.handle
        count = sqlite3_column_count(handle)
    }

    func stored(_ column: String) -> DatabaseValue {
        column.withCString { name in
            for _ in 0..<count {
                let place = next
                next = place + 1 < count ? place + 1 : 0
                if sqlite3_stricmp(name, sqlite3_column_name(handle, place)) == 0 {
                    return DatabaseValue(sqliteStatement: handle, index: place)
                }
            }
            preconditionFailure("the statement has no column \(column)")
        }
    }
}
