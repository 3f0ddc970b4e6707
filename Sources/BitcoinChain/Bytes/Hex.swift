/// Bytes as hex digits.
enum Hex {
    /// The bytes behind an even number of hex digits, of either case; nil for anything else.
    ///
    /// Sixteen digits a step: a block over JSON-RPC is megabytes of them.
    static func decode(_ digits: UnsafeRawBufferPointer) -> [UInt8]? {
        guard digits.count.isMultiple(of: 2) else { return nil }
        var isHex = true
        let bytes = [UInt8](unsafeUninitializedCapacity: digits.count / 2) { output, count in
            let steps = digits.count / 16
            var wrong = SIMD16<UInt8>.zero
            for step in 0..<steps {
                let text = digits.loadUnaligned(fromByteOffset: step * 16, as: SIMD16<UInt8>.self)
                let (values, faults) = nibbles(text)
                wrong |= faults
                let pairs = (values.evenHalf &<< 4) | values.oddHalf
                UnsafeMutableRawPointer(output.baseAddress! + step * 8)
                    .storeBytes(of: pairs, as: SIMD8<UInt8>.self)
            }
            isHex = wrong == .zero
            for index in (steps * 8)..<(digits.count / 2) {
                guard let high = nibble(digits[2 * index]), let low = nibble(digits[2 * index + 1]) else {
                    isHex = false
                    return
                }
                output[index] = high << 4 | low
            }
            count = digits.count / 2
        }
        return isHex ? bytes : nil
    }

    static func decode(_ text: String) -> [UInt8]? {
        var text = text
        return text.withUTF8 { decode(UnsafeRawBufferPointer($0)) }
    }

    static func text(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The values of sixteen digits, and non-zero lanes where there was none.
    @inline(__always)
    private static func nibbles(_ text: SIMD16<UInt8>) -> (SIMD16<UInt8>, SIMD16<UInt8>) {
        let decimal = text &- 48
        let letter = (text | 0x20) &- 97
        let isDecimal = decimal .< 10
        let isLetter = letter .< 6
        let values = (letter &+ 10).replacing(with: decimal, where: isDecimal)
        let faults = SIMD16<UInt8>(repeating: 1).replacing(with: 0, where: isDecimal .| isLetter)
        return (values, faults)
    }

    private static func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 48...57: digit - 48
        case 65...70: digit - 55
        case 97...102: digit - 87
        default: nil
        }
    }
}
