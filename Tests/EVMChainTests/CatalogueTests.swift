import ChainKit
import DepositCore
import DepositTestKit
import NodeRPC
import Synchronization
import Testing

@testable import EVMChain

/// Attacks and pitfalls of the EVM, by their numbers in the catalogue (E1 …). None may credit anything.
@Suite struct CatalogueTests {
    private static let watched = ForgedBlock.watched

    private func found(
        _ block: ForgedBlock, options: String = "{}", proof: String = "full", watched: String = watched
    ) async throws -> [Transfer] {
        let chain = try chain(
            proof: proof, assets: [(id: "USD", contract: ForgedBlock.token)], options: options)
        return try await block.sealed().transfers(on: chain, to: [watched])
    }

    @Test func `E1: a failed transaction with a value credits nothing`() async throws {
        var block = ForgedBlock()
        block.add(to: Self.watched, value: "0xde0b6b3a7640000", status: "0x0")
        #expect(try await found(block).isEmpty)
    }

    @Test func `E2: a call of transfer that logs nothing credits nothing`() async throws {
        var block = ForgedBlock()
        let call =
            "0xa9059cbb" + String(repeating: "0", count: 24) + Self.watched.dropFirst(2)
            + String(repeating: "0", count: 63) + "5"
        block.add(to: ForgedBlock.token, changed: ["input": call])
        #expect(try await found(block).isEmpty)
    }

    @Test func `E3 and E4: another contract's Transfer credits nothing`() async throws {
        var block = ForgedBlock()
        block.add(to: ForgedBlock.other, logs: [ForgedBlock.log("0x5", token: ForgedBlock.other)])
        #expect(try await found(block).isEmpty)
    }

    @Test func `E11: transfers of nothing credit nothing`() async throws {
        var block = ForgedBlock()
        block.add(to: Self.watched)
        block.add(to: ForgedBlock.token, logs: [ForgedBlock.log("0x0")])
        block.withdrawals = [
            ["index": "0x1", "validatorIndex": "0x2", "address": Self.watched, "amount": "0x0"]
        ]
        #expect(try await found(block, options: "{withdrawals: true}").isEmpty)
    }

    @Test func `E12: an ERC-721 transfer is no amount`() async throws {
        var block = ForgedBlock()
        var log = ForgedBlock.log("0x0")
        log["topics"] = (log["topics"] as? [String] ?? []) + [block.word(77)]
        log["data"] = "0x"
        block.add(to: ForgedBlock.token, logs: [log])
        #expect(try await found(block).isEmpty)
    }

    @Test func `E16: receipts of another fork are refused`() async throws {
        var block = ForgedBlock()
        block.add(to: Self.watched, value: "0x5")
        var sealed = block.sealed()
        sealed.receipts?[0]["blockHash"] = block.word(9)
        let chain = try chain(proof: "count")
        await #expect(throws: NodeError.self) { try await sealed.transfers(on: chain, to: [Self.watched]) }
    }

    @Test func `E17: a log's place is counted inside its transaction`() async throws {
        var block = ForgedBlock()
        block.add(to: ForgedBlock.token, logs: [ForgedBlock.log("0x1", to: ForgedBlock.other)])
        block.add(
            to: ForgedBlock.token,
            logs: [ForgedBlock.log("0x2", to: ForgedBlock.other), ForgedBlock.log("0x3")])
        #expect(try await found(block).map(\.position.text) == ["log:1"])
    }

    /// A token's `decimals()`, an account's code and the mempool are the world's word; the chain file's is ours.
    @Test func `E21, E24 and G7: a node is asked for blocks, receipts and traces, and for nothing else`()
        async throws
    {
        var block = ForgedBlock()
        block.add(to: Self.watched, value: "0x5", logs: [ForgedBlock.log("0x6")])
        let sealed = block.sealed()
        let asked = Mutex<Set<String>>([])
        let wire = ScriptedWire { method, params in
            asked.withLock { _ = $0.insert(method) }
            return sealed.answer(method, params)
        }
        let chain = try chain(
            assets: [(id: "USD", contract: ForgedBlock.token)], options: "{internal_transfers: call_tracer}")
        let blocks = try await chain.adapter(on: Node(name: "node", wire: wire))
            .blocks([sealed.header], watching: watchlist([Self.watched]))
        #expect(blocks.flatMap(\.transfers).count == 2)
        let known: Set = ["eth_getBlockByHash", "eth_getBlockReceipts", "debug_traceBlockByHash"]
        #expect(asked.withLock { $0 } == known)
    }

    @Test(arguments: ["garbage before the address", "short data", "long data", "two topics", "another event"])
    func `E20: an unusual layout is not guessed at`(layout: String) async throws {
        var block = ForgedBlock()
        var log = ForgedBlock.log("0x5")
        var topics = log["topics"] as? [String] ?? []
        switch layout {
        case "garbage before the address": topics[2] = "0x01" + topics[2].dropFirst(4)
        case "short data": log["data"] = "0x05"
        case "long data": log["data"] = (log["data"] as? String ?? "") + "00"
        case "two topics": topics.removeLast()
        default: topics[0] = block.word(1)
        }
        log["topics"] = topics
        block.add(to: ForgedBlock.token, logs: [log])
        #expect(try await found(block).isEmpty)
    }

    @Test func `what goes from an account to itself moves nothing`() async throws {
        var block = ForgedBlock()
        block.add(to: ForgedBlock.sender, value: "0x5")
        block.add(to: ForgedBlock.token, logs: [ForgedBlock.log("0x5", to: ForgedBlock.sender)])
        #expect(try await found(block, watched: ForgedBlock.sender).isEmpty)
    }

    @Test func `several transfers of one transaction are told apart by their places`() async throws {
        var block = ForgedBlock()
        block.add(to: Self.watched, value: "0x1", logs: [ForgedBlock.log("0x2"), ForgedBlock.log("0x2")])
        #expect(try await found(block).map(\.position.text).sorted() == ["call:0", "log:0", "log:1"])
    }

    @Test func `value to a contract that is made at a watched address is credited`() async throws {
        var block = ForgedBlock()
        block.add(to: nil, value: "0x5")
        guard case .string(let sender) = PlainRLP.hex(ForgedBlock.sender) else { return }
        let made = Keccak256.hash(PlainRLP.list([.string(sender), .string([])]).bytes).text.suffix(40)
        let transfers = try await block.sealed().transfers(on: chain(), to: ["0x" + made])
        #expect(transfers.map(\.position.text) == ["call:0"])
        #expect(transfers.map(\.to.text) == ["0x" + made])
    }

    @Test func `a receipt from before Byzantium leaves success unknown`() async throws {
        var block = ForgedBlock()
        block.add(to: Self.watched, value: "0x5", status: nil)
        block.add(to: ForgedBlock.token, status: nil, logs: [ForgedBlock.log("0x6")])
        #expect(
            try await found(block, options: "{byzantium: 101}").map(\.position.text) == ["log:0"])
        let traced = try await found(block, options: "{byzantium: 101, internal_transfers: call_tracer}")
        #expect(traced.map(\.position.text) == ["call:0", "log:0"])
    }
}
