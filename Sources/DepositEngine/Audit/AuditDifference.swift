public import DepositCore
public import DepositStore
public import NodeRPC

/// Something that a node shows, proven, and the store says otherwise.
public enum AuditDifference: Hashable, Sendable {
    /// Blocks that the store has no sign of having scanned.
    case unscanned(ClosedRange<Height>)
    /// A block whose stored header is another.
    case header(stored: Header, shown: Header)
    /// The block holds a deposit that the store does not have standing at its height.
    case missing(Transfer, in: BlockRef, stored: Deposit?)
    /// The store has a deposit standing at this block's height, and the block does not hold it.
    case unfounded(Deposit, shown: BlockRef)
    /// The block holds the deposit, and one thing about it is not as it is stored.
    case fact(Fact, of: Deposit, stored: String, shown: String)

    /// Two nodes show the same height differently.
    case nodes(String, Block, String, Block)

    public enum Fact: String, Hashable, Sendable {
        case block, asset, amount, recipient, maturity, doubt
    }
}

/// What an audit tells while it runs.
public enum AuditNews: Sendable {
    case difference(AuditDifference)
    /// A stretch is done.
    case through(Height)
    /// A node gave no usable answer, and the next one is asked.
    case nodeFailed(NodeError)
    /// Blocks that are still to be scanned for addresses issued late: what those got there is not missing.
    case pending(Backfill)
    /// Stored deposits of an asset that the chain file does not list cannot be recomputed.
    case unlisted(AssetID)
}

/// Why there is no audit, or no end of it.
public enum AuditError: Error, Hashable, Sendable {
    case nothingScanned(ChainID)
    /// The range ends above what was scanned.
    case notScanned(Height, tip: Height)
    /// No node gives these blocks.
    case noNode(ClosedRange<Height>, [NodeError])
}

extension AuditError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .nothingScanned(let chain):
            return
                "nothing of \(chain) has been scanned yet: there is nothing to compare; start `depositwatch run`"
        case .notScanned(let height, let tip):
            return "block \(height) has not been scanned yet, the newest that has is \(tip): "
                + "end the range there, or wait for the daemon to get further"
        case .noNode(let heights, let errors):
            let why = errors.map { "\($0)" }.joined(separator: "; ")
            return
                "no node gives the blocks \(heights.lowerBound) to \(heights.upperBound), so they are not judged: \(why); "
                + "name a node that has them with --node"
        }
    }
}
