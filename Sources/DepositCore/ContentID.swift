internal import Crypto

/// Ids made from what they name, so that a rescan or a restored backup gives the same ones.
enum ContentID {
    /// The first 26 characters (130 bits) of the lowercase base32 (RFC 4648 alphabet) of SHA-256 over the parts.
    ///
    /// The parts are joined by a line feed, which none of them can hold.
    static func text(_ prefix: String, _ parts: [String]) -> String {
        let digest = SHA256.hash(data: Array(parts.joined(separator: "\n").utf8))
        return prefix + "_" + base32(digest, characters: 26)
    }

    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

    private static func base32(_ bytes: some Sequence<UInt8>, characters: Int) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(characters)
        var buffer: UInt32 = 0
        var bits = 0
        for byte in bytes {
            buffer = (buffer << 8) | UInt32(byte)
            bits += 8
            while bits >= 5, text.count < characters {
                bits -= 5
                text.append(alphabet[Int((buffer >> UInt32(bits)) & 31)])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
