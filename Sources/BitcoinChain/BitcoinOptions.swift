internal import ChainKit

/// How a chain of the family spells its addresses, and what its blocks have beyond Bitcoin's.
struct BitcoinOptions: Sendable {
    /// Base58 version bytes. Of scripts' versions the first is the canonical one, the others are accepted.
    let keyHashVersion: UInt8
    let scriptHashVersions: [UInt8]
    /// The human-readable part of bech32 addresses, on chains with segwit.
    let bech32: String?
    /// The prefix of cashaddr addresses, on chains whose canonical spelling they are.
    let cashAddress: String?
    let format: RawBlock.Format

    init(_ spec: ChainSpec) throws(ConfigError) {
        guard let value = spec.options else {
            throw ConfigError(
                file: spec.network.file, line: nil,
                message:
                    "options is missing; add options: {p2pkh: 0, p2sh: 5} with the chain's own version bytes")
        }
        var map = try value.map()
        keyHashVersion = try Self.version(map.required("p2pkh"))
        scriptHashVersions = try Self.versions(map.required("p2sh"))
        bech32 = try Self.prefix(map.optional("bech32"))
        cashAddress = try Self.prefix(map.optional("cashaddr"))
        format = RawBlock.Format(
            auxiliaryWork: try Self.flag(map.optional("auxpow")), mweb: try Self.flag(map.optional("mweb")),
            cashTokens: try Self.flag(map.optional("cashtokens")))
        try map.finish()
        if scriptHashVersions.contains(keyHashVersion) {
            throw value.fail("p2pkh and p2sh share a version byte")
        }
        if bech32 != nil, cashAddress != nil { throw value.fail("a chain has bech32 or cashaddr, not both") }
    }

    private static func version(_ value: StrictValue) throws(ConfigError) -> UInt8 {
        UInt8(try value.integer(0...255))
    }

    private static func versions(_ value: StrictValue) throws(ConfigError) -> [UInt8] {
        guard value.isList else { return [try version(value)] }
        var versions: [UInt8] = []
        for item in try value.list() { versions.append(try version(item)) }
        if versions.isEmpty { throw value.fail("expected a version byte, or a list of them") }
        return versions
    }

    private static func prefix(_ value: StrictValue?) throws(ConfigError) -> String? {
        guard let value else { return nil }
        let text = try value.string()
        guard !text.isEmpty, text.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) })
        else {
            throw value.fail("expected lowercase letters and digits, such as bc")
        }
        return text
    }

    private static func flag(_ value: StrictValue?) throws(ConfigError) -> Bool {
        try value?.bool() ?? false
    }
}
