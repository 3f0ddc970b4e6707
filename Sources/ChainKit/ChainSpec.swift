public import DepositCore

/// A chain file: what is true of a chain for everyone. No URL, no secret.
public struct ChainSpec: Sendable {
    public let id: ChainID
    public let family: String
    /// How far apart blocks usually are, in milliseconds: sets polling, stall alarms and estimates.
    public let blockInterval: Int
    /// The deepest reorg followed unaided, in blocks.
    public let reorgWindow: UInt64
    public let rules: ChainRules
    public let proof: Proof
    /// The family's own part, decoded by the family.
    public let network: StrictValue
    public let options: StrictValue?

    /// What of a block can be recomputed on this chain, each including what stands behind it.
    public enum Proof: String, Sendable, CaseIterable {
        /// Every number adds up: one receipt a transaction, indexes without a gap, every block hash the same.
        case count
        /// And the logs give the header's bloom.
        case bloom
        /// And transactions and receipts give the header's roots.
        case receipts
        /// And the header gives the block's hash.
        case full
    }

    public init(_ text: String, file: String) throws(ConfigError) {
        var map = try StrictValue(parsing: text, file: file).map()
        id = try Self.id(map.required("id"))
        family = try map.required("family").string()
        network = try map.required("network")
        let interval = try map.required("block_interval")
        blockInterval = try interval.milliseconds()
        guard (1...86_400_000).contains(blockInterval) else { throw interval.fail("expected from 1ms to 1d") }
        reorgWindow = UInt64(try map.required("reorg_window").integer(1...1_000_000))
        let finality = try Self.finality(map.required("finality"), reorgWindow)
        let assets = try Self.assets(map.required("assets"))
        let policy = try Policy(map.required("policy"), assets: assets)
        rules = ChainRules(chain: id, assets: assets, finality: finality, policy: policy)
        proof = try map.required("proof").choice(of: Proof.self)
        options = map.optional("options")
        try map.finish()
    }

    private init(_ other: ChainSpec, rules: ChainRules) {
        id = other.id
        family = other.family
        blockInterval = other.blockInterval
        reorgWindow = other.reorgWindow
        self.rules = rules
        proof = other.proof
        network = other.network
        options = other.options
    }

    /// The same chain under an operator's own policy.
    public func with(policy: StrictValue) throws(ConfigError) -> ChainSpec {
        let assets = Array(rules.assets.values)
        let own = try Policy(policy, assets: assets)
        return ChainSpec(
            self, rules: ChainRules(chain: id, assets: assets, finality: rules.finality, policy: own))
    }

    /// The same chain with its assets' contracts in the one spelling that their family gives them.
    public func with(assets: [Asset]) -> ChainSpec {
        ChainSpec(
            self,
            rules: ChainRules(chain: id, assets: assets, finality: rules.finality, policy: rules.policy))
    }

    /// Part of ids, URLs, file names and metrics.
    private static func id(_ value: StrictValue) throws(ConfigError) -> ChainID {
        let text = try value.string()
        let isPlain = text.utf8.allSatisfy {
            (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d
        }
        guard isPlain, text.utf8.count <= 64 else {
            throw value.fail("expected lowercase letters, digits and hyphens, such as bitcoin-cash")
        }
        return ChainID(text)
    }

    /// Headers are kept for twice the window: a block deeper than that could never be seen to be final.
    private static func finality(_ value: StrictValue, _ window: UInt64) throws(ConfigError) -> Finality {
        let finality = try Finality(value)
        if case .depth(let depth) = finality, depth > 2 * window {
            throw value.fail(
                "depth \(depth) is more than twice the reorg_window; widen reorg_window to \((depth + 1) / 2)"
            )
        }
        return finality
    }

    private static func assets(_ value: StrictValue) throws(ConfigError) -> [Asset] {
        var assets: [Asset] = []
        for item in try value.list() {
            let asset = try Asset(item)
            if assets.contains(where: { $0.id == asset.id }) {
                throw item.fail("asset \(asset.id) is listed twice")
            }
            if let same = assets.first(where: { $0.contract?.lowercased() == asset.contract?.lowercased() }) {
                let what = asset.contract == nil ? "are both the chain's own coin" : "have the same contract"
                throw item.fail("\(same.id) and \(asset.id) \(what)")
            }
            assets.append(asset)
        }
        if assets.isEmpty { throw value.fail("list at least one asset") }
        return assets
    }
}

extension StrictValue {
    /// One of an enumeration's raw values.
    public func choice<Choice: RawRepresentable<String> & CaseIterable>(
        of type: Choice.Type
    ) throws(ConfigError) -> Choice {
        guard let choice = Choice(rawValue: try string()) else {
            throw fail("expected one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return choice
    }
}
