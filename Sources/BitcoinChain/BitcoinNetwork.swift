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
        try map.finish()
        self.anchors = anchors.sorted { $0.height < $1.height }
    }

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
