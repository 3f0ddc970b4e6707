import ChainKit
import DepositCore
import NodeRPC
import Testing

@testable import EVMChain

/// Fields that say again what a root proves. Where one does, they decide nothing; where none does, they are all there
/// is.
@Suite struct DecorationTests {
    struct Oddity: Sendable, CustomTestStringConvertible {
        let name: String
        /// Part of what the remark says, and of the reason where it is refused.
        let words: String
        let apply: @Sendable (inout RecordedBlock) -> Void

        var testDescription: String { name }
    }

    private static let honest: RecordedBlock = {
        var block = ForgedBlock()
        block.add(to: ForgedBlock.other)
        block.add(to: ForgedBlock.watched, value: "0x8")
        block.add(
            to: ForgedBlock.token,
            logs: [ForgedBlock.log("0x5"), ForgedBlock.log("0x6", to: ForgedBlock.other)])
        block.add(to: ForgedBlock.token, logs: [ForgedBlock.log("0x7")])
        return block.sealed()
    }()

    private static let foreign = "0x" + String(repeating: "9", count: 64)

    private static let refusedUnrooted: [Oddity] = [
        Oddity(name: "a receipt of another block", words: "block of receipt 1") {
            $0.receipts?[1]["blockHash"] = foreign
        },
        Oddity(name: "a receipt of another transaction", words: "transaction of receipt 1") {
            $0.receipts?[1]["transactionHash"] = foreign
        },
        Oddity(name: "a receipt at another place", words: "index of receipt 1") {
            $0.receipts?[1]["transactionIndex"] = "0x2"
        },
        Oddity(name: "a receipt of another type", words: "type of receipt 1") {
            $0.receipts?[1]["type"] = "0x2"
        },
        Oddity(name: "a receipt without its place", words: "transactionIndex is missing") {
            $0.receipts?[1]["transactionIndex"] = nil
        },
        Oddity(name: "a transaction of another block", words: "block of transaction 1") {
            $0.transactions[1]["blockHash"] = foreign
        },
        Oddity(name: "a transaction at another place", words: "index of transaction 1") {
            $0.transactions[1]["transactionIndex"] = "0x0"
        },
        Oddity(name: "a log of another block", words: "block of log 0") {
            $0.changeLog(2, 0, "blockHash", foreign)
        },
        Oddity(name: "a log of another transaction", words: "transaction of log 0") {
            $0.changeLog(2, 0, "transactionHash", foreign)
        },
        Oddity(name: "a removed log", words: "removed") { $0.changeLog(2, 0, "removed", true) },
        Oddity(name: "a gap in the logs", words: "index of a log of receipt 3") {
            $0.changeLog(3, 0, "logIndex", "0x5")
        },
        Oddity(name: "a log index that is a number", words: "logIndex is no 0x text") {
            $0.changeLog(3, 0, "logIndex", 2)
        },
    ]

    private static func read(_ block: RecordedBlock, proof: String) async throws -> ([String], [Remark]) {
        let chain = try chain(proof: proof, assets: [(id: "USD", contract: ForgedBlock.token)])
        let node = Node(name: "node", wire: ScriptedWire { block.answer($0, $1) })
        let found = try await chain.adapter(on: node)
            .blocks([honest.header], watching: watchlist([ForgedBlock.watched]))
        return (found.flatMap(\.transfers).map { "\($0.position) \($0.amount)" }, node.remarks.all)
    }

    @Test(arguments: refusedUnrooted)
    func `what a root proves stands, whatever a field says that it settles`(oddity: Oddity) async throws {
        var told = Self.honest
        oddity.apply(&told)
        for proof in ["receipts", "full"] {
            let (found, remarks) = try await Self.read(told, proof: proof)
            #expect(found == ["call:0 8", "log:0 5", "log:0 7"])
            #expect(remarks.count == 1)
            #expect(remarks.first?.words.contains(oddity.words) == true, "\(remarks)")
        }
        for proof in ["count", "bloom"] {
            let error = await #expect(throws: NodeError.self) { try await Self.read(told, proof: proof) }
            #expect(said(error).contains(oddity.words), "proof \(proof)")
        }
    }

    /// What nobody says decides nothing, under any proof: the log stands in its receipt.
    @Test(arguments: ["count", "bloom", "receipts", "full"])
    func `a log need not say where it stands, and some number those of each receipt from 0`(proof: String)
        async throws
    {
        var bare = Self.honest
        var numbered = Self.honest
        for (receipt, log) in [(2, 0), (2, 1), (3, 0)] {
            bare.changeLogs(receipt) { logs in
                for name in ["blockHash", "transactionHash", "transactionIndex", "logIndex", "removed"] {
                    logs[log][name] = nil
                }
            }
            numbered.changeLog(receipt, log, "logIndex", "0x\(log)")
        }
        #expect(try await Self.read(bare, proof: proof).0.count == 3)
        #expect(try await Self.read(numbered, proof: proof).0.count == 3)
        var alone = numbered
        alone.lacksBlockReceipts = true
        #expect(try await Self.read(alone, proof: proof).0.count == 3, "logs or receipts by themselves")
        var lying = numbered
        lying.changeLogs(2) { $0.removeFirst() }
        await #expect(throws: NodeError.self, "a log that was left out") {
            try await Self.read(lying, proof: proof)
        }
    }

    @Test(arguments: ["0x", "0x" + String(repeating: "0", count: 512), "null"])
    func `receipts whose blooms are wrong are proven by blooms made from their logs`(bloom: String)
        async throws
    {
        var told = Self.honest
        for index in 0..<4 { told.receipts?[index]["logsBloom"] = bloom == "null" ? nil : bloom }
        for proof in ["receipts", "full"] {
            let (found, remarks) = try await Self.read(told, proof: proof)
            #expect(found.count == 3)
            #expect(remarks.map(\.topic) == (bloom == "null" ? [] : ["blooms of receipts"]))
        }
        told.changeLogs(3) { $0.removeAll() }
        await #expect(throws: NodeError.self) { try await Self.read(told, proof: "full") }
    }

    @Test func `a gas sum of zero proves nothing, and is no lie under a proof without roots`() async throws {
        var told = Self.honest
        for index in 0..<4 { told.receipts?[index]["cumulativeGasUsed"] = "0x0" }
        for proof in ["count", "bloom"] {
            let (found, remarks) = try await Self.read(told, proof: proof)
            #expect(found.count == 3)
            #expect(remarks.map(\.topic) == ["gas of receipts"])
        }
        let rooted = await #expect(throws: NodeError.self) { try await Self.read(told, proof: "full") }
        #expect(said(rooted).contains("receipts root"), "the root is over it")
        var other = Self.honest
        other.block["gasUsed"] = "0x1"
        for proof in ["count", "bloom"] {
            let error = await #expect(throws: NodeError.self) { try await Self.read(other, proof: proof) }
            #expect(said(error).contains("gas used of block"))
        }
        #expect(try await Self.read(other, proof: "receipts").0.count == 3)
    }

    @Test func `what decides nothing is told once, however many blocks have it`() async throws {
        var told = Self.honest
        told.changeLog(2, 0, "logIndex", "0x9")
        told.changeLog(3, 0, "logIndex", "0x9")
        let chain = try chain(assets: [(id: "USD", contract: ForgedBlock.token)])
        let block = told
        let node = Node(name: "node", wire: ScriptedWire { block.answer($0, $1) })
        let adapter = chain.adapter(on: node)
        for _ in 0..<3 { _ = try await adapter.blocks([told.header], watching: watchlist([])) }
        #expect(node.remarks.all.count == 1)
    }
}
