/// CashTokens of a Bitcoin Cash output, which stand in front of its script.
///
/// `ef`, category 32, bitfield 1, then commitment and amount where the bitfield says so. Only what
/// stands behind them is the script that says who may spend. Source: CHIP-2022-02-CashTokens, "Token
/// Encoding".
enum TokenPrefix {
    private static let mark: UInt8 = 0xef
    private static let reserved: UInt8 = 0x80
    private static let hasCommitment: UInt8 = 0x40
    private static let hasNonFungible: UInt8 = 0x20
    private static let hasAmount: UInt8 = 0x10

    /// The script behind the tokens; the whole where there are none, or where they are written wrongly.
    @inline(__always)
    static func strip(_ script: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        guard let first = script.first, first == mark else { return script }
        var reader = ByteReader(script)
        do throws(BlockFault) { return try locking(&reader) ?? script } catch { return script }
    }

    private static func locking(_ reader: inout ByteReader) throws(BlockFault) -> UnsafeRawBufferPointer? {
        try reader.skip(33)
        let bitfield = try reader.byte()
        let capability = bitfield & 0x0f
        let isNonFungible = bitfield & hasNonFungible != 0
        guard bitfield & reserved == 0, capability <= 2, bitfield & (hasNonFungible | hasAmount) != 0,
            isNonFungible || (capability == 0 && bitfield & hasCommitment == 0)
        else { return nil }
        if bitfield & hasCommitment != 0 {
            let length = try reader.compactSize()
            guard length > 0 else { return nil }
            try reader.skip(length)
        }
        if bitfield & hasAmount != 0 {
            guard try reader.compactSize() > 0 else { return nil }
        }
        return reader.slice(reader.offset, reader.bytes.count)
    }
}
