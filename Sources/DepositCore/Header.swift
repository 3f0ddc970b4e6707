/// A block as a deposit remembers it.
public struct BlockRef: Hashable, Sendable {
    public let height: Height
    public let hash: BlockHash
    /// The block's own clock, as its producer set it: shown to people and used to measure a stall, never to credit.
    public let time: Timestamp

    public init(height: Height, hash: BlockHash, time: Timestamp) {
        self.height = height
        self.hash = hash
        self.time = time
    }
}

/// A block's place on its chain: what it is, and the block it stands on.
public struct Header: Hashable, Sendable {
    public let block: BlockRef
    public let parent: BlockHash

    public init(block: BlockRef, parent: BlockHash) {
        self.block = block
        self.parent = parent
    }

    public var height: Height { block.height }
    public var hash: BlockHash { block.hash }
}

/// What a node says of its chain's end.
public struct Head: Hashable, Sendable {
    public let header: Header
    /// The newest block that the chain itself calls final; nil where a chain or node has no such thing.
    public let finalized: BlockRef?

    public init(header: Header, finalized: BlockRef?) {
        self.header = header
        self.finalized = finalized
    }
}
