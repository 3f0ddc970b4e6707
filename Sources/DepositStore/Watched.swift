public import DepositCore

/// An address to be watched, as it is issued.
public struct NewAddress: Hashable, Sendable {
    public let address: Address
    public let label: String?
    /// Transfers count from this height on; nil: from now on.
    public let from: Height?

    public init(_ address: Address, label: String? = nil, from: Height? = nil) {
        self.address = address
        self.label = label
        self.from = from
    }
}

/// What became of a call that issued addresses.
public struct Registration: Hashable, Sendable {
    /// The newest generation of addresses; those of this call have it or one below it.
    public let generation: Int64
    /// How many of them were not watched before.
    public let added: Int
    /// Whether blocks that were scanned without them are now waiting to be scanned again.
    public let needsBackfill: Bool
}

/// A watched address, as it is stored.
public struct WatchedAddress: Hashable, Sendable {
    public let chain: ChainID
    public let address: Address
    public let label: String?
    public let from: Height?
    public let added: Timestamp
}

/// Blocks below the cursor that must be scanned once more for addresses issued late.
public struct Backfill: Hashable, Sendable {
    public let id: Int64
    public let chain: ChainID
    /// The addresses it is for are those of this generation.
    public let generation: Int64
    public let from: Height
    /// The lowest height that is still to be scanned.
    public let next: Height
    public let upTo: Height
    /// The hash of the last block that was scanned for this job; nil before the first.
    public let lastHash: BlockHash?
    public let addresses: Int

    /// The same job once the block of `header` is committed for it; nil when that was its last.
    public func advanced(through header: Header) -> Backfill? {
        guard header.height < upTo else { return nil }
        return Backfill(
            id: id, chain: chain, generation: generation, from: from, next: header.height + 1, upTo: upTo,
            lastHash: header.hash, addresses: addresses)
    }
}
