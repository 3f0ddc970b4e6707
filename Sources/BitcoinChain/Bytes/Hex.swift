/// Bytes as hex digits.
enum Hex {
    /// The bytes behind an even number of hex digits, of either case; nil for anything else.
    ///
    /// Eight digits a step, in the lanes of one word: a block over JSON-RPC is megabytes of them.
    static func decode(_ digits: UnsafeRawBufferPointer) -> [UInt8]? {
        guard digits.count.isMultiple(of: 2) else { return nil }
        var areDigits = true
        let bytes = [UInt8](unsafeUninitializedCapacity: digits.count / 2) { output, count in
            let target = UnsafeMutableRawBufferPointer(output)
            var faults: UInt64 = 0
            let steps = digits.count / 8
            for step in 0..<steps {
                let text = UInt64(
                    littleEndian: digits.loadUnaligned(fromByteOffset: step &* 8, as: UInt64.self))
                let (word, fault) = eight(text)
                faults |= fault
                target.storeBytes(of: word.littleEndian, toByteOffset: step &* 4, as: UInt32.self)
            }
            areDigits = faults == 0
            for index in (steps * 4)..<(digits.count / 2) {
                // Filled up with zeros, so that two digits are read as eight are.
                let text =
                    UInt64(digits[2 * index]) | UInt64(digits[2 * index + 1]) << 8 | 0x3030_3030_3030_0000
                let (word, fault) = eight(text)
                areDigits = areDigits && fault == 0
                target[index] = UInt8(truncatingIfNeeded: word)
            }
            count = digits.count / 2
        }
        return areDigits ? bytes : nil
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

    /// Eight digits, the first in the lowest lane, as four bytes; and a word that is not zero where one
    /// is no digit.
    ///
    /// A lane of 7 bits plus `0x80 − limit` has its top bit set exactly from the limit on, and never
    /// carries over.
    @inline(__always)
    private static func eight(_ text: UInt64) -> (word: UInt32, fault: UInt64) {
        let top: UInt64 = 0x8080_8080_8080_8080
        let ascii = text & ~top
        let lower = ascii | 0x2020_2020_2020_2020
        let isDecimal = (ascii &+ 0x5050_5050_5050_5050) & ~(ascii &+ 0x4646_4646_4646_4646) & top
        let isLetter = (lower &+ 0x1f1f_1f1f_1f1f_1f1f) & ~(lower &+ 0x1919_1919_1919_1919) & top
        let fault = ((isDecimal | isLetter) ^ top) | (text & top)
        let values = (ascii & 0x0f0f_0f0f_0f0f_0f0f) &+ (isLetter >> 7) &* 9
        let pairs = (values &<< 4 | values &>> 8) & 0x00ff_00ff_00ff_00ff
        let quads = (pairs | pairs &>> 8) & 0x0000_ffff_0000_ffff
        return (UInt32(truncatingIfNeeded: quads | quads &>> 16), fault)
    }
}
