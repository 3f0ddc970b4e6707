internal import NodeRPC

/// Fields that say again what a root proves: where it does, they decide nothing, and one that says something else is a
/// remark on the node. Where no root does, they are all there is, and it is a lie.
enum Decoration: String {
    /// A transaction's `blockHash` and `transactionIndex`.
    case transactionPlace = "places of transactions"
    /// A receipt's `blockHash`, `transactionHash`, `transactionIndex` and `type`.
    case receiptPlace = "places of receipts"
    /// A log's `blockHash`, `transactionHash`, `logIndex` and `removed`.
    case logPlace = "places of logs"
    /// A receipt's `cumulativeGasUsed` where no root is over it.
    case gas = "gas of receipts"
    /// A receipt's `logsBloom`, which follows from its logs.
    case bloom = "blooms of receipts"
    /// The trace of a foreign transaction.
    case trace = "traces of foreign transactions"

    /// Whether it binds a receipt to its transaction: the roots of both do so, one of them does not.
    var needsTransactionsRoot: Bool {
        switch self {
        case .transactionPlace, .receiptPlace: true
        case .logPlace, .gas, .bloom, .trace: false
        }
    }
}

/// A decoration that says something else than what it decorates.
struct Difference {
    let decoration: Decoration
    /// What it is refused with where it decides.
    let flaw: Flaw

    var remark: Remark {
        Remark(
            topic: decoration.rawValue,
            words: "its answers differ in what decides nothing: \(flaw.fault.words)")
    }
}

extension NodeError.Fault {
    /// What is wrong, without the words around it.
    fileprivate var words: String {
        switch self {
        case .unproven(let what), .malformed(let what), .missing(let what): what
        default: description
        }
    }
}

extension BlockScan {
    /// Puts up with a decoration that differs until the roots are proven; refuses it where none will be.
    mutating func differ(_ decoration: Decoration, _ flaw: Flaw, isRooted: Bool) throws(Flaw) {
        guard isRooted else { throw flaw }
        guard !differences.contains(where: { $0.decoration == decoration }) else { return }
        differences.append(Difference(decoration: decoration, flaw: flaw))
    }
}
