import GRDB
import Testing

@testable import DepositStore

@Suite struct SchemaTests {
    @Test func `the schema is the one that was agreed on`() async throws {
        let store = try Store(at: .memory)
        let statements = try await store.read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT sql FROM sqlite_schema
                    WHERE sql IS NOT NULL AND name NOT LIKE 'grdb%' ORDER BY rowid
                    """)
        }
        #expect(statements.joined(separator: ";\n\n") + ";\n" == goldenSchema)
    }

    @Test func `every table is strict`() async throws {
        let store = try Store(at: .memory)
        let loose = try await store.read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT name FROM pragma_table_list
                    WHERE schema = 'main' AND type = 'table' AND strict = 0
                        AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'grdb%'
                    """)
        }
        #expect(loose.isEmpty)
    }
}
