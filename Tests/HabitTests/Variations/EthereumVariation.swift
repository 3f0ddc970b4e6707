import DepositTestKit

/// What no proof covers in the answers of an EVM's nodes, under `proof: full`.
extension AnswerVariation {
    private static let block: Freedoms = [
        "size": .decoration, "uncles": .optional, "totalDifficulty": .decoration,
    ]
    private static let transaction: Freedoms = [
        "gasPrice": .decoration, "blockNumber": .decoration, "blockHash": .decoration,
        "transactionIndex": .decoration, "from": .optional,
    ]
    private static let receipt: Freedoms = [
        "effectiveGasPrice": .decoration, "gasUsed": .decoration, "from": .decoration, "to": .decoration,
        "contractAddress": .decoration, "blockNumber": .decoration, "type": .optional,
        "logsBloom": .optional, "root": .decoration,
    ]
    private static let log: Freedoms = [
        "logIndex": .decoration, "blockNumber": .decoration, "blockTimestamp": .decoration,
        "removed": .optional,
    ]

    /// A manner that varies every answer, by this seed.
    static func ofEthereum(seed: UInt64) -> Manner {
        .telling { asked, said in
            var variation = AnswerVariation(seed: seed, asked.method)
            return said.changing { variation.ethereum($0, asked.method) }
        }
    }

    private mutating func ethereum(_ tree: JSONTree, _ method: String) -> JSONTree {
        switch method {
        case "eth_getBlockByHash", "eth_getBlockByNumber":
            recase(ethereumBlock(tree))
        case "eth_getBlockReceipts":
            recase(.array(tree.elements.map { ethereumReceipt($0) }))
        case "eth_getTransactionReceipt": recase(ethereumReceipt(tree))
        default: tree
        }
    }

    private mutating func ethereumBlock(_ tree: JSONTree) -> JSONTree {
        var tree = tree
        let transactions = (tree["transactions"]?.elements ?? []).map { each in
            each.string == nil ? ethereumTransaction(each) : each
        }
        tree["transactions"] = .array(transactions)
        return vary(tree, Self.block, added: ["l1BlockNumber", "totalDifficulty", "sendCount", "author"])
    }

    /// Of a signature's parity, either form is enough.
    private mutating func ethereumTransaction(_ tree: JSONTree) -> JSONTree {
        let free = vary(
            tree, Self.transaction, added: ["creates", "publicKey", "standardV", "blockTimestamp", "l1Fee"])
        switch Int.random(in: 0...5, using: &random) {
        case 0: return free.with { $0["v"] = nil }
        case 1: return free.with { $0["yParity"] = .null }
        default: return free
        }
    }

    private mutating func ethereumReceipt(_ tree: JSONTree) -> JSONTree {
        var tree = tree
        let logs = (tree["logs"]?.elements ?? []).map { vary($0, Self.log, added: ["type", "logType"]) }
        tree["logs"] = .array(logs)
        return vary(
            tree, Self.receipt, added: ["l1Fee", "l1GasUsed", "gasUsedForL1", "blobGasUsed", "feePayer"])
    }
}
