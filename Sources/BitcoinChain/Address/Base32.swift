/// The alphabet that bech32 and cashaddr share, and the step between groups of 8 and of 5 bits.
enum Base32 {
    private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)

    /// Nil where a character is not of the alphabet. Lowercase only.
    static func values(_ text: some StringProtocol) -> [UInt8]? {
        var values: [UInt8] = []
        for code in text.utf8 {
            guard let value = alphabet.firstIndex(of: code) else { return nil }
            values.append(UInt8(value))
        }
        return values
    }

    static func text(_ values: [UInt8]) -> String {
        String(decoding: values.map { alphabet[Int($0)] }, as: UTF8.self)
    }

    /// Groups of 5 bits as bytes; nil where what is left over is a whole group, or is not zero.
    static func bytes(_ values: some Sequence<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var buffer = 0
        var bits = 0
        for value in values {
            buffer = (buffer << 5 | Int(value)) & 0xfff
            bits += 5
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(buffer >> bits & 0xff))
            }
        }
        return bits < 5 && buffer & (1 << bits - 1) == 0 ? bytes : nil
    }

    /// Bytes as groups of 5 bits, the last one filled up with zeros.
    static func groups(_ bytes: [UInt8]) -> [UInt8] {
        var values: [UInt8] = []
        var buffer = 0
        var bits = 0
        for byte in bytes {
            buffer = (buffer << 8 | Int(byte)) & 0xfff
            bits += 8
            while bits >= 5 {
                bits -= 5
                values.append(UInt8(buffer >> bits & 31))
            }
        }
        if bits > 0 { values.append(UInt8(buffer << (5 - bits) & 31)) }
        return values
    }
}
