internal import Crypto

/// Bytes and four bytes of their double SHA-256, in base 58.
///
/// Source: Bitcoin Core, base58.cpp; alphabet without 0, O, I and l.
enum Base58Check {
    private static let alphabet = Array("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".utf8)

    enum Fault: Error {
        case character(Character)
        case checksum

        var cure: String {
            switch self {
            case .character(let character):
                "the character \(character) is in no such address; copy the address again"
            case .checksum:
                "the checksum is wrong, so a character is mistyped or missing; copy the address again"
            }
        }
    }

    static func decode(_ text: String) throws(Fault) -> [UInt8] {
        var bytes: [UInt8] = []
        for character in text {
            guard let code = character.asciiValue, let digit = alphabet.firstIndex(of: code) else {
                throw .character(character)
            }
            var carry = digit
            for index in bytes.indices.reversed() {
                carry += Int(bytes[index]) * 58
                bytes[index] = UInt8(carry & 0xff)
                carry >>= 8
            }
            if carry > 0 { bytes.insert(UInt8(carry), at: 0) }
        }
        bytes.insert(contentsOf: text.prefix { $0 == "1" }.map { _ in 0 }, at: 0)
        guard bytes.count > 4, checksum(bytes.dropLast(4)) == Array(bytes.suffix(4)) else { throw .checksum }
        return Array(bytes.dropLast(4))
    }

    static func encode(_ payload: [UInt8]) -> String {
        let bytes = payload + checksum(payload[...])
        var digits: [Int] = []
        for byte in bytes {
            var carry = Int(byte)
            for index in digits.indices.reversed() {
                carry += digits[index] * 256
                digits[index] = carry % 58
                carry /= 58
            }
            while carry > 0 {
                digits.insert(carry % 58, at: 0)
                carry /= 58
            }
        }
        let zeros = bytes.prefix { $0 == 0 }.map { _ in 0 }
        return String(decoding: (zeros + digits).map { alphabet[$0] }, as: UTF8.self)
    }

    private static func checksum(_ payload: ArraySlice<UInt8>) -> [UInt8] {
        Array(SHA256.hash(data: Array(SHA256.hash(data: payload))).prefix(4))
    }
}
