import ChainKit
import DepositCore
import DepositTestKit
import Foundation

@testable import EVMChain

/// The root of the trie of these values, as headers write it.
func plainTrieText(of values: [[UInt8]]) -> String {
    "0x" + plainTrieRoot(values).hexDigits
}

/// A block made for a test, sealed with true hashes, roots and bloom by the plain encodings of
/// `DepositTestKit`.
///
/// Sealed first and changed afterwards, it is a lie; changed first and sealed, it is a chain of our own
/// making.
struct ForgedBlock {
    var number = 100
    var transactions: [[String: Any]] = []
    var receipts: [[String: Any]] = []
    var traces: [Any] = []
    var withdrawals: [[String: Any]]?
    var header: [String: Any] = [:]

    static let account = EthereumAccount("sender of forged blocks")
    static let sender = "0x" + account.address.hexDigits
    static let watched = "0x" + String(repeating: "aa", count: 20)
    static let other = "0x" + String(repeating: "bb", count: 20)
    static let token = "0x" + String(repeating: "cc", count: 20)
    static let transfer = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"

    /// Adds a legacy transaction with its receipt, and a trace without inner calls. Its sender signs it when the block
    /// is sealed.
    mutating func add(
        to: String?, value: String = "0x0", status: String? = "0x1", logs: [[String: Any]] = [],
        calls: [[String: Any]] = [], changed: [String: Any] = [:]
    ) {
        let index = transactions.count
        var transaction: [String: Any] = [
            "from": Self.sender, "gas": "0x5208", "gasPrice": "0x3b9aca00", "input": "0x",
            "nonce": "0x\(index)",
            "value": value, "type": "0x0", "to": NSNull(),
        ]
        if let to { transaction["to"] = to }
        transactions.append(transaction.merging(changed) { $1 })
        var receipt: [String: Any] = ["type": transactions[index]["type"] ?? "0x0", "logs": logs]
        if let status { receipt["status"] = status } else { receipt["root"] = word(7) }
        receipts.append(receipt)
        var top: [String: Any] = ["type": to == nil ? "CREATE" : "CALL", "from": Self.sender, "value": value]
        if let to { top["to"] = to }
        if !calls.isEmpty { top["calls"] = calls }
        if status == "0x0" { top["error"] = "execution reverted" }
        traces.append(["result": top])
    }

    func word(_ value: Int) -> String {
        let digits = String(value, radix: 16)
        return "0x" + String(repeating: "0", count: 64 - digits.count) + digits
    }

    /// The log of an ERC-20 transfer.
    static func log(_ amount: String, to: String = watched, from: String = sender, token: String = token)
        -> [String: Any]
    {
        func padded(_ text: String) -> String {
            "0x" + String(repeating: "0", count: 66 - text.count) + text.dropFirst(2)
        }
        return ["address": token, "topics": [transfer, padded(from), padded(to)], "data": padded(amount)]
    }

    /// Fills in everything that follows from the rest: hashes, places, gas, blooms and roots.
    func sealed(layout: HeaderLayout = .ethereum) -> RecordedBlock {
        var block = self
        for index in transactions.indices where transactions[index]["v"] == nil {
            Self.sign(&block.transactions[index])
        }
        let encodings = block.transactions.map(Self.encode)
        var total = LogsBloom()
        var receiptEncodings: [[UInt8]] = []
        var logIndex = 0
        for index in transactions.indices {
            let hash = transactions[index]["hash"] as? String ?? Keccak256.hash(encodings[index]).text
            block.transactions[index]["hash"] = hash
            block.receipts[index]["transactionHash"] = hash
            let gas = "0x" + String(21_000 * (index + 1), radix: 16)
            block.receipts[index]["cumulativeGasUsed"] = gas
            let logs = (receipts[index]["logs"] as? [[String: Any]] ?? []).map { log in
                logIndex += 1
                return log.merging([
                    "logIndex": "0x" + String(logIndex - 1, radix: 16), "transactionHash": hash,
                    "removed": false,
                    "transactionIndex": "0x" + String(index, radix: 16),
                ]) { $1 }
            }
            block.receipts[index]["logs"] = logs
            let bloom = Self.bloom(of: logs)
            total.add(bloom)
            block.receipts[index]["logsBloom"] = bloom.withBytes { hexText($0) }
            block.receipts[index]["transactionIndex"] = "0x" + String(index, radix: 16)
            receiptEncodings.append(Self.encode(receipt: block.receipts[index], bloom))
        }
        block.seal(total, plainTrieText(of: encodings), plainTrieText(of: receiptEncodings), layout)
        var full = block.header
        full["transactions"] = block.transactions
        if let withdrawals { full["withdrawals"] = withdrawals }
        return RecordedBlock(block: full, receipts: block.receipts, traces: traces)
    }

    private mutating func seal(
        _ bloom: LogsBloom, _ transactionsRoot: String, _ receiptsRoot: String, _ layout: HeaderLayout
    ) {
        let fields: [String: Any] = [
            "number": "0x" + String(number, radix: 16), "parentHash": word(number - 1), "sha3Uncles": word(1),
            "miner": Self.other, "stateRoot": word(2), "transactionsRoot": transactionsRoot,
            "receiptsRoot": receiptsRoot, "logsBloom": bloom.withBytes { hexText($0) }, "difficulty": "0x0",
            "gasLimit": "0x1c9c380", "gasUsed": "0x" + String(21_000 * transactions.count, radix: 16),
            "timestamp": "0x65000000", "extraData": "0x", "mixHash": word(3), "nonce": "0x0000000000000000",
            "baseFeePerGas": "0x7",
        ]
        header = header.merging(fields) { $1 }
        if let withdrawals {
            header["withdrawalsRoot"] = plainTrieText(
                of: withdrawals.map { withdrawal in
                    PlainRLP.list(
                        ["index", "validatorIndex", "address", "amount"].map { name in
                            let text = withdrawal[name] as? String ?? ""
                            return name == "address" ? .hex(text) : .quantity(text)
                        }
                    ).bytes
                })
        }
        let names = layout.required + layout.optional.filter { header[String(describing: $0.0.name)] != nil }
        let items = names.map { field, form -> PlainRLP in
            let text = header[String(describing: field.name)] as? String ?? ""
            return form == .data ? .hex(text) : .quantity(text)
        }
        let hash = Keccak256.hash(PlainRLP.list(items).bytes).text
        header["hash"] = hash
        for index in transactions.indices {
            transactions[index]["blockHash"] = hash
            transactions[index]["transactionIndex"] = "0x" + String(index, radix: 16)
            receipts[index]["blockHash"] = hash
            let logs = receipts[index]["logs"] as? [[String: Any]] ?? []
            receipts[index]["logs"] = logs.map { $0.merging(["blockHash": hash]) { $1 } }
        }
    }

    static func bloom(of logs: [[String: Any]]) -> LogsBloom {
        var bloom = LogsBloom()
        for log in logs {
            let entries = [log["address"] as? String ?? ""] + (log["topics"] as? [String] ?? [])
            for entry in entries {
                guard case .string(let bytes) = PlainRLP.hex(entry) else { continue }
                bloom.add(LogsBloom.Bits(Keccak256.hash(bytes)))
            }
        }
        return bloom
    }

    /// Signs a legacy transaction for chain 1 (EIP-155).
    private static func sign(_ transaction: inout [String: Any]) {
        guard transaction["type"] as? String == "0x0" else { return }
        let fields = content(transaction) + [.number(1), .string([]), .string([])]
        let hash = Keccak256.hash(PlainRLP.list(fields).bytes)
        let signature = account.sign(hash.withBytes { Array($0) })
        transaction["v"] = signature.isOdd ? "0x26" : "0x25"
        transaction["r"] = "0x" + signature.r.hexDigits
        transaction["s"] = "0x" + signature.s.hexDigits
    }

    private static func content(_ transaction: [String: Any]) -> [PlainRLP] {
        func text(_ name: String) -> String { transaction[name] as? String ?? "0x" }
        return [
            .quantity(text("nonce")), .quantity(text("gasPrice")), .quantity(text("gas")), .hex(text("to")),
            .quantity(text("value")), .hex(text("input")),
        ]
    }

    /// A legacy transaction; types 0x7e and 0x6a too, for chains of their own kind. What is of another type has its
    /// type byte before the same list, as nobody else encodes it.
    static func encode(_ transaction: [String: Any]) -> [UInt8] {
        func text(_ name: String) -> String { transaction[name] as? String ?? "0x" }
        func quantity(_ name: String) -> PlainRLP { .quantity(text(name)) }
        func data(_ name: String) -> PlainRLP { .hex(text(name)) }
        switch text("type") {
        case "0x7e" where transaction["queueIndex"] != nil:
            return [0x7e]
                + PlainRLP.list([
                    quantity("queueIndex"), quantity("gas"), data("to"), quantity("value"), data("input"),
                    data("sender"),
                ]).bytes
        case "0x7e":
            let isSystem = transaction["isSystemTx"] as? Bool == true
            return [0x7e]
                + PlainRLP.list([
                    data("sourceHash"), data("from"), data("to"), quantity("mint"), quantity("value"),
                    quantity("gas"), .string(isSystem ? [1] : []), data("input"),
                ]).bytes
        case "0x6a": return [0x6a] + PlainRLP.list([quantity("chainId"), data("input")]).bytes
        case "0x64":
            return [0x64]
                + PlainRLP.list([
                    quantity("chainId"), data("requestId"), data("from"), data("to"), quantity("value"),
                ]).bytes
        default:
            let type = UInt8(text("type").dropFirst(2), radix: 16) ?? 0
            return (type > 4 ? [type] : [])
                + PlainRLP.list(
                    content(transaction) + [quantity("v"), quantity("r"), quantity("s")]
                ).bytes
        }
    }

    private static func encode(receipt: [String: Any], _ bloom: LogsBloom) -> [UInt8] {
        func text(_ name: String) -> String { receipt[name] as? String ?? "0x" }
        let logs = (receipt["logs"] as? [[String: Any]] ?? []).map { log -> PlainRLP in
            .list([
                .hex(log["address"] as? String ?? ""),
                .list((log["topics"] as? [String] ?? []).map(PlainRLP.hex)),
                .hex(log["data"] as? String ?? ""),
            ])
        }
        let outcome: PlainRLP = receipt["status"] == nil ? .hex(text("root")) : .quantity(text("status"))
        var items: [PlainRLP] = [
            outcome, .quantity(text("cumulativeGasUsed")), .string(bloom.withBytes { Array($0) }),
            .list(logs),
        ]
        if receipt["depositReceiptVersion"] != nil {
            items += [.quantity(text("depositNonce")), .quantity(text("depositReceiptVersion"))]
        }
        if receipt["baseFee"] != nil { items.append(.quantity(text("baseFee"))) }
        let type = UInt8(text("type").dropFirst(2), radix: 16) ?? 0
        return (type == 0 ? [] : [type]) + PlainRLP.list(items).bytes
    }
}
