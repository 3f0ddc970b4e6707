import GRDB
import Synchronization
import Testing

@testable import DepositStore

extension Database {
    /// All that is stored, as text: a line a row, in the order of the tables and of their keys.
    func content() throws -> String {
        let tables = try String.fetchAll(
            self,
            sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1"
        )
        return try tables.map { table in
            let columns = try columns(in: table).map { "quote(\"\($0.name)\")" }.joined(separator: "||' '||")
            let rows = "SELECT group_concat(\(columns), char(10)) FROM \"\(table)\""
            return "\(table):\n\(try String.fetchOne(self, sql: rows) ?? "")\n"
        }.joined()
    }

    /// What SQLite finds wrong with the file; empty when it is whole.
    func flaws() throws -> [String] {
        let integrity = try String.fetchAll(self, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
        let strangers = try Row.fetchAll(self, sql: "PRAGMA foreign_key_check").map { "\($0)" }
        return integrity + strangers
    }
}

/// What was stored after each transaction of a run, the state it began with first.
final class Trail: TransactionObserver, Sendable {
    private let contents: Mutex<[String]>
    private let records: Bool

    /// - Parameter records: false to count transactions only.
    init(of store: Store, records: Bool = true) throws {
        self.records = records
        contents = Mutex(records ? [try store.database.read { try $0.content() }] : [""])
        store.database.add(transactionObserver: self, extent: .databaseLifetime)
    }

    var states: [String] { contents.withLock { $0 } }

    /// How many transactions have been committed, as far as SQLite has said so.
    var committed: Int { contents.withLock { $0.count } - 1 }

    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }
    func databaseDidChange(with event: DatabaseEvent) {}
    func databaseDidRollback(_ db: Database) {}

    func databaseDidCommit(_ db: Database) {
        do {
            let content = records ? try db.content() : ""
            contents.withLock { $0.append(content) }
        } catch {
            Issue.record("what was stored cannot be read: \(error)")
        }
    }
}
