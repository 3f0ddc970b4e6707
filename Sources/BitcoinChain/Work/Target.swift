internal import BigInt

/// The number that the hash of a block's work may not exceed; a header's `bits` are its short form.
///
/// `bits`: one byte of size, three of mantissa with a sign. Source: Bitcoin Core, arith_uint256.cpp, `SetCompact` and
/// `GetCompact`; pow.cpp, `CheckProofOfWork`.
struct Target: Comparable, Sendable {
    let value: BigUInt

    init(_ value: BigUInt) {
        self.value = value
    }

    /// Nil for what no hash can meet: zero, a negative number, or one of more than 256 bits.
    init?(bits: UInt32) {
        let size = Int(bits >> 24)
        let mantissa = BigUInt(bits & 0x7f_ffff)
        let value = size <= 3 ? mantissa >> (8 * (3 - size)) : mantissa << (8 * (size - 3))
        let isNegative = bits & 0x80_0000 != 0
        guard value != 0, !isNegative, value.bitWidth <= 256 else { return nil }
        self.value = value
    }

    /// The short form, which loses all but the three highest bytes.
    var bits: UInt32 {
        let size = (value.bitWidth + 7) / 8
        let mantissa = size <= 3 ? value << (8 * (3 - size)) : value >> (8 * (size - 3))
        let word = UInt32(truncatingIfNeeded: mantissa)
        // The mantissa's highest bit is its sign.
        return word & 0x80_0000 == 0
            ? UInt32(size) << 24 | word : UInt32(size + 1) << 24 | word >> 8
    }

    /// How many hashes it takes on average to meet it: 2^256 / (target + 1).
    ///
    /// Source: Bitcoin Core, chain.cpp, `GetBlockProof`.
    var work: BigUInt { (BigUInt(1) << 256) / (value + 1) }

    /// The work where it is summed: a block's is some 2^80 at most, and what is far beyond counts no higher.
    var countedWork: UInt128 { min(UInt128(clamping: work), 1 << 100) }

    static func < (left: Target, right: Target) -> Bool { left.value < right.value }

    func isMet(by hash: Hash256) -> Bool { hash.number <= value }
}
