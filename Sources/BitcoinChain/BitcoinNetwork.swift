internal import ChainKit
internal import DepositCore

/// What tells one network of the family from all others: chains that forked share their first blocks.
struct BitcoinNetwork: Sendable {
    /// `main`, `test`, `regtest` …, as `getblockchaininfo` says it.
    let chain: String
    /// Blocks that the node's chain must have, lowest first; the first is block 0.
    let anchors: [(height: Height, hash: BlockHash)]
    /// As `getnetworkinfo` counts: 210504 is 0.21.5.4. An older node follows old rules, and with them a dead fork.
    let leastVersion: UInt64?
    /// What its headers must meet; nil where the chain file says `work: none`, or names a network that is not known.
    var consensus: Consensus?
    /// The easiest target that is believed of a start far from every anchor; nil where there must be an anchor near.
    var easiest: Target?

    init(_ value: StrictValue) throws(ConfigError) {
        var map = try value.map()
        chain = try map.required("chain").string()
        var anchors: [(height: Height, hash: BlockHash)] = [(0, try Self.hash(map.required("genesis")))]
        if let entry = map.optional("anchors") {
            for (key, _, hash) in try entry.map().entries {
                guard let number = UInt64(key), number > 0, let height = Height(number) else {
                    throw hash.fail("expected a block's height above 0, found \(key)")
                }
                anchors.append((height, try Self.hash(hash)))
            }
        }
        leastVersion = try map.optional("least_version").map { value throws(ConfigError) in
            UInt64(try value.integer(1...Int(Int32.max)))
        }
        consensus = try Self.consensus(map.optional("work"), genesis: anchors[0].hash, of: map.whole)
        easiest = try map.optional("easiest_bits").map { value throws(ConfigError) in try Self.target(value) }
        try map.finish()
        self.anchors = anchors.sorted { $0.height < $1.height }
    }

    /// A chain that begins as a public network does must say whose rules it follows: forks share their first block.
    private static func consensus(
        _ value: StrictValue?, genesis: BlockHash, of network: StrictValue
    ) throws(ConfigError) -> Consensus? {
        guard let value else {
            guard !Consensus.geneses.contains(genesis.text) else {
                throw network.fail(
                    "work is missing: say whose rules of difficulty and work the blocks of this public network "
                        + "follow, such as work: bitcoin, or work: none to believe blocks without work")
            }
            return nil
        }
        let name = try value.string()
        if name == "none" { return nil }
        guard let consensus = Consensus.named(name) else {
            let known = Consensus.known.map(\.name).joined(separator: ", ")
            throw value.fail("expected one of \(known), or none")
        }
        return consensus
    }

    private static func target(_ value: StrictValue) throws(ConfigError) -> Target {
        let text = try value.string()
        guard text.utf8.count == 8, let bits = UInt32(text, radix: 16), let target = Target(bits: bits) else {
            throw value.fail(
                "expected a target in its short form: 8 hex digits in quotes, such as \"1a00ffff\"")
        }
        return target
    }

    /// The highest anchor.
    var newestAnchor: UInt64 { anchors[anchors.count - 1].height.rawValue }

    private static func hash(_ value: StrictValue) throws(ConfigError) -> BlockHash {
        let text = try value.string()
        guard Hash256(text: text) != nil else {
            throw value.fail("expected a block's hash: 64 lowercase hex digits in quotes")
        }
        return BlockHash(text)
    }

    /// A chain that stands still until somebody mines; nodes take that for being behind.
    var isMinedAtWill: Bool { chain == "regtest" }
}
