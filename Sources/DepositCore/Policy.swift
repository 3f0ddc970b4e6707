/// The ordered rules that say when a deposit is confirmed; the first that matches decides.
public struct Policy: Hashable, Sendable {
    public let rules: [Rule]

    /// Nil unless the last rule matches everything: no deposit may be without a rule.
    public init?(rules: [Rule]) {
        guard let last = rules.last, last.matchesAll else { return nil }
        self.rules = rules
    }

    public func requirement(for transfer: Transfer, of asset: Asset) -> Requirement {
        for rule in rules where rule.matches(transfer, of: asset) { return rule.requirement }
        preconditionFailure("the last rule of a policy matches everything")
    }
}

/// One rule: whom it is for, and what it requires.
public struct Rule: Hashable, Sendable {
    public let asset: AssetID?
    public let below: WholeAmount?
    public let requirement: Requirement

    public init(asset: AssetID?, below: WholeAmount?, requirement: Requirement) {
        self.asset = asset
        self.below = below
        self.requirement = requirement
    }

    var matchesAll: Bool { asset == nil && below == nil }

    func matches(_ transfer: Transfer, of asset: Asset) -> Bool {
        if let only = self.asset, only != transfer.asset { return false }
        guard let below else { return true }
        guard let limit = below.baseUnits(decimals: asset.decimals) else { return false }
        return transfer.amount < limit
    }
}

/// What must hold before a deposit is confirmed. With both depth and finality, both must hold.
public struct Requirement: Hashable, Sendable {
    /// Confirmations; nil where depth alone never confirms.
    public let depth: UInt64?
    public let finality: Bool
    /// What stands in for finality once it has stalled.
    public let fallback: Fallback?
    /// The rule in words, as events show it.
    public let rule: String

    public struct Fallback: Hashable, Sendable {
        public let depth: UInt64
        /// How far the final block's time lies behind the tip's before finality counts as stalled, in seconds.
        /// Where nothing is final yet, the time of the block that holds the transfer stands in for it.
        public let after: Int64

        public init(depth: UInt64, after: Int64) {
            self.depth = depth
            self.after = after
        }
    }

    /// - Precondition: it requires something.
    public init(depth: UInt64?, finality: Bool, fallback: Fallback? = nil, rule: String) {
        precondition(depth != nil || finality)
        self.depth = depth
        self.finality = finality
        self.fallback = fallback
        self.rule = rule
    }

    /// Whether a transfer in `block` may be confirmed. Time is the blocks' own: no clock of ours is read.
    public func isMet(in block: BlockRef, maturity: UInt64, under view: ChainView) -> Bool {
        let confirmations = block.height.confirmations(under: view.tip.height)
        guard confirmations >= max(1, maturity) else { return false }
        if let depth, confirmations < depth { return false }
        guard finality else { return true }
        if view.isFinal(block) { return true }
        guard let fallback, confirmations >= fallback.depth else { return false }
        // With nothing final yet, as in the first minutes of a chain, finality is not known to have stalled.
        let since = view.finalized?.time ?? block.time
        return view.tip.time.seconds - since.seconds >= fallback.after
    }

    /// When a transfer at `height` can first meet this requirement.
    func due(at height: Height, maturity: UInt64) -> Due {
        let depth = max(1, self.depth ?? 1, maturity)
        return Due(
            tip: height + (depth - 1),
            final: finality ? height : nil,
            fallback: fallback.map { height + (max(depth, $0.depth) - 1) })
    }
}

/// What the store finds a waiting deposit by, so that those that are due are never looked for among all that wait.
///
/// Due when `tip` is reached and, where `final` is set, that height is final or the tip has reached `fallback`.
/// It is a first sieve: the requirement itself decides.
public struct Due: Hashable, Sendable {
    public let tip: Height
    public let final: Height?
    public let fallback: Height?

    public func hasCome(under view: ChainView) -> Bool {
        guard view.tip.height >= tip else { return false }
        guard let final else { return true }
        if let finalized = view.finalized, finalized.height >= final { return true }
        return fallback.map { view.tip.height >= $0 } ?? false
    }
}

/// Our own chain at the moment of a decision.
public struct ChainView: Hashable, Sendable {
    /// The block that confirmations are counted under.
    public let tip: BlockRef
    public let finalized: BlockRef?
    /// The highest height that nodes agree on, to be kept; nil where it is no news.
    public let agreed: Height?
    /// Which deposits may be confirmed here.
    public let confirming: Confirming

    public enum Confirming: Hashable, Sendable {
        /// Those whose requirement is met under this view, in these blocks or, nil, wherever they stand: there is
        /// nobody else to hear.
        case satisfied(in: Set<BlockHash>?)
        /// These: enough nodes have been heard, and what holds them was read again.
        case these(Set<DepositID>)
    }

    public init(
        tip: BlockRef, finalized: BlockRef?, agreed: Height? = nil,
        confirming: Confirming = .satisfied(in: nil)
    ) {
        self.tip = tip
        self.finalized = finalized
        self.agreed = agreed
        self.confirming = confirming
    }

    public func confirming(_ deposits: Confirming) -> ChainView {
        ChainView(tip: tip, finalized: finalized, agreed: agreed, confirming: deposits)
    }

    /// The same, its confirmations counted under another block.
    public func counted(under tip: BlockRef) -> ChainView {
        ChainView(tip: tip, finalized: finalized, agreed: agreed, confirming: confirming)
    }

    func confirms(_ deposit: Deposit, in block: BlockRef) -> Bool {
        switch confirming {
        case .satisfied(let blocks):
            (blocks?.contains(block.hash) ?? true)
                && deposit.requirement.isMet(in: block, maturity: deposit.transfer.maturity, under: self)
        case .these(let deposits): deposits.contains(deposit.id)
        }
    }

    public func isFinal(_ block: BlockRef) -> Bool {
        finalized.map { block.height <= $0.height } ?? false
    }
}
