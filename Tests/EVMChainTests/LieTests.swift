import DepositCore
import NodeRPC
import Testing

@testable import EVMChain

/// A node that lies about one thing. Every lie must be refused, and for the right reason.
@Suite struct LieTests {
    struct Lie: Sendable, CustomTestStringConvertible {
        let name: String
        /// Part of the reason that is given.
        let reason: String
        /// The weakest proof that finds it out.
        var proof = "full"
        let tell: @Sendable (inout RecordedBlock) -> Void

        var testDescription: String { name }
    }

    private static let honest: RecordedBlock = {
        var block = ForgedBlock()
        block.add(to: ForgedBlock.other)
        block.add(to: ForgedBlock.watched, value: "0xde0b6b3a7640000")
        block.add(
            to: ForgedBlock.token,
            logs: [ForgedBlock.log("0x5"), ForgedBlock.log("0x6", to: ForgedBlock.other)])
        block.add(to: ForgedBlock.token, logs: [ForgedBlock.log("0x7")])
        block.add(to: ForgedBlock.watched, value: "0x9", status: "0x0")
        block.withdrawals = [
            ["index": "0x10", "validatorIndex": "0x2", "address": ForgedBlock.watched, "amount": "0x3"]
        ]
        return block.sealed()
    }()

    private static let assets = [(id: "USD", contract: ForgedBlock.token)]

    @Test(arguments: ["count", "bloom", "receipts", "full"])
    func `the truth is believed`(proof: String) async throws {
        let chain = try chain(proof: proof, assets: Self.assets, options: "{withdrawals: true}")
        let transfers = try await Self.honest.transfers(on: chain, to: [ForgedBlock.watched])
        let found = transfers.map { "\($0.position) \($0.asset) \($0.amount)" }
        #expect(
            found == [
                "call:0 ETH 1000000000000000000", "log:0 USD 5", "log:0 USD 7",
                "withdrawal:16 ETH 3000000000",
            ])
        #expect(transfers.allSatisfy { $0.doubt == nil })
    }

    @Test(arguments: lies)
    func `G1: a lie is refused`(lie: Lie) async throws {
        let proofs = ["count", "bloom", "receipts", "full"]
        for proof in proofs.drop(while: { $0 != lie.proof }) {
            let chain = try chain(proof: proof, assets: Self.assets, options: "{withdrawals: true}")
            var told = Self.honest
            lie.tell(&told)
            let error = await #expect(throws: NodeError.self) {
                try await told.transfers(on: chain, to: [ForgedBlock.watched], as: Self.honest.header)
            }
            guard proof == lie.proof, let error else { continue }
            #expect(said(error).contains(lie.reason), "proof \(proof)")
        }
    }

    private static let lies: [Lie] = blocks + places + contents + shapes

    private static let blocks: [Lie] = [
        Lie(name: "another block's hash", reason: "hash of block", proof: "count") {
            $0.block["hash"] = "0x" + String(repeating: "9", count: 64)
        },
        Lie(name: "another parent", reason: "parent of block", proof: "count") {
            $0.block["parentHash"] = "0x" + String(repeating: "9", count: 64)
        },
        Lie(name: "another number", reason: "number of block", proof: "count") {
            $0.block["number"] = "0x65"
        },
        Lie(name: "another time", reason: "timestamp of block", proof: "count") {
            $0.block["timestamp"] = "0x1"
        },
        Lie(name: "another state root", reason: "header hash") {
            $0.block["stateRoot"] = "0x" + String(repeating: "9", count: 64)
        },
        Lie(name: "a header field left out", reason: "header hash") { $0.block["baseFeePerGas"] = nil },
        Lie(name: "a bloom without the logs", reason: "logs bloom of block", proof: "bloom") {
            $0.block["logsBloom"] = "0x" + String(repeating: "0", count: 512)
        },
        Lie(name: "another transactions root", reason: "transactions root", proof: "receipts") {
            $0.block["transactionsRoot"] = "0x" + String(repeating: "9", count: 64)
        },
        Lie(name: "another receipts root", reason: "receipts root", proof: "receipts") {
            $0.block["receiptsRoot"] = "0x" + String(repeating: "9", count: 64)
        },
    ]

    private static let places: [Lie] = [
        Lie(name: "a dropped receipt", reason: "receipts of block", proof: "count") {
            $0.receipts?.removeLast()
        },
        Lie(name: "no receipts", reason: "receipts of block", proof: "count") { $0.receipts = [] },
        Lie(name: "a dropped transaction and its receipt", reason: "gas used", proof: "count") {
            $0.receipts?.removeLast()
            $0.transactions.removeLast()
        },
        Lie(name: "swapped receipts", reason: "transaction of receipt", proof: "count") {
            $0.receipts?.swapAt(1, 2)
        },
        Lie(name: "less cumulative gas", reason: "cumulative gas", proof: "count") {
            $0.receipts?[3]["cumulativeGasUsed"] = "0x1"
        },
        Lie(name: "a dropped log", reason: "index of a log", proof: "count") {
            $0.changeLogs(2) { $0.removeLast() }
        },
        Lie(name: "a dropped last log", reason: "bloom of receipt", proof: "bloom") {
            $0.changeLogs(3) { $0.removeAll() }
        },
        Lie(name: "swapped logs", reason: "index of a log", proof: "count") {
            $0.changeLogs(2) { $0.swapAt(0, 1) }
        },
    ]

    private static let contents: [Lie] = [
        Lie(name: "a changed value", reason: "hash of transaction 1", proof: "receipts") {
            $0.transactions[1]["value"] = "0xde0b6b3a7640001"
        },
        Lie(name: "a changed recipient", reason: "hash of transaction 0", proof: "receipts") {
            $0.transactions[0]["to"] = ForgedBlock.watched
            $0.transactions[0]["value"] = "0x1"
        },
        Lie(name: "a changed transaction hash", reason: "transaction of receipt", proof: "count") {
            $0.transactions[1]["hash"] = "0x" + String(repeating: "9", count: 64)
        },
        Lie(
            name: "a changed transaction hash in its receipt too", reason: "hash of transaction 1",
            proof: "receipts"
        ) {
            $0.transactions[1]["hash"] = "0x" + String(repeating: "9", count: 64)
            $0.receipts?[1]["transactionHash"] = "0x" + String(repeating: "9", count: 64)
        },
        Lie(
            name: "a state root like a success in place of the status", reason: "status is missing",
            proof: "count"
        ) {
            $0.receipts?[1]["status"] = nil
            $0.receipts?[1]["root"] = "0x01"
        },
        Lie(name: "a state root in place of the status", reason: "status is missing", proof: "count") {
            $0.receipts?[1]["status"] = nil
            $0.receipts?[1]["root"] = "0x" + String(repeating: "9", count: 64)
        },
        Lie(name: "another sender", reason: "sender of transaction 1", proof: "receipts") {
            $0.transactions[1]["from"] = ForgedBlock.other
        },
        Lie(name: "the receiver as the sender", reason: "sender of transaction 1", proof: "receipts") {
            $0.transactions[1]["from"] = ForgedBlock.watched
        },
        Lie(name: "a failure told as success", reason: "receipts root", proof: "receipts") {
            $0.receipts?[4]["status"] = "0x1"
        },
        Lie(name: "a success told as failure", reason: "receipts root", proof: "receipts") {
            $0.receipts?[1]["status"] = "0x0"
        },
        Lie(name: "a transfer in a failed transaction", reason: "for it failed", proof: "count") {
            $0.receipts?[2]["status"] = "0x0"
        },
        Lie(name: "a changed amount of a token", reason: "receipts root", proof: "receipts") {
            $0.changeLog(2, 0, "data", "0x" + String(repeating: "0", count: 63) + "9")
        },
        Lie(name: "a changed recipient of a token", reason: "bloom of receipt", proof: "bloom") {
            $0.changeLog(2, 1, "topics", ForgedBlock.log("0x6")["topics"] ?? "")
            $0.changeLog(2, 0, "topics", ForgedBlock.log("0x6")["topics"] ?? "")
        },
        Lie(name: "an invented log", reason: "bloom of receipt", proof: "bloom") {
            let log = ForgedBlock.log("0x5", token: ForgedBlock.other)
            for name in ["address", "topics", "data"] { $0.changeLog(3, 0, name, log[name] ?? "") }
        },
        Lie(name: "a changed withdrawal", reason: "withdrawals root", proof: "receipts") {
            $0.block["withdrawals"] = [
                ["index": "0x10", "validatorIndex": "0x2", "address": ForgedBlock.watched, "amount": "0x4"]
            ]
        },
        Lie(name: "dropped withdrawals", reason: "withdrawals root", proof: "receipts") {
            $0.block["withdrawals"] = [[String: Any]]()
        },
    ]

    private static let shapes: [Lie] = [
        Lie(name: "hashes in place of transactions", reason: "only hashes came", proof: "count") {
            $0.block["transactions"] = $0.transactions.map { $0["hash"] as? String ?? "" }
        },
        Lie(name: "no transactions member", reason: "transactions is missing", proof: "count") {
            $0.block["transactions"] = nil
        },
        Lie(name: "a transaction without a value", reason: "value is missing", proof: "receipts") {
            $0.transactions[1]["value"] = nil
        },
        Lie(name: "a value that is no hex", reason: "value is no", proof: "receipts") {
            $0.transactions[1]["value"] = "0xzz"
        },
        Lie(name: "a decimal value", reason: "value is no 0x text", proof: "count") {
            $0.transactions[1]["value"] = 5
        },
        Lie(name: "a short address", reason: "to is not 20 bytes", proof: "count") {
            $0.transactions[1]["to"] = "0x11"
        },
        Lie(name: "a status that is neither", reason: "status is neither", proof: "count") {
            $0.receipts?[1]["status"] = "0x2"
        },
        Lie(name: "a receipt without logs", reason: "logs is missing", proof: "count") {
            $0.receipts?[1]["logs"] = nil
        },
        Lie(name: "a type beyond all types", reason: "is no type", proof: "count") {
            $0.transactions[1]["type"] = "0x102"
        },
        Lie(
            name: "receipts without blooms and with a changed log", reason: "receipts root", proof: "receipts"
        ) {
            for index in 0..<5 { $0.receipts?[index]["logsBloom"] = nil }
            $0.changeLog(2, 0, "data", "0x" + String(repeating: "0", count: 63) + "9")
        },
        Lie(name: "withdrawals left out", reason: "withdrawals is missing", proof: "count") {
            $0.block["withdrawals"] = nil
        },
    ]
}

extension RecordedBlock {
    mutating func changeLogs(_ receipt: Int, _ change: (inout [[String: Any]]) -> Void) {
        var logs = receipts?[receipt]["logs"] as? [[String: Any]] ?? []
        change(&logs)
        receipts?[receipt]["logs"] = logs
    }

    mutating func changeLog(_ receipt: Int, _ index: Int, _ name: String, _ value: Any) {
        changeLogs(receipt) { $0[index][name] = value }
    }
}
