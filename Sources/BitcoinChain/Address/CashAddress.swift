/// Bitcoin Cash's addresses: a prefix, a colon, a version byte and a hash in base 32 with a 40-bit checksum.
///
/// Source: bitcoincash.org, spec/cashaddr.md; types 2 and 3 (token-aware): CHIP-2022-02-CashTokens.
enum CashAddress {
    enum Fault: Error {
        case mixedCase
        case form
        case checksum
        case version(UInt8)

        var cure: String {
            switch self {
            case .mixedCase: "upper and lower case are mixed; copy the address again"
            case .form: "this is no cashaddr address; copy it again, whole"
            case .checksum:
                "the checksum is wrong, so a character is mistyped or missing; copy the address again"
            case .version(let version):
                "addresses of version \(version) are unknown; give one of type P2PKH or P2SH"
            }
        }
    }

    /// What the version byte's upper bits say. Token-aware types stand for the same script as the plain
    /// ones.
    enum Kind: UInt8 {
        case publicKeyHash = 0
        case scriptHash = 1
        case tokenPublicKeyHash = 2
        case tokenScriptHash = 3
    }

    /// - Parameter defaultPrefix: stands in where the text has none; the checksum then shows whether it
    /// belongs.
    static func decode(
        _ text: String, defaultPrefix: String
    ) throws(Fault) -> (prefix: String, kind: Kind, hash: [UInt8]) {
        let lower = text.lowercased()
        guard text == lower || text == text.uppercased() else { throw .mixedCase }
        let parts = lower.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, let payload = parts.last, lower.utf8.count <= 128,
            let values = Base32.values(payload), values.count > 8
        else { throw .form }
        let prefix = parts.count == 2 ? String(parts[0]) : defaultPrefix
        guard polymod(expanded(prefix) + values) == 0 else { throw .checksum }
        guard let bytes = Base32.bytes(values.dropLast(8)), let version = bytes.first else { throw .form }
        guard version & 0x80 == 0, let kind = Kind(rawValue: version >> 3),
            bytes.count - 1 == hashLength(version),
            bytes.count == 21 || kind.takesLongHash && bytes.count == 33
        else { throw .version(version) }
        return (prefix, kind, Array(bytes.dropFirst()))
    }

    static func encode(prefix: String, kind: Kind, hash: [UInt8]) -> String {
        let version = kind.rawValue << 3 | (hash.count == 32 ? 3 : 0)
        let values = Base32.groups([version] + hash)
        let remainder = polymod(expanded(prefix) + values + [UInt8](repeating: 0, count: 8))
        let checksum = (0..<8).map { UInt8(remainder >> (5 * (7 - $0)) & 31) }
        return "\(prefix):\(Base32.text(values + checksum))"
    }

    /// 160, 192, 224, 256, 320, 384, 448 or 512 bits, in bytes.
    private static func hashLength(_ version: UInt8) -> Int {
        [20, 24, 28, 32, 40, 48, 56, 64][Int(version & 7)]
    }

    private static func expanded(_ prefix: String) -> [UInt8] {
        prefix.utf8.map { $0 & 31 } + [0]
    }

    private static func polymod(_ values: [UInt8]) -> UInt64 {
        let generator: [UInt64] = [
            0x98_f2bc_8e61, 0x79_b76d_99e2, 0xf3_3e5f_b3c4, 0xae_2eab_e2a8, 0x1e_4f43_e470,
        ]
        var remainder: UInt64 = 1
        for value in values {
            let top = remainder >> 35
            remainder = (remainder & 0x07_ffff_ffff) << 5 ^ UInt64(value)
            for bit in 0..<5 where top >> bit & 1 == 1 { remainder ^= generator[bit] }
        }
        return remainder ^ 1
    }
}

extension CashAddress.Kind {
    /// Scripts may be hashed to 256 bits (P2SH32), keys may not.
    fileprivate var takesLongHash: Bool {
        switch self {
        case .scriptHash, .tokenScriptHash: true
        case .publicKeyHash, .tokenPublicKeyHash: false
        }
    }
}
