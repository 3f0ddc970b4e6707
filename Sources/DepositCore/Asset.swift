/// A listed asset of one chain.
public struct Asset: Hashable, Sendable {
    public let id: AssetID
    /// The contract (or mint, issuer, token id) that is the asset, in canonical spelling; nil for the chain's own coin.
    public let contract: String?
    public let decimals: Int
    /// Transfers below this are recorded without an event.
    public let minimum: Amount
    /// Whether a transfer counts only where the receiver's balance bears it out: for a token whose contract may log
    /// more than it moves.
    public let verifiesByBalance: Bool

    public init(
        id: AssetID, contract: String?, decimals: Int, minimum: Amount, verifiesByBalance: Bool = false
    ) {
        self.id = id
        self.contract = contract
        self.decimals = decimals
        self.minimum = minimum
        self.verifiesByBalance = verifiesByBalance
    }
}

/// How a chain tells which blocks are final.
public enum Finality: Hashable, Sendable {
    /// The node says so (`finalized`).
    case tag
    /// A block with this many confirmations counts as final, by the operator's judgement.
    case depth(UInt64)
    /// Every block that is reported is final.
    case instant
}

/// What core must know of a chain to settle its blocks.
public struct ChainRules: Hashable, Sendable {
    public let chain: ChainID
    public let assets: [AssetID: Asset]
    public let finality: Finality
    public let policy: Policy

    public init(chain: ChainID, assets: [Asset], finality: Finality, policy: Policy) {
        self.chain = chain
        self.assets = Dictionary(uniqueKeysWithValues: assets.map { ($0.id, $0) })
        self.finality = finality
        self.policy = policy
    }

    /// The newest final block of `local`, given what the node calls final; nil where none is yet.
    ///
    /// A node's word counts only for a block that we hold too. While catching up, when the block it calls final lies
    /// above our tip, all is final that no reorg may undo: our tip itself may be on a fork that a stale back end
    /// showed.
    public func finalized(in local: HeaderChain, head: Head) -> BlockRef? {
        guard let tip = local.tip else { return nil }
        switch finality {
        case .instant:
            return tip.block
        case .depth:
            guard let height = finalHeight(under: tip.height, by: head) else { return nil }
            return local.headers.last { $0.height <= height }?.block
        case .tag:
            guard let claimed = head.finalized, claimed.height <= head.header.height else { return nil }
            if claimed.height > tip.height {
                return local.headers.last { $0.height + local.window <= tip.height }?.block
            }
            return local.header(at: claimed.height).flatMap { $0.hash == claimed.hash ? $0.block : nil }
        }
    }

    /// The highest block, of a chain that ends at `tip`, that a node with this head holds final.
    public func finalHeight(under tip: Height, by head: Head) -> Height? {
        switch finality {
        case .instant: tip
        case .depth(let depth): tip.rawValue + 1 < depth ? nil : tip - (depth - 1)
        case .tag: head.finalized?.height
        }
    }
}
