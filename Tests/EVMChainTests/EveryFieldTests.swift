import ChainKit
import DepositCore
import DepositTestKit
import Foundation
import NodeRPC
import Testing

@testable import EVMChain

/// Every field of every answer that is read, and what holds it under `proof: full`. What holds none must not change
/// anything.
///
/// Not here, for they are a node's word by nature, and are held against other nodes' words: which block is the head and
/// which is final (`AdapterTests`), inner calls (the last test), and balances (`BalanceTests`).
@Suite struct EveryFieldTests {
    enum Standing {
        /// A value that means something else is refused: it is hashed, recovered, or compared with what is.
        case held
        /// It says again what a root proves: whatever it says, the block stays the same and is not refused.
        case rooted
        /// Whatever it says, the block stays the same.
        case decoration
    }

    private static let header: [HeaderField: Standing] = held([
        .hash, .number, .parentHash, .timestamp, .gasUsed, .logsBloom, .transactionsRoot, .receiptsRoot,
        .sha3Uncles, .miner, .stateRoot, .difficulty, .gasLimit, .extraData, .mixHash, .nonce, .baseFeePerGas,
        .withdrawalsRoot, .blobGasUsed, .excessBlobGas, .parentBeaconBlockRoot, .requestsHash,
        .blockAccessListHash, .slotNumber, .transactions, .withdrawals,
    ])
    /// Of types 0 and 2. Those of other types are hashed in them: `TransactionEncodingTests`.
    private static let transaction: [TransactionField: Standing] = held(
        [
            .hash, .type, .from, .to, .value, .chainID, .nonce, .gas, .gasPrice,
            .maxFeePerGas, .maxPriorityFeePerGas, .input, .accessList, .v, .yParity, .r, .s,
        ], rooted: [.blockHash, .transactionIndex])
    private static let receipt: [ReceiptField: Standing] = held(
        [
            .status, .cumulativeGasUsed, .logs,
        ], rooted: [.blockHash, .transactionHash, .transactionIndex, .type, .logsBloom])
    private static let log: [LogField: Standing] = held(
        [
            .address, .topics, .data,
        ], rooted: [.blockHash, .transactionHash, .logIndex, .removed])
    private static let withdrawal: [WithdrawalField: Standing] = held(WithdrawalField.allCases)

    private static func held<Field: AnswerField & Hashable>(
        _ fields: [Field], rooted: [Field] = []
    ) -> [Field: Standing] {
        Dictionary(
            uniqueKeysWithValues: Field.allCases.map {
                ($0, fields.contains($0) ? .held : rooted.contains($0) ? .rooted : .decoration)
            })
    }

    /// A legacy payment, a token transfer and a withdrawal; and a payment and a token transfer of type 2.
    private static let bases: [RecordedBlock] = {
        var block = ForgedBlock()
        block.add(to: ForgedBlock.watched, value: "0x5")
        block.add(to: ForgedBlock.token, logs: [ForgedBlock.log("0x7"), ForgedBlock.log("0x8")])
        block.withdrawals = [
            ["index": "0x1", "validatorIndex": "0x2", "address": ForgedBlock.watched, "amount": "0x3"]
        ]
        var random = SeededRandom(seed: 5)
        let watched = PlainRLP.hex(ForgedBlock.watched).string
        let token = PlainRLP.hex(ForgedBlock.token).string
        let logs = (1...2).map {
            EthereumTransaction.transfer(of: token, to: watched, amount: $0, &random)
        }
        let made = EthereumBlock(
            height: 9, parent: [UInt8](repeating: 7, count: 32),
            transactions: [
                EthereumTransaction(to: watched, value: 5, input: [], logs: [], &random),
                EthereumTransaction(to: token, value: 0, input: [1], logs: logs, &random),
            ])
        func json(_ bytes: [UInt8]) -> Any { (try? JSONSerialization.jsonObject(with: Data(bytes))) ?? [] }
        return [
            block.sealed(),
            RecordedBlock(
                block: json(made.full) as? [String: Any] ?? [:],
                receipts: json(made.allReceipts) as? [[String: Any]] ?? []),
        ]
    }()

    /// What a member is changed to; nil: left out.
    private nonisolated(unsafe) static let changes: [Any?] = [
        nil, "0x0", "0x1", "0x2", "0x01", "0x", "", ForgedBlock.watched, ForgedBlock.other,
        "0x" + String(repeating: "9", count: 64), "0x" + String(repeating: "0", count: 512), true, 5,
        [String](), NSNull(),
    ]

    private func read(_ told: RecordedBlock, as honest: RecordedBlock) async throws -> [Block] {
        let chain = try chain(
            assets: [(id: "USD", contract: ForgedBlock.token)], options: "{withdrawals: true}")
        return try await told.read(on: chain, to: [ForgedBlock.watched], as: honest.header)
    }

    /// Changes one member in every way, in both blocks. A change that is believed must have no effect.
    private func check<Field: AnswerField & Hashable>(
        _ field: Field, _ standing: [Field: Standing],
        _ change: (inout RecordedBlock, _ name: String, _ value: Any?) -> Void
    ) async throws {
        var refusals = 0
        for honest in Self.bases {
            let truth = try await read(honest, as: honest)
            #expect(truth.allSatisfy { $0.isProven && $0.transfers.count >= 3 })
            for value in Self.changes {
                var told = honest
                change(&told, String(describing: field.name), value)
                do {
                    let found = try await read(told, as: honest)
                    #expect(found == truth, "\(Field.kind) \(field) changed to \(value ?? "nothing")")
                } catch is NodeError {
                    refusals += 1
                }
            }
        }
        if standing[field] == .held { #expect(refusals > 0, "\(Field.kind) \(field) is not held") }
        if standing[field] == .rooted { #expect(refusals == 0, "\(Field.kind) \(field) decides") }
    }

    @Test(arguments: HeaderField.allCases)
    func `a block's fields`(field: HeaderField) async throws {
        try await check(field, Self.header) { $0.block[$1] = $2 }
    }

    @Test(arguments: TransactionField.allCases)
    func `a transaction's fields`(field: TransactionField) async throws {
        try await check(field, Self.transaction) { $0.transactions[0][$1] = $2 }
    }

    @Test(arguments: ReceiptField.allCases)
    func `a receipt's fields`(field: ReceiptField) async throws {
        for index in 0...1 { try await check(field, Self.receipt) { $0.receipts?[index][$1] = $2 } }
    }

    @Test(arguments: LogField.allCases)
    func `a log's fields`(field: LogField) async throws {
        for index in 0...1 {
            try await check(field, Self.log) { told, name, value in
                told.changeLogs(1) { $0[index][name] = value }
            }
        }
    }

    @Test(arguments: WithdrawalField.allCases)
    func `a withdrawal's fields`(field: WithdrawalField) async throws {
        try await check(field, Self.withdrawal) { told, name, value in
            guard var withdrawals = told.block["withdrawals"] as? [[String: Any]] else { return }
            withdrawals[0][name] = value
            told.block["withdrawals"] = withdrawals
        }
    }

    /// Which of the two would count, nobody could say.
    @Test(arguments: ["status", "transactionHash", "cumulativeGasUsed"])
    func `a receipt's field that is there twice is refused`(name: String) async throws {
        let honest = Self.bases[0]
        let node = Node(
            name: "node",
            wire: ScriptedWire { method, params in
                guard method == "eth_getBlockReceipts" else { return honest.answer(method, params) }
                let told = text(honest.receipts ?? [])
                return .result(told.replacing("\"\(name)\":", with: "\"\(name)\":\"0x0\",\"\(name)\":"))
            })
        let error = await #expect(throws: NodeError.self) {
            try await chain().adapter(on: node).blocks([honest.header], watching: watchlist([]))
        }
        #expect(said(error).contains("\(name) twice"))
    }

    /// No root is over inner calls: a block with them is one node's word, whatever they say.
    @Test(arguments: FrameField.allCases)
    func `an inner call's fields are a node's word`(field: FrameField) async throws {
        let call: [String: Any] = [
            "type": "CALL", "from": ForgedBlock.other, "to": ForgedBlock.watched, "value": "0x4",
        ]
        var block = ForgedBlock()
        block.add(to: ForgedBlock.other, calls: [call])
        var told = block.sealed()
        let chain = try chain(options: "{internal_transfers: call_tracer}")
        #expect(try await told.transfers(on: chain, to: [ForgedBlock.watched]).count == 1)
        for value in Self.changes {
            var changed = call
            changed[String(describing: field.name)] = value
            told.traces = [["result": ["type": "CALL", "calls": [changed]]]]
            guard let read = try? await told.read(on: chain, to: [ForgedBlock.watched]) else { continue }
            #expect(read.map(\.isProven) == [false])
        }
    }
}
