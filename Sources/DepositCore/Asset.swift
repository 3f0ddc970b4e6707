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

    /// The newest block that a node both shows and holds final; nil where there is none.
    ///
    /// By depth, and where every block is final, what it shows decides alone. By tag its own word does, for a block
    /// that is ours too. While catching up, when the block it calls final lies above all that it shows of ours, all is
    /// final that no reorg may undo: our tip itself may be on a fork that a stale back end showed.
    public func final(_ head: Head, showing shows: Header, of local: HeaderChain) -> BlockRef? {
        switch finality {
        case .instant: return shows.block
        case .depth(let depth):
            guard shows.height.rawValue + 1 >= depth else { return nil }
            return local.header(at: shows.height - (depth - 1))?.block
        case .tag:
            guard let final = head.finalized, final.height <= head.header.height else { return nil }
            if final.height > shows.height {
                return local.headers.last { $0.height + local.window <= shows.height }?.block
            }
            guard let ours = local.header(at: final.height) else { return final }
            return ours.hash == final.hash ? final : nil
        }
    }
}
