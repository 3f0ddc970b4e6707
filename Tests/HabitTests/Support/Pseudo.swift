import ChainKit
import DepositTestKit

/// Polygon's blocks of before Madhugiri: each ends with a transaction of bor's that stands under neither root
/// (0xPolygon/bor, core/types/bor_receipt.go).
enum Pseudo {
    static let nobody = "0x" + String(repeating: "0", count: 40)

    static func hash(of block: JSONTree) -> String {
        let number = UInt64(block["number"]?.string?.dropFirst(2) ?? "0", radix: 16) ?? 0
        let bytes = (0..<8).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
        let hash = PlainRLP.hex(block["hash"]?.string ?? "0x").string
        return "0x" + plainKeccak(Array("matic-bor-receipt-".utf8) + bytes + hash).hexDigits
    }

    private static func transaction(of block: JSONTree, at index: Int) -> JSONTree {
        .object([
            ("hash", .text(hash(of: block))), ("type", .text("0x0")), ("from", .text(nobody)),
            ("to", .text(nobody)), ("value", .text("0x0")), ("gas", .text("0x0")), ("gasPrice", .text("0x0")),
            ("nonce", .text("0x0")), ("input", .text("0x")), ("v", .text("0x0")), ("r", .text("0x0")),
            ("s", .text("0x0")), ("blockHash", block["hash"] ?? .null),
            ("blockNumber", block["number"] ?? .null),
            ("transactionIndex", .text(UInt64(index).hexQuantity)),
        ])
    }

    private static func receipt(of block: JSONTree, after receipts: [JSONTree]) -> JSONTree {
        .object([
            ("transactionHash", .text(hash(of: block))), ("blockHash", block["hash"] ?? .null),
            ("blockNumber", block["number"] ?? .null),
            ("transactionIndex", .text(UInt64(receipts.count).hexQuantity)), ("type", .text("0x0")),
            ("status", .text("0x1")),
            ("cumulativeGasUsed", receipts.last?["cumulativeGasUsed"] ?? .text("0x0")),
            ("gasUsed", .text("0x0")), ("logs", .array([])), ("contractAddress", .null),
            ("from", .text(nobody)),
            ("to", .text(nobody)), ("logsBloom", .text("0x" + String(repeating: "0", count: 512))),
        ])
    }

    /// What every node of such a chain does.
    static let nature = Manner(tells: { asked, said, lookup in
        switch asked.method {
        case "eth_getBlockByHash", "eth_getBlockByNumber":
            return said.changing { block in
                guard let transactions = block["transactions"]?.elements, let first = transactions.first
                else {
                    return block
                }
                let pseudo =
                    first.string == nil
                    ? transaction(of: block, at: transactions.count) : .text(hash(of: block))
                return block.with { $0["transactions"] = .array(transactions + [pseudo]) }
            }
        case "eth_getBlockReceipts":
            guard case .result(let block) = lookup("eth_getBlockByHash", #"["\#(asked.place)",false]"#) else {
                return said
            }
            return said.changing { receipts in
                receipts.with { receipts in
                    guard !receipts.elements.isEmpty else { return }
                    receipts.elements.append(receipt(of: block, after: receipts.elements))
                }
            }
        case "eth_getTransactionReceipt":
            return said.isNull ? found(asked.place, lookup) : said
        default: return said
        }
    })

    /// The receipt by the pseudo transaction's own hash.
    private static func found(_ hash: String, _ lookup: Manner.Lookup) -> Said {
        guard case .result(let head) = lookup("eth_blockNumber", "[]"),
            let tip = head.string.flatMap({ UInt64($0.dropFirst(2), radix: 16) })
        else { return .null }
        for height in (0...tip).reversed() {
            guard
                case .result(let block) = lookup(
                    "eth_getBlockByNumber", #"["\#(height.hexQuantity)",false]"#),
                self.hash(of: block) == hash,
                case .result(let receipts) = lookup(
                    "eth_getBlockReceipts", #"["\#(block["hash"]?.string ?? "")"]"#)
            else { continue }
            return .result(receipt(of: block, after: receipts.elements))
        }
        return .null
    }
}
