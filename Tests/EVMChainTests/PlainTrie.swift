@testable import EVMChain

/// RLP and the Merkle Patricia trie written from the Yellow Paper in the plainest way, to check the fast
/// ones against.
indirect enum PlainRLP {
    case bytes([UInt8])
    case list([PlainRLP])

    var encoded: [UInt8] {
        switch self {
        case .bytes(let bytes):
            if bytes.count == 1, bytes[0] < 0x80 { return bytes }
            return Self.prefix(0x80, bytes.count) + bytes
        case .list(let items):
            let content = items.flatMap(\.encoded)
            return Self.prefix(0xc0, content.count) + content
        }
    }

    /// A number's bytes without leading zeros.
    static func number(_ value: Int) -> PlainRLP {
        .bytes(bigEndian(value))
    }

    static func hex(_ text: String) -> PlainRLP {
        let digits = Array(text.dropFirst(2))
        return .bytes(
            stride(from: 0, to: digits.count, by: 2).compactMap {
                UInt8(String(digits[$0...($0 + 1)]), radix: 16)
            })
    }

    /// A quantity such as `0x0`, `0xabc`.
    static func quantity(_ text: String) -> PlainRLP {
        var digits = text.dropFirst(2).drop { $0 == "0" }
        if digits.count % 2 == 1 { digits = "0" + digits }
        return hex("0x" + digits)
    }

    static func bigEndian(_ value: Int) -> [UInt8] {
        value == 0 ? [] : bigEndian(value >> 8) + [UInt8(value & 255)]
    }

    private static func prefix(_ offset: UInt8, _ count: Int) -> [UInt8] {
        if count < 56 { return [offset + UInt8(count)] }
        let length = bigEndian(count)
        return [offset + 55 + UInt8(length.count)] + length
    }
}

enum PlainTrie {
    static func root(of values: [[UInt8]]) -> String {
        let items = values.enumerated().map { index, value in
            (PlainRLP.number(index).encoded.flatMap { [$0 >> 4, $0 & 15] }, value)
        }
        guard !items.isEmpty else { return Keccak256.hash([0x80]).text }
        return Keccak256.hash(node(items).encoded).text
    }

    private static func node(_ items: [(key: [UInt8], value: [UInt8])]) -> PlainRLP {
        if items.count == 1 { return .list([path(items[0].key, isLeaf: true), .bytes(items[0].value)]) }
        var shared = 0
        while items.allSatisfy({ $0.key[shared] == items[0].key[shared] }) { shared += 1 }
        if shared > 0 {
            let below = items.map { (Array($0.key.dropFirst(shared)), $0.value) }
            return .list([path(Array(items[0].key.prefix(shared)), isLeaf: false), reference(node(below))])
        }
        let children = (UInt8(0)..<16).map { nibble -> PlainRLP in
            let below = items.filter { $0.key[0] == nibble }.map { (Array($0.key.dropFirst()), $0.value) }
            return below.isEmpty ? .bytes([]) : reference(node(below))
        }
        return .list(children + [.bytes([])])
    }

    private static func reference(_ node: PlainRLP) -> PlainRLP {
        let encoded = node.encoded
        return encoded.count < 32 ? node : .bytes(Keccak256.hash(encoded).withBytes { Array($0) })
    }

    private static func path(_ nibbles: [UInt8], isLeaf: Bool) -> PlainRLP {
        let flag: UInt8 = isLeaf ? 2 : 0
        let padded = nibbles.count % 2 == 1 ? [flag + 1] + nibbles : [flag, 0] + nibbles
        return .bytes(stride(from: 0, to: padded.count, by: 2).map { padded[$0] << 4 | padded[$0 + 1] })
    }
}
