import ChainKit
import DepositCore
import NodeRPC
import Testing

@testable import DepositEngine

/// What no hash proves is read from as many nodes as must agree, and what most of them say counts.
@Suite struct ReadingTests {
    private static let block = BlockRef(
        height: 7, hash: BlockHash("7a"), time: Timestamp(seconds: 1_800_000_000))
    private static let header = Header(block: block, parent: BlockHash("6a"))

    /// A node that says that these amounts moved; nil: it does not have the block.
    private struct Teller: ChainAdapter {
        let name: String
        let amounts: [UInt64]?
        let isProven: Bool

        func verifyIdentity() async throws(NodeError) {}

        func head() async throws(NodeError) -> Head { Head(header: header, finalized: nil) }

        func headers(at heights: ClosedRange<Height>) async throws(NodeError) -> [Header] { [header] }

        func blocks(_ headers: [Header], watching: Watchlist) async throws(NodeError) -> [Block] {
            guard let amounts else { throw NodeError(node: name, fault: .missing("block 7")) }
            let transfers = amounts.enumerated().map { place, amount in
                Transfer(
                    transaction: TransactionID("t\(place)"), position: Position("call:0"),
                    asset: AssetID("COIN"), amount: Amount(amount), to: Address(key: [1], text: "alice"),
                    from: ["bob"])
            }
            return Block(header: header, transfers: transfers, isProven: isProven).map { [$0] } ?? []
        }
    }

    private func read(
        _ tellers: [[UInt64]?], agree: Int, witness: Watcher.Settings.Witness = .every, isProven: Bool = false
    ) async throws -> [Amount]? {
        let seats = tellers.enumerated().map { place, amounts in
            let teller = Teller(name: "\(place)", amounts: amounts, isProven: isProven)
            return Seat(place: place, node: ChainNode(name: "\(place)", adapter: teller))
        }
        let reading = Reading(
            seat: seats[0], others: Array(seats.dropFirst()), agree: agree, witness: witness)
        do {
            let watchlist = Watchlist(capacity: 1, seed: 1)
            return try await reading.blocks([Self.header], watching: watchlist)[0].transfers.map(\.amount)
        } catch is Unwitnessed {
            return nil
        }
    }

    @Test func `what one node leaves out or makes up does not count against two`() async throws {
        #expect(try await read([[], [5], [5]], agree: 2) == [Amount(5)])
        #expect(try await read([[5, 9], [5], [5]], agree: 2) == [Amount(5)])
        #expect(try await read([[5], [], [5]], agree: 2) == [Amount(5)])
        #expect(try await read([[], []], agree: 2) == [])
    }

    @Test func `where too few say the same the block is not taken`() async throws {
        #expect(try await read([[5], []], agree: 2) == nil)
        #expect(try await read([[5], nil, nil], agree: 2) == nil)
        #expect(try await read([[5], [5], []], agree: 3) == nil)
        #expect(try await read([[5], [], [5], []], agree: 2) == [Amount(5)])
    }

    @Test func `what its hash proves, or one node is trusted for, is read once`() async throws {
        #expect(try await read([[5], nil], agree: 2, isProven: true) == [Amount(5)])
        #expect(try await read([[5], []], agree: 1) == [Amount(5)])
        #expect(try await read([[], [5]], agree: 2, witness: .matched) == [])
        #expect(try await read([[5], []], agree: 2, witness: .matched) == nil)
    }

    @Test func `a deposit in it is confirmed when so many show it again, and more than deny it`() async throws
    {
        func stands(_ readings: [Bool], agree: Int, isProven: Bool = false) -> Bool {
            let transfer = Transfer(
                transaction: TransactionID("t0"), position: Position("call:0"), asset: AssetID("COIN"),
                amount: Amount(5), to: Address(key: [1], text: "alice"), from: ["bob"])
            let due = Deposit(
                id: DepositID("dep_1"), chain: ChainID("c"), transfer: transfer, label: nil,
                requirement: Requirement(depth: 1, finality: false, rule: ""), isSilent: false,
                state: .detected(in: Self.block), sequence: 1)
            var hearing = Hearing([due], agree: agree)
            for (place, isShown) in readings.enumerated() where !hearing.open.isEmpty {
                let teller = Teller(name: "\(place)", amounts: [], isProven: isProven)
                let block = Block(
                    header: Self.header, transfers: isShown ? [transfer] : [], isProven: isProven)
                if let block { hearing.read(block, by: ChainNode(name: "\(place)", adapter: teller)) }
            }
            return !hearing.verdict().standing.isEmpty
        }
        #expect(stands([true, true], agree: 2))
        #expect(!stands([true], agree: 2))
        #expect(!stands([false, true], agree: 1), "one against one holds")
        #expect(stands([false, true, true], agree: 1))
        #expect(stands([true], agree: 2, isProven: true))
        #expect(!stands([false, true], agree: 2, isProven: true))
    }
}
