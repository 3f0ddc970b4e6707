internal import NodeRPC

/// A transaction as far as its transfers need it. Points into the answer it was read from.
struct ScannedTransaction {
    let hash: Bytes32
    let type: UInt64
    /// Recovered from the signature where it decides and roots are proven; elsewhere the node's word.
    var from: AccountBytes?
    /// Who gets its value: `to`, or the contract that it creates.
    var recipient: AccountBytes?
    let isCreation: Bool
    /// Nil where it moves nothing.
    let value: HexDigits?
    /// Whether its sender's key stands for it.
    let isSigned: Bool
    /// Its type is known and, where roots are proven, its hash was found to be the hash of its content.
    var isProven: Bool

    /// Polygon's pseudo transaction, of a node that shows its receipt alone. It moves no value itself.
    static func pseudo(_ hash: Bytes32) -> ScannedTransaction {
        ScannedTransaction(
            hash: hash, type: 0, from: nil, recipient: nil, isCreation: false, value: nil, isSigned: false,
            isProven: false)
    }
}

/// What a receipt says of its transaction.
enum Outcome: Equatable {
    case success
    case failure
    /// Receipts from before Byzantium hold a state root in place of a status, and say nothing.
    case unknown
}
