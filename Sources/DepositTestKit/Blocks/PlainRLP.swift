/// A value in RLP (Ethereum Yellow Paper, appendix B), put together as a tree, in the plainest way.
package indirect enum PlainRLP {
    case string([UInt8])
    case list([PlainRLP])
    /// Encoded already.
    case encoded([UInt8])

    package static func number(_ value: UInt64) -> PlainRLP {
        .string(Array(withUnsafeBytes(of: value.bigEndian) { Array($0) }.drop { $0 == 0 }))
    }

    /// Up to 32 bytes as a number: without the zeros in front.
    package static func number(_ bytes: [UInt8]) -> PlainRLP {
        .string(Array(bytes.drop { $0 == 0 }))
    }

    /// The bytes of `0x` and an even count of hex digits.
    package static func hex(_ text: String) -> PlainRLP {
        let digits = Array(text.dropFirst(2))
        return .string(
            stride(from: 0, to: digits.count - 1, by: 2).compactMap {
                UInt8(String(digits[$0...($0 + 1)]), radix: 16)
            })
    }

    /// A number such as `0x0` or `0xabc`.
    package static func quantity(_ text: String) -> PlainRLP {
        let digits = text.dropFirst(2)
        guard case .string(let bytes) = hex((digits.count.isMultiple(of: 2) ? "0x" : "0x0") + digits) else {
            return .string([])
        }
        return number(bytes)
    }

    /// A string's own bytes; none of a list.
    package var string: [UInt8] {
        if case .string(let bytes) = self { bytes } else { [] }
    }

    package var bytes: [UInt8] {
        switch self {
        case .string(let bytes):
            bytes.count == 1 && bytes[0] < 0x80 ? bytes : Self.header(0x80, bytes.count) + bytes
        case .list(let items): Self.listed(items.flatMap(\.bytes))
        case .encoded(let bytes): bytes
        }
    }

    private static func listed(_ content: [UInt8]) -> [UInt8] {
        header(0xc0, content.count) + content
    }

    private static func header(_ offset: UInt8, _ length: Int) -> [UInt8] {
        if length < 56 { return [offset + UInt8(length)] }
        let size = withUnsafeBytes(of: UInt64(length).bigEndian) { Array($0) }.drop { $0 == 0 }
        return [offset + 55 + UInt8(size.count)] + size
    }
}

/// The root of the trie with keys rlp(0), rlp(1), … (Yellow Paper, appendix D), found by plain recursion.
package func plainTrieRoot(_ values: [[UInt8]]) -> [UInt8] {
    let entries = values.enumerated().map { index, value in
        (nibbles: PlainRLP.number(UInt64(index)).bytes.flatMap { [$0 >> 4, $0 & 15] }, value: value)
    }
    return plainKeccak(entries.isEmpty ? PlainRLP.string([]).bytes : node(entries, 0).bytes)
}

private typealias Entry = (nibbles: [UInt8], value: [UInt8])

private func node(_ entries: [Entry], _ depth: Int) -> PlainRLP {
    let first = entries[0].nibbles
    guard entries.count > 1 else {
        return .list([path(first[depth...], flag: 2), .string(entries[0].value)])
    }
    var fork = depth
    while entries.allSatisfy({ $0.nibbles[fork] == first[fork] }) { fork += 1 }
    guard fork == depth else {
        return .list([path(first[depth..<fork], flag: 0), reference(node(entries, fork))])
    }
    let children = (0..<16).map { nibble in
        let below = entries.filter { $0.nibbles[depth] == nibble }
        return below.isEmpty ? PlainRLP.string([]) : reference(node(below, depth + 1))
    }
    return .list(children + [.string([])])
}

private func reference(_ node: PlainRLP) -> PlainRLP {
    let bytes = node.bytes
    return bytes.count < 32 ? .encoded(bytes) : .string(plainKeccak(bytes))
}

private func path(_ nibbles: ArraySlice<UInt8>, flag: UInt8) -> PlainRLP {
    let isOdd = nibbles.count % 2 == 1
    let padded = (isOdd ? [flag + 1] : [flag, 0]) + nibbles
    return .string(stride(from: 0, to: padded.count, by: 2).map { padded[$0] << 4 | padded[$0 + 1] })
}
