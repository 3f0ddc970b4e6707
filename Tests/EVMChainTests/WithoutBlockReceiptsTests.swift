import ChainKit
import DepositCore
import NodeRPC
import Synchronization
import Testing

@testable import EVMChain

/// Nodes without `eth_getBlockReceipts`: receipts one by one, and logs by block hash where less is proven.
@Suite struct WithoutBlockReceiptsTests {
    private final class Calls: Sendable {
        let methods = Mutex<[String]>([])
    }

    private static let block: RecordedBlock = {
        var block = ForgedBlock()
        block.add(to: ForgedBlock.watched, value: "0x5", status: "0x0")
        block.add(to: ForgedBlock.watched, value: "0x6")
        block.add(
            to: ForgedBlock.token,
            logs: [ForgedBlock.log("0x1", to: ForgedBlock.other), ForgedBlock.log("0x7")])
        let unlisted = ForgedBlock.log("0x8", token: ForgedBlock.other)
        block.add(to: ForgedBlock.other, logs: [unlisted, unlisted])
        return block.sealed()
    }()

    private func read(
        _ proof: String, _ calls: Calls = Calls(), watched: String = ForgedBlock.watched, times: Int = 1,
        _ change: @escaping @Sendable (inout RecordedBlock) -> Void = { _ in }
    ) async throws -> [String] {
        let wire = ScriptedWire { method, params in
            calls.methods.withLock { $0.append(method) }
            var told = Self.block
            change(&told)
            switch method {
            case "eth_getBlockReceipts": return .error(-32_601, "the method does not exist")
            case "eth_getTransactionReceipt":
                let receipt = (told.receipts ?? []).first {
                    params.contains($0["transactionHash"] as? String ?? "-")
                }
                return .result(receipt.map { text($0) } ?? "null")
            default: return told.answer(method, params)
            }
        }
        let chain = try chain(proof: proof, assets: [(id: "USD", contract: ForgedBlock.token)])
        let adapter = chain.adapter(on: Node(name: "node", wire: wire))
        var found: [Transfer] = []
        for _ in 0..<times {
            found = try await adapter.blocks([Self.block.header], watching: watchlist([watched])).flatMap(
                \.transfers)
        }
        return found.map { "\($0.position) \($0.asset) \($0.amount)" }
    }

    @Test(arguments: ["count", "bloom", "receipts", "full"])
    func `the same transfers are found`(proof: String) async throws {
        #expect(try await read(proof) == ["call:0 ETH 6", "log:1 USD 7"])
    }

    @Test func `only what matched is asked for where only the bloom is proven`() async throws {
        let calls = Calls()
        _ = try await read("bloom", calls)
        #expect(calls.methods.withLock { $0.filter { $0 == "eth_getTransactionReceipt" }.count } == 3)
    }

    @Test(arguments: [ForgedBlock.watched, "0x" + String(repeating: "77", count: 20)])
    func `where roots are proven every receipt is asked for, whether or not something matches`(
        watched: String
    ) async throws {
        let calls = Calls()
        _ = try await read("full", calls, watched: watched)
        #expect(calls.methods.withLock { $0.filter { $0 == "eth_getTransactionReceipt" }.count } == 4)
        #expect(calls.methods.withLock { !$0.contains("eth_getLogs") })
    }

    @Test func `a block without a match needs no receipt where only the bloom is proven`() async throws {
        let calls = Calls()
        let nobody = "0x" + String(repeating: "77", count: 20)
        #expect(try await read("bloom", calls, watched: nobody).isEmpty)
        #expect(calls.methods.withLock { !$0.contains("eth_getTransactionReceipt") })
    }

    @Test func `the missing method is asked for once`() async throws {
        let calls = Calls()
        _ = try await read("bloom", calls, times: 3)
        #expect(calls.methods.withLock { $0.filter { $0 == "eth_getBlockReceipts" }.count } == 1)
    }

    @Test(arguments: [("bloom", "logs bloom of block"), ("full", "receipts root")])
    func `a hidden log is found out`(proof: String, reason: String) async throws {
        let error = await #expect(throws: NodeError.self) {
            try await read(proof) { $0.changeLogs(3) { $0.removeAll() } }
        }
        #expect(said(error).contains(reason))
    }

    /// Another log of the same contract and accounts sets every bit that the hidden one set.
    @Test func `a log that another's bloom covers cannot be hidden where roots are proven`() async throws {
        let error = await #expect(throws: NodeError.self) {
            try await read("full") { $0.changeLogs(3) { $0.removeLast() } }
        }
        #expect(said(error).contains("receipts root"))
    }

    @Test func `a changed amount is found out by the receipts root`() async throws {
        let error = await #expect(throws: NodeError.self) {
            try await read("full") {
                $0.changeLog(2, 1, "data", "0x" + String(repeating: "0", count: 63) + "9")
            }
        }
        #expect(said(error).contains("receipts root"))
    }

    @Test(arguments: ["blockHash", "transactionHash", "transactionIndex", "status"])
    func `a receipt of something else is refused`(member: String) async throws {
        await #expect(throws: NodeError.self) {
            try await read("bloom") { told in
                told.receipts?[1][member] =
                    member == "transactionIndex" ? "0x3" : "0x" + String(repeating: "9", count: 64)
            }
        }
    }

    @Test func `a receipt that is not there is refused`() async throws {
        let error = await #expect(throws: NodeError.self) {
            try await read("bloom") {
                $0.receipts?[1]["transactionHash"] = "0x" + String(repeating: "9", count: 64)
            }
        }
        #expect(error?.fault == .missing("the receipt of a transaction of its own block"))
    }
}
