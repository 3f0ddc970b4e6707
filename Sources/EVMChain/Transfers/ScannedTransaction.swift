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
    /// Its type is known and, where roots are proven, its hash was found to be the hash of its content.
    var isProven: Bool
}

/// What a receipt says of its transaction.
enum Outcome: Equatable {
    case success
    case failure
    /// Receipts from before Byzantium hold a state root in place of a status, and say nothing.
    case unknown
}
