internal import Crypto

/// Ids made from what they name, so that a rescan or a restored backup gives the same ones.
enum ContentID {
    /// The first 26 characters (130 bits) of the lowercase base32 (RFC 4648 alphabet) of SHA-256 over the parts.
    ///
    /// The parts are joined by a line feed, which none of them can hold.
    static func text(_ prefix: String, _ parts: [String]) -> String {
        var hash = SHA256()
        for (index, part) in parts.enumerated() {
            if index > 0 { hash.update(data: [UInt8(ascii: "\n")]) }
            var part = part
            part.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
        }
        var text: [UInt8] = []
        text.reserveCapacity(32)
        text += prefix.utf8
        text.append(UInt8(ascii: "_"))
        append(base32: hash.finalize(), characters: 26, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

    private static func append(base32 digest: SHA256.Digest, characters: Int, to text: inout [UInt8]) {
        let end = text.count + characters
        var buffer: UInt32 = 0
        var bits = 0
        for byte in digest {
            buffer = (buffer << 8) | UInt32(byte)
            bits += 8
            while bits >= 5, text.count < end {
                bits -= 5
                text.append(alphabet[Int((buffer >> UInt32(bits)) & 31)])
            }
        }
    }
}
