internal import GRDB
internal import GRDBSQLite

extension Database {
    /// Moves the log into the database after each commit that has let it grow to so many pages.
    ///
    /// SQLite's own `wal_autocheckpoint` does this too, but keeps its errors to itself; and what could not be flushed
    /// must stop us. Here the commit fails, though its transaction is durable in the log.
    func checkpoint(every pages: Int) {
        sqlite3_wal_hook(
            sqliteConnection,
            { limit, connection, name, count in
                guard Int(count) >= Int(bitPattern: limit) else { return SQLITE_OK }
                let result = sqlite3_wal_checkpoint_v2(connection, name, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
                // Readers stand in its way: the next commit tries again.
                let isBusy = [SQLITE_BUSY, SQLITE_LOCKED].contains(result & 0xff)
                return isBusy ? SQLITE_OK : result
            }, UnsafeMutableRawPointer(bitPattern: pages))
    }
}
