import DepositTestKit
import Foundation
import Testing

/// Every row of the catalogue of attacks and pitfalls is shown by a fixture, or by a test that bears its number; that
/// nothing of a fake is credited, `FakeDepositTests` show for each row.
@Suite struct CatalogueTests {
    @Test(arguments: AttackCatalogue.rows)
    func `a row of the catalogue has a fixture or a test`(row: AttackCatalogue.Row) throws {
        let isShown = try Self.shown.get().contains(row.id)
        #expect(isShown, "\(row.id), \(row.what): no attacks.yaml has it, and no test is named after it")
    }

    @Test func `nothing is shown that the catalogue does not have`() throws {
        let known = Set(AttackCatalogue.rows.map(\.id))
        #expect(known.count == AttackCatalogue.rows.count)
        #expect(try Self.shown.get().subtracting(known).isEmpty)
    }

    @Test func `what fixtures call a fake is one in the catalogue`() throws {
        let fakes = Set(try names.flatMap { try fixture($0).attacks.fakes.map(\.row) })
        #expect(fakes == Set(AttackCatalogue.fakeRows.map(\.id)))
    }

    @Test func `a deposit that is not seen is written down where its chain is described`() throws {
        let rows = AttackCatalogue.rows.filter { $0.kind == .unsupported }
        #expect(rows.map(\.id) == ["E23c"])
        for row in rows {
            let place = try #require(AttackCatalogue.unsupported[row.id])
            let text = try String(contentsOfFile: "\(root)/\(place.file)", encoding: .utf8)
            #expect(text.contains(place.words))
        }
    }

    @Test(arguments: [
        ("E3 and E4: another contract's", ["E3", "E4"]), ("E21, E24 and G7: a", ["E21", "E24", "G7"]),
        ("E23a: of", ["E23a"]), ("a head: that", []), ("BIP-173's and BIP-350's", []),
    ])
    func `a test's name begins with its rows`(name: String, rows: [String]) {
        #expect(AttackCatalogue.rows(of: name) == rows)
    }

    private static let shown = Result {
        let fixtures = try names.map { try fixture($0).attacks.rows }
        return try fixtures.reduce(Set(testNames().flatMap { AttackCatalogue.rows(of: $0) })) { $0.union($1) }
    }

    /// What stands between the backticks of every function in `Tests`.
    private static func testNames() throws -> [String] {
        let files = FileManager.default.enumerator(atPath: root + "/Tests")?.allObjects as? [String] ?? []
        return try files.filter { $0.hasSuffix(".swift") }.flatMap { path in
            let text = try String(contentsOfFile: "\(root)/Tests/\(path)", encoding: .utf8)
            return text.matches(of: /func `([^`]+)`/).map { String($0.output.1) }
        }
    }
}
