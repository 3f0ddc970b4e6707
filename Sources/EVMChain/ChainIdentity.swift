internal import ChainKit
internal import DepositCore

/// What tells a chain from every other: its id, its first block, and blocks the chain file pins besides.
///
/// Neither of the first two is enough: Ethereum and Ethereum Classic share block 0, and anybody may claim an
/// id.
struct ChainIdentity: Sendable {
    let chainID: UInt64
    let genesis: Bytes32
    /// Lowest first.
    let anchors: [(height: Height, hash: Bytes32)]

    /// `{chain_id: 1, genesis: "0x…", anchors: {15537394: "0x…"}}`; anchors may be left out.
    init(_ network: StrictValue) throws(ConfigError) {
        var map = try network.map()
        chainID = UInt64(try map.required("chain_id").integer(1...Int(Int64.max)))
        genesis = try Self.hash(map.required("genesis"))
        var anchors: [(height: Height, hash: Bytes32)] = []
        for entry in try map.optional("anchors")?.map().entries ?? [] {
            guard let height = UInt64(entry.key.filter { $0 != "_" }).flatMap({ Height($0) }) else {
                throw entry.value.fail("an anchor is height: \"0x…\"; found height \(entry.key)")
            }
            anchors.append((height, try Self.hash(entry.value)))
        }
        try map.finish()
        self.anchors = anchors.sorted { $0.height < $1.height }
    }

    private static func hash(_ value: StrictValue) throws(ConfigError) -> Bytes32 {
        guard let hash = Bytes32(try value.string()) else {
            throw value.fail("expected a block hash: 0x and 64 hex digits, in quotes")
        }
        return hash
    }
}
