internal import GRDB

/// The tables of the store, and how an older file becomes a newer one.
enum Schema {
    /// Marks the file as ours: `dpwt` in ASCII.
    static let applicationID = 0x6470_7774

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { db in
            try db.execute(sql: version1)
            CrashPoint.migrating.pass()
        }
        migrator.registerMigration("2") { db in try db.execute(sql: version2) }
        return migrator
    }

    /// Brings the file up to date, or says why it is not ours to touch.
    static func migrate(_ writer: any DatabaseWriter, file: String) throws {
        try writer.write { db in
            let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
            let application = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
            guard tables == 0 || application == applicationID else {
                throw Damage("it is an SQLite file of another program")
            }
            // Before the first table: whatever a crash leaves of a first start must be known as ours.
            if application != applicationID {
                try db.execute(sql: "PRAGMA application_id = \(applicationID)")
            }
            let known = Set(migrator.migrations)
            guard let newer = try migrator.appliedIdentifiers(db).first(where: { !known.contains($0) }) else {
                return
            }
            throw StoreError.newer(file: file, migration: newer)
        }
        try migrator.migrate(writer)
    }
}
