/// The height that a block's first transaction begins with, which binds the block to it.
///
/// Source: BIP-34; Bitcoin Core, validation.cpp, `ContextualCheckBlock`, which wants the shortest push of the number.
enum CoinbaseHeight {
    /// What the input's script must begin with.
    static func push(_ height: UInt64) -> [UInt8] {
        switch height {
        case 0: return [0]
        case 1...16: return [0x50 + UInt8(height)]
        default:
            var bytes: [UInt8] = []
            var rest = height
            while rest > 0 {
                bytes.append(UInt8(truncatingIfNeeded: rest))
                rest >>= 8
            }
            // The highest bit is the sign.
            if let last = bytes.last, last & 0x80 != 0 { bytes.append(0) }
            return [UInt8(bytes.count)] + bytes
        }
    }

    /// The height in front of a script; nil where there is none in its shortest form.
    static func read(_ script: some Collection<UInt8>) -> UInt64? {
        guard let first = script.first else { return nil }
        if first == 0 { return 0 }
        if (0x51...0x60).contains(first) { return UInt64(first - 0x50) }
        let digits = script.dropFirst().prefix(Int(first))
        guard (1...8).contains(first), digits.count == Int(first) else { return nil }
        let height = digits.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return script.starts(with: push(height)) ? height : nil
    }
}
