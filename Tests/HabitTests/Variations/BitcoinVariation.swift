import DepositTestKit

/// What no proof covers in the answers of Bitcoin's nodes: blocks are hashed from their bytes, and little else is read.
extension AnswerVariation {
    private static let header: Freedoms = [
        "version": .optional, "versionHex": .decoration, "merkleroot": .decoration, "time": .optional,
        "mediantime": .optional, "nonce": .optional, "bits": .decoration, "difficulty": .optional,
        "chainwork": .decoration, "nTx": .optional, "previousblockhash": .optional,
        "nextblockhash": .optional,
    ]
    private static let info: Freedoms = ["initialblockdownload": .optional]

    /// A manner that varies every answer, by this seed.
    static func ofBitcoin(seed: UInt64) -> Manner {
        Manner(
            tells: { asked, said, _ in
                var variation = AnswerVariation(seed: seed, asked.method)
                return said.changing { variation.bitcoin($0, asked.method) }
            }, form: seed.isMultiple(of: 3) ? .modern : nil)
    }

    private mutating func bitcoin(_ tree: JSONTree, _ method: String) -> JSONTree {
        switch method {
        case "getblockheader" where tree.string == nil:
            vary(tree, Self.header, added: ["target", "tx", "strippedsize", "weight"])
        case "getblock", "getblockheader": recase(tree)
        case "getblockchaininfo":
            vary(
                tree, Self.info,
                added: ["difficulty", "verificationprogress", "softforks", "warnings", "size_on_disk"])
        default: tree
        }
    }
}
