internal import GRDB

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

extension Store {
    /// A connection that cannot write. In WAL mode it neither waits for the daemon nor holds it up.
    ///
    /// SQLite makes the `-wal` and `-shm` files where there are none, as beside a copy: a folder that cannot be written
    /// is then refused, and not read as if no daemon could start meanwhile.
    static func openToRead(_ path: String) throws(StoreError) -> any DatabaseWriter {
        guard access(path, F_OK) == 0 || errno != ENOENT else { throw .missing(file: path) }
        var configuration = Configuration()
        configuration.label = "depositwatch.store.reading"
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        do {
            let database = try DatabaseQueue(path: path, configuration: configuration)
            try database.read { db in try Schema.assertCurrent(db, file: path) }
            return database
        } catch let error as DatabaseError {
            switch error.resultCode {
            case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM:
                throw .unreadable(file: path, detail: error.message ?? "SQLite \(error.resultCode.rawValue)")
            default: throw StoreError(error, file: path)
            }
        } catch {
            throw StoreError(error, file: path)
        }
    }
}

extension Schema {
    /// A reader takes the schema as it is, so it must be the very one that this version writes.
    fileprivate static func assertCurrent(_ db: Database, file: String) throws {
        let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
        if tables == 0 { throw StoreError.older(file: file) }
        guard try Int.fetchOne(db, sql: "PRAGMA application_id") == applicationID else {
            throw Damage("it is an SQLite file of another program")
        }
        let applied = try migrator.appliedIdentifiers(db)
        if let newer = applied.first(where: { !migrator.migrations.contains($0) }) {
            throw StoreError.newer(file: file, migration: newer)
        }
        guard applied.isSuperset(of: migrator.migrations) else { throw StoreError.older(file: file) }
    }
}
