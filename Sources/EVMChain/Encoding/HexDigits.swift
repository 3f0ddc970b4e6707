/// The hex digits of a `0x…` text, still as text: decoded only where the value is needed.
struct HexDigits {
    let digits: UnsafeRawBufferPointer

    /// Nil unless the text begins with `0x`. The digits themselves are checked when they are decoded.
    @inline(__always)
    init?(prefixed text: UnsafeRawBufferPointer) {
        guard text.count >= 2, text[0] == 0x30, text[1] == 0x78 else { return nil }
        digits = UnsafeRawBufferPointer(rebasing: text[2...])
    }

    private init(digits: UnsafeRawBufferPointer) {
        self.digits = digits
    }

    /// A quantity of up to 256 bits as 32 bytes, its highest first.
    var word: Bytes32? {
        let significant = significant
        guard !digits.isEmpty, significant.count <= 64 else { return nil }
        return withUnsafeTemporaryAllocation(byteCount: 64, alignment: 8) { padded in
            padded.initializeMemory(as: UInt8.self, repeating: 0x30)
            UnsafeMutableRawBufferPointer(rebasing: padded[(64 - significant.count)...])
                .copyMemory(from: significant)
            return HexDigits(digits: UnsafeRawBufferPointer(padded)).bytes32
        }
    }

    /// Exactly 64 digits.
    @inline(__always)
    var bytes32: Bytes32? {
        guard digits.count == 64, let a = pair(0), let b = pair(16), let c = pair(32), let d = pair(48) else {
            return nil
        }
        return Bytes32(a, b, c, d)
    }

    /// Exactly 40 digits.
    @inline(__always)
    var account: AccountBytes? {
        guard digits.count == 40, let a = pair(0), let b = pair(16), let c = fourBytes(digits, 32) else {
            return nil
        }
        return AccountBytes(a, b, c)
    }

    /// A quantity that fits 64 bits.
    var unsigned: UInt64? {
        guard !digits.isEmpty else { return nil }
        var value: UInt64 = 0
        for digit in digits {
            guard let nibble = nibble(digit), value >> 60 == 0 else { return nil }
            value = value << 4 | UInt64(nibble)
        }
        return value
    }

    /// All digits are zero, and there is one at least.
    var isZero: Bool {
        !digits.isEmpty && digits.allSatisfy { $0 == 0x30 }
    }

    /// The digits without leading zeros.
    var significant: UnsafeRawBufferPointer {
        var start = 0
        while start < digits.count, digits[start] == 0x30 { start += 1 }
        return UnsafeRawBufferPointer(rebasing: digits[start...])
    }

    @inline(__always)
    private func pair(_ offset: Int) -> UInt64? {
        guard let low = fourBytes(digits, offset), let high = fourBytes(digits, offset + 8) else {
            return nil
        }
        return UInt64(low) | UInt64(high) << 32
    }
}

/// Writes the bytes that `digits` spell to `output`; false when one is no hex digit.
///
/// - Precondition: an even number of digits, and room for half as many bytes.
@inline(__always)
func decodeHex(_ digits: UnsafeRawBufferPointer, to output: UnsafeMutableRawPointer) -> Bool {
    let whole = digits.count & ~7
    var offset = 0
    while offset < whole {
        guard let bytes = fourBytes(digits, offset) else { return false }
        output.storeBytes(of: bytes, toByteOffset: offset / 2, as: UInt32.self)
        offset += 8
    }
    while offset < digits.count {
        guard let high = nibble(digits[offset]), let low = nibble(digits[offset + 1]) else { return false }
        output.storeBytes(of: high << 4 | low, toByteOffset: offset / 2, as: UInt8.self)
        offset += 2
    }
    return true
}

/// Eight digits at once, as the four bytes they spell in memory order; nil when one is no hex digit.
///
/// A digit's low nibble is its value, a letter's is its value less nine; bit 6 tells letters from digits.
@inline(__always)
private func fourBytes(_ digits: UnsafeRawBufferPointer, _ offset: Int) -> UInt32? {
    let text = UInt64(littleEndian: digits.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    let high: UInt64 = 0x8080_8080_8080_8080
    let asDigit = text ^ 0x3030_3030_3030_3030
    let asLetter = (text | 0x2020_2020_2020_2020) ^ 0x6060_6060_6060_6060
    let notDigit = ((asDigit & ~high) &+ 0x7676_7676_7676_7676) | asDigit
    let notLetter = ((asLetter & ~high) &+ 0x7979_7979_7979_7979) | ~((asLetter & ~high) &+ ~high) | asLetter
    guard notDigit & notLetter & high == 0 else { return nil }
    let letters = (text >> 6) & 0x0101_0101_0101_0101
    let nibbles = (text & 0x0f0f_0f0f_0f0f_0f0f) &+ letters &* 9
    let pairs = ((nibbles << 4) | (nibbles >> 8)) & 0x00ff_00ff_00ff_00ff
    let quads = (pairs | (pairs >> 8)) & 0x0000_ffff_0000_ffff
    return UInt32(truncatingIfNeeded: quads | (quads >> 16)).littleEndian
}

@inline(__always)
func nibble(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit - 0x30
    case 0x61...0x66: digit - 0x57
    case 0x41...0x46: digit - 0x37
    default: nil
    }
}

/// `0x` and two lowercase digits a byte.
func hexText(_ bytes: some Collection<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = [0x30, 0x78]
    text.reserveCapacity(2 + bytes.count * 2)
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}
