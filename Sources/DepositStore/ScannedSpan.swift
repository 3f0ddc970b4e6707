public import DepositCore

/// How far a chain has been scanned, and for which addresses not yet.
public struct ScannedSpan: Hashable, Sendable {
    /// The lowest height that was scanned for any address.
    public let from: Height
    public let tip: Height
    /// Heights that are still to be scanned for addresses issued late.
    public let backfills: [Backfill]
}

/// What is stored of a few blocks that a node has shown, read in one moment.
public struct StoredStretch: Sendable {
    public let headers: [Height: Header]
    /// From here on every scanned block's header is still kept.
    public let keptFrom: Height
    /// The deposits that stand at these blocks' heights, in whatever block.
    public let standing: [Deposit]
    /// The deposits with the identities of these blocks' transfers.
    public let known: [DepositID: Deposit]
    /// The transfers that must have been found: to addresses that these blocks have been scanned for.
    public let required: [BlockHash: [Incoming]]
}
