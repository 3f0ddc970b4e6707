/// A witness version and program as text: bech32 for version 0 (BIP-173), bech32m for all others (BIP-350).
enum SegwitAddress {
    enum Fault: Error {
        case mixedCase
        case form
        case checksum
        /// The checksum of the other of the two encodings.
        case encoding
        case program

        var cure: String {
            switch self {
            case .mixedCase: "upper and lower case are mixed; copy the address again"
            case .form: "this is no bech32 address; copy it again, whole"
            case .checksum:
                "the checksum is wrong, so a character is mistyped or missing; copy the address again"
            case .encoding:
                "bech32 is for witness version 0 and bech32m for all others, which this address mixes up; "
                    + "create it anew with a wallet that knows BIP-350"
            case .program:
                "its witness program has a length or version that does not exist; create the address anew"
            }
        }
    }

    private static let bech32: UInt32 = 1
    private static let bech32m: UInt32 = 0x2bc8_30a3

    /// The human-readable part in lowercase, the version and the program.
    static func decode(
        _ text: String
    ) throws(Fault) -> (prefix: String, version: UInt8, program: [UInt8]) {
        let lower = text.lowercased()
        guard text == lower || text == text.uppercased() else { throw .mixedCase }
        guard lower.utf8.count <= 90, lower.utf8.allSatisfy({ (33...126).contains($0) }),
            let separator = lower.lastIndex(of: "1"), separator > lower.startIndex,
            let values = Base32.values(lower[lower.index(after: separator)...]), values.count >= 6
        else { throw .form }
        let prefix = String(lower[..<separator])
        let constant = polymod(expanded(prefix) + values)
        guard constant == bech32 || constant == bech32m else { throw .checksum }
        let data = values.dropLast(6)
        guard let version = data.first, version <= 16, let program = Base32.bytes(data.dropFirst()),
            (2...40).contains(program.count), version != 0 || [20, 32].contains(program.count)
        else { throw .program }
        guard (version == 0) == (constant == bech32) else { throw .encoding }
        return (prefix, version, program)
    }

    static func encode(prefix: String, version: UInt8, program: [UInt8]) -> String {
        let values = [version] + Base32.groups(program)
        let constant = version == 0 ? bech32 : bech32m
        let remainder = polymod(expanded(prefix) + values + [0, 0, 0, 0, 0, 0]) ^ constant
        let checksum = (0..<6).map { UInt8(remainder >> (5 * (5 - $0)) & 31) }
        return "\(prefix)1\(Base32.text(values + checksum))"
    }

    private static func expanded(_ prefix: String) -> [UInt8] {
        prefix.utf8.map { $0 >> 5 } + [0] + prefix.utf8.map { $0 & 31 }
    }

    private static func polymod(_ values: [UInt8]) -> UInt32 {
        let generator: [UInt32] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3]
        var remainder: UInt32 = 1
        for value in values {
            let top = remainder >> 25
            remainder = (remainder & 0x1ff_ffff) << 5 ^ UInt32(value)
            for bit in 0..<5 where top >> bit & 1 == 1 { remainder ^= generator[bit] }
        }
        return remainder
    }
}
