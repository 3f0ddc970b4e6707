import DepositCore
import DepositStore
import DepositTestKit
import Foundation
import Testing

@testable import BitcoinChain

/// What looks like a deposit in a fixture is on its tape, and is not credited.
@Suite(.timeLimit(.minutes(5))) struct FakeDepositTests {
    @Test(arguments: AttackCatalogue.fakeRows)
    func `of a row's fakes nothing is credited, for the reason that the fixture gives`(
        row: AttackCatalogue.Row
    ) async throws {
        var count = 0
        for fixture in try names.map({ try fixture($0) }) where fixture.attacks.rows.contains(row.id) {
            let store = try Store(at: .memory)
            let events = try await FixturePlayer(fixture).play(into: store)
            let onTape = try TapeTransactions(fixture)
            for fake in fixture.attacks.fakes where fake.row == row.id {
                #expect(onTape.hold(fake.transaction), "\(fake.transaction) is not on the tape")
                let recorded = try await store.deposits(
                    DepositFilter(transaction: fake.transaction), after: nil, limit: 100)
                #expect(fake.complaint(recorded: recorded.items, events: events) == nil)
                count += 1
            }
        }
        #expect(count > 0, "no fixture has a fake of \(row.id)")
    }

    @Test func `a fake that was credited, or was not taken as it should be, is complained of`() async throws {
        let fixture = try fixture("evm/dev-evm/copied-transfer-log")
        let store = try Store(at: .memory)
        let events = try await FixturePlayer(fixture).play(into: store)
        let transaction = try #require(fixture.attacks.fakes.first?.transaction)
        let recorded = try await store.deposits(
            DepositFilter(transaction: transaction), after: nil, limit: 100
        ).items
        for why in FakeDeposit.Reason.allCases {
            for position in [Position("log:0"), nil] {
                let fake = FakeDeposit(row: "E14", transaction: transaction, position: position, why: why)
                #expect(fake.complaint(recorded: recorded, events: events)?.contains("credited") == true)
            }
            let forged = FakeDeposit(
                row: "E14", transaction: transaction, position: Position("log:1"), why: why)
            let isAbsent = [.notAMovement, .notAListedAsset, .notToAnIssuedAddress].contains(why)
            #expect((forged.complaint(recorded: recorded, events: events) == nil) == isAbsent)
        }
    }

    @Test(arguments: names)
    func `E19: nothing that is pending is ever asked for`(name: String) throws {
        let tape = try String(contentsOfFile: "\(root)/fixtures/\(name)/tape.jsonl", encoding: .utf8)
        #expect(!tape.contains("\"pending\"") && !tape.contains("mempool"))
    }

    @Test(arguments: names)
    func `G10: a clock that is wrong by years decides nothing`(name: String) async throws {
        let fixture = try fixture(name)
        let present = try await FixturePlayer(fixture).play()
        let late = try await FixturePlayer(fixture, now: Timestamp(seconds: 9_000_000_000)).play()
        #expect(late.map(\.id) == present.map(\.id))
        // One that is behind takes no block for true that claims to come from the far future, and so decides nothing.
        let past = try await FixturePlayer(fixture, now: Timestamp(seconds: 1)).play()
        #expect(past.isEmpty)
    }
}

/// The transactions of the blocks that a tape holds.
private struct TapeTransactions {
    private let text: String
    private let hashed: Set<String>

    init(_ fixture: Fixture) throws {
        text = try String(contentsOfFile: "\(fixture.folder)/tape.jsonl", encoding: .utf8)
        let isRaw = fixture.chain is Bitcoin
        hashed = isRaw ? Set(try text.split(separator: "\n").flatMap(Self.rawTransactions)) : []
    }

    func hold(_ transaction: TransactionID) -> Bool {
        hashed.contains(transaction.text) || text.contains("\"hash\":\"\(transaction)\"")
    }

    /// The ids of the transactions in a line's raw block; none where it holds none.
    private static func rawTransactions(_ line: Substring) throws -> [String] {
        let exchange = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        guard let digits = exchange?["result"] as? String, digits.utf8.count > 160,
            let bytes = Hex.decode(digits)
        else { return [] }
        return try bytes.withUnsafeBytes { bytes in
            var reader = ByteReader(bytes)
            let header = try BlockHeader(&reader)
            let block = try RawBlock(bytes, hash: header.hash, format: .init(mweb: true)) { _ in true }
            return block.outputs.map(\.transaction.text)
        }
    }
}
