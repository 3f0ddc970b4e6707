public import DepositCore

/// All that is stored of how far a chain has been followed.
public struct ChainState: Hashable, Sendable {
    /// The scanned blocks that still stand, the highest height that ever was agreed, and the newest final block.
    public var headers: HeaderChain
    /// The first height to scan; nil until it is set.
    public var from: Height?
    /// The lowest block whose results no later block has proven yet; nil where that was never asked.
    public var unproven: Height?
    /// Set while the chain is halted.
    public var halt: Halt?
    /// How often the chain has been halted, this halt included.
    public var haltCount: UInt64
    /// How often the nodes have disagreed, and how often they have agreed again.
    public var disagreements: UInt64
    public var agreements: UInt64

    public init(
        headers: HeaderChain, from: Height?, unproven: Height? = nil, halt: Halt?, haltCount: UInt64,
        disagreements: UInt64 = 0, agreements: UInt64 = 0
    ) {
        self.headers = headers
        self.from = from
        self.unproven = unproven
        self.halt = halt
        self.haltCount = haltCount
        self.disagreements = disagreements
        self.agreements = agreements
    }
}

/// Why a chain stands still until an operator says otherwise.
public struct Halt: Hashable, Sendable {
    /// The block of ours that the nodes' chain lacks and that must not be undone unaided.
    public let block: BlockRef
    public let reason: String
    public let since: Timestamp

    public init(block: BlockRef, reason: String, since: Timestamp) {
        self.block = block
        self.reason = reason
        self.since = since
    }
}

/// How a chain stands, for people.
public struct ChainSummary: Hashable, Sendable {
    public let chain: ChainID
    public let from: Height?
    public let tip: BlockRef?
    /// The highest height that ever was agreed.
    public let agreed: Height?
    public let finalized: BlockRef?
    public let halt: Halt?
    public let watched: Int
    public let backfills: [Backfill]
    public let deposits: [Status: Int]
}
