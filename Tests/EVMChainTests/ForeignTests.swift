import ChainKit
import DepositCore
import DepositTestKit
import NodeRPC
import Synchronization
import Testing

@testable import EVMChain

/// Transactions of types that are not known here: each taints only itself.
@Suite struct ForeignTests {
    static let watched = ForgedBlock.watched
    static let assets = [(id: "USD", contract: ForgedBlock.token)]

    /// A block with a transaction of the foreign type in the middle, that pays a watched address, and its raw bytes.
    static func block(_ type: String = "0x55") -> (block: RecordedBlock, raw: [UInt8], hash: String) {
        var block = ForgedBlock()
        block.add(to: watched, value: "0x5")
        block.add(
            to: watched, value: "0x6", logs: [ForgedBlock.log("0x7")],
            changed: ["type": type, "v": "0x25", "r": "0x1", "s": "0x2"])
        block.add(to: ForgedBlock.token, logs: [ForgedBlock.log("0x8")])
        let sealed = block.sealed()
        let raw = ForgedBlock.encode(sealed.transactions[1])
        return (sealed, raw, Keccak256.hash(raw).text)
    }

    /// A node that shows the block, and answers for raw transactions as it is told to; and what it was asked.
    final class Scene: Sendable {
        let node: Node
        let adapter: any ChainAdapter
        let asked: Asked

        init(
            _ block: RecordedBlock, proof: String = "full", options: String = "{}",
            assets: [(id: String, contract: String)] = assets,
            raw: @escaping @Sendable (String, String) -> ScriptedWire.Reply? = { _, _ in nil }
        ) throws {
            let asked = Asked()
            self.asked = asked
            node = Node(
                name: "node",
                wire: ScriptedWire { method, params in
                    asked.note(method)
                    return raw(method, params) ?? block.answer(method, params)
                })
            adapter = try chain(proof: proof, assets: assets, options: options).adapter(on: node)
        }

        func read(_ header: Header) async throws -> Block? {
            try await adapter.blocks([header], watching: watchlist([watched])).first
        }
    }

    final class Asked: Sendable {
        private let methods = Mutex<[String]>([])
        var all: [String] { methods.withLock { $0 } }
        func note(_ method: String) { methods.withLock { $0.append(method) } }
    }

    @Test(arguments: ["count", "bloom", "receipts", "full"])
    func `a foreign transaction sends its own transfers to review, and no others`(proof: String) async throws
    {
        for type in ["0x55", "0x7d", "0x7e", "0xfe", "0xff"] {
            let (block, _, _) = Self.block(type)
            let found = try await Scene(block, proof: proof).read(block.header)
            #expect(found?.transfers.map(\.position.text) == ["call:0", "log:0", "call:0", "log:0"])
            #expect(
                found?.transfers.map(\.doubt) == [
                    nil, .transactionTypeUnknown, .transactionTypeUnknown, nil,
                ],
                "type \(type), proof \(proof)")
            #expect(found?.isProven == false)
        }
    }

    @Test(arguments: RawTransactions.methods)
    func `the raw bytes of what is foreign prove what is not`(method: String) async throws {
        let (block, raw, hash) = Self.block()
        let answer: @Sendable (String, String) -> ScriptedWire.Reply? = { asked, params in
            guard asked == method, params.contains(hash) else { return nil }
            return .result(#""0x\#(raw.hexDigits)""#)
        }
        let scene = try Scene(block, raw: answer)
        for _ in 0..<2 {
            let found = try await scene.read(block.header)
            #expect(found?.transfers.count(where: { $0.doubt == nil }) == 2)
            #expect(found?.isProven == false, "what it moves itself is the node's word")
        }
        #expect(scene.asked.all.count { $0 == method } == 2)
        #expect(
            scene.asked.all.count { RawTransactions.methods.contains($0) } <= 3, "what works is asked first")
        #expect(scene.node.remarks.all.map(\.topic) == ["type 0x55"])

        // A transaction of the liar's own in the place of another, its hash and signature right.
        var forged = ForgedBlock()
        forged.add(to: Self.watched, value: "0x99")
        var lying = block
        lying.transactions[0] = forged.sealed().transactions[0].merging(["blockHash": block.header.hash.text])
        { $1 }
        let forgedHash = lying.transactions[0]["hash"]
        lying.receipts?[0]["transactionHash"] = forgedHash
        let lie = lying
        let error = await #expect(throws: NodeError.self) {
            try await Scene(lie, raw: answer).read(block.header)
        }
        #expect(said(error).contains("transactions root"))
    }

    /// Polygon's deposits from Ethereum: what they are made of is not known here, but that they move no value.
    @Test func `a block whose foreign transactions move no value is proven by their raw bytes`() async throws
    {
        let (block, raw, _) = Self.block("0x7f")
        let options = "{state_sync: true, state_sync_rooted: 1}"
        for isGiven in [true, false] {
            let scene = try Scene(block, options: options) { method, _ in
                isGiven && method == "eth_getRawTransactionByHash" ? .result(#""0x\#(raw.hexDigits)""#) : nil
            }
            #expect(try await scene.read(block.header)?.isProven == isGiven)
        }
    }

    @Test func `raw bytes that are none of the transaction's prove nothing`() async throws {
        let (block, raw, _) = Self.block()
        for reply in [#""0x00\#(raw.hexDigits)""#, #""0x""#, "null", "5", #""0xzz""#] {
            let scene = try Scene(block) { method, _ in
                RawTransactions.methods.contains(method) ? .result(reply) : nil
            }
            let found = try await scene.read(block.header)
            #expect(found?.transfers.count == 4)
            #expect(scene.node.remarks.all.map(\.topic) == ["type 0x55, unproven"])
        }
    }

    @Test func `a node without raw transactions is asked for them once, and said to lack them`() async throws
    {
        let (block, _, _) = Self.block()
        let scene = try Scene(block)
        for _ in 0..<3 { _ = try await scene.read(block.header) }
        #expect(scene.asked.all.filter { RawTransactions.methods.contains($0) } == RawTransactions.methods)
        #expect(
            scene.node.remarks.all.first?.words.contains(
                "the transactions root of such a block is not proven") == true)
        _ = try await scene.adapter.probe()
        _ = try await scene.read(block.header)
        #expect(
            scene.asked.all.count { RawTransactions.methods.contains($0) } == 4,
            "after a probe it is asked again")
    }

    /// What is foreign is named by the receipts root: a liar cannot call a transaction so.
    @Test(arguments: ["receipts", "full"])
    func `a lie beside a foreign transaction is refused`(proof: String) async throws {
        let (block, _, _) = Self.block()
        let lies: [@Sendable (inout RecordedBlock) -> Void] = [
            { $0.changeLogs(2) { $0.removeAll() } },
            { $0.receipts?[0]["status"] = "0x0" },
            { $0.receipts?[1]["status"] = "0x0" },
            { $0.changeLogs(1) { $0.removeAll() } },
            {
                $0.transactions[2]["type"] = "0x56"
                $0.receipts?[2]["type"] = "0x56"
            },
            {
                $0.transactions[1]["type"] = "0x0"
                $0.receipts?[1]["type"] = "0x0"
            },
            { $0.transactions[0]["value"] = "0x9" },
            { $0.receipts?.swapAt(0, 2) },
            { $0.receipts?[0]["transactionHash"] = "0x" + String(repeating: "9", count: 64) },
            {
                $0.receipts?.removeLast()
                $0.transactions.removeLast()
            },
        ]
        for (index, lie) in lies.enumerated() {
            var told = block
            lie(&told)
            let lying = told
            await #expect(throws: NodeError.self, "lie \(index)") {
                try await Scene(lying, proof: proof).read(block.header)
            }
        }
    }

    @Test func `0x7e is one thing on Scroll and another on the OP Stack, and each chain says which`()
        async throws
    {
        var messages = ForgedBlock()
        messages.add(
            to: Self.watched, value: "0x5",
            changed: ["type": "0x7e", "queueIndex": "0x9", "sender": ForgedBlock.other])
        let scroll = messages.sealed()
        var deposits = ForgedBlock()
        deposits.add(
            to: Self.watched, value: "0x5",
            changed: ["type": "0x7e", "sourceHash": deposits.word(4), "mint": "0x64", "isSystemTx": false])
        let optimism = deposits.sealed()
        for (block, options, isKnown) in [
            (scroll, "{}", true), (scroll, "{transactions: scroll}", true),
            (scroll, "{transactions: ethereum}", false), (optimism, "{}", true),
            (optimism, "{transactions: optimism}", true), (optimism, "{transactions: arbitrum}", false),
        ] {
            let found = try await Scene(block, options: options).read(block.header)
            #expect(found?.transfers.map(\.doubt) == [isKnown ? nil : .transactionTypeUnknown], "\(options)")
            #expect(found?.isProven == isKnown)
            var lying = block
            lying.transactions[0]["value"] = "0x6"
            let lie = lying
            guard isKnown else { continue }
            await #expect(throws: NodeError.self) {
                try await Scene(lie, options: options).read(block.header)
            }
        }
        for (block, options) in [(scroll, "{transactions: optimism}"), (optimism, "{transactions: scroll}")] {
            await #expect(throws: NodeError.self) {
                try await Scene(block, options: options).read(block.header)
            }
        }
    }

    @Test func `a receipt that is encoded in a way of its own is refused with words that help`() async throws
    {
        var (block, _, _) = Self.block()
        block.receipts?[1]["cumulativeGasUsed"] = "0x9999"
        let told = block
        let error = await #expect(throws: NodeError.self) { try await Scene(told).read(told.header) }
        #expect(said(error).contains("receipts of the foreign type 0x55"))
        #expect(said(error).contains("another proof in the chain file, such as bloom"))
    }
}
