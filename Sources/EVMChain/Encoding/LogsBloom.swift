/// A header's or receipt's 2048-bit bloom over the addresses and topics of logs (Yellow Paper, section
/// 4.3.1).
///
/// Each entry sets three bits: the low 11 bits of the first three byte pairs of its Keccak hash.
struct LogsBloom: Equatable, Sendable {
    private(set) var words = [UInt64](repeating: 0, count: 32)

    /// The three bits of an entry, counted from the bloom's last bit.
    struct Bits: Sendable {
        let first: UInt16
        let second: UInt16
        let third: UInt16

        init(_ hash: Bytes32) {
            let word = UInt64(bigEndian: hash.words.0)
            first = UInt16(truncatingIfNeeded: word >> 48) & 2_047
            second = UInt16(truncatingIfNeeded: word >> 32) & 2_047
            third = UInt16(truncatingIfNeeded: word >> 16) & 2_047
        }
    }

    /// `0x` and 512 digits; nil for anything else.
    init?(_ hex: HexDigits) {
        guard hex.digits.count == 512 else { return nil }
        let isHex = words.withUnsafeMutableBytes { bytes in
            bytes.baseAddress.map { decodeHex(hex.digits, to: $0) } ?? false
        }
        guard isHex else { return nil }
        for index in 0..<32 { words[index] = UInt64(bigEndian: words[index]) }
    }

    init() {}

    mutating func add(_ bits: Bits) {
        set(bits.first)
        set(bits.second)
        set(bits.third)
    }

    mutating func add(_ other: LogsBloom) {
        for index in 0..<32 { words[index] |= other.words[index] }
    }

    mutating func reset() {
        for index in 0..<32 { words[index] = 0 }
    }

    /// The 256 bytes as headers hold them.
    func withBytes<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 32) { buffer in
            for index in 0..<32 { buffer[index] = words[index].bigEndian }
            return body(UnsafeRawBufferPointer(buffer))
        }
    }

    private mutating func set(_ bit: UInt16) {
        words[31 - Int(bit >> 6)] |= 1 << UInt64(bit & 63)
    }
}

/// Bits of entries seen before in a block: the same contracts and topics come again and again, and a hash is
/// dear.
struct LogsBloomCache: ~Copyable {
    private struct Entry {
        var key = Bytes32.zero
        var length = 0
        var bits = LogsBloom.Bits(.zero)
    }

    private var entries = [Entry](repeating: Entry(), count: 512)

    mutating func bits(of topic: Bytes32) -> LogsBloom.Bits {
        look(topic, length: 32) { Keccak256.hash($0) }
    }

    mutating func bits(of account: AccountBytes) -> LogsBloom.Bits {
        let key = Bytes32(account.words.0, account.words.1, UInt64(account.words.2), 0)
        return look(key, length: 20) { Keccak256.hash(UnsafeRawBufferPointer(rebasing: $0[..<20])) }
    }

    private mutating func look(
        _ key: Bytes32, length: Int, _ hash: (UnsafeRawBufferPointer) -> Bytes32
    ) -> LogsBloom.Bits {
        let mixed = (key.words.0 ^ key.words.1 ^ key.words.2 ^ key.words.3) &* 0x9e37_79b9_7f4a_7c15
        let slot = Int(truncatingIfNeeded: mixed >> 55)
        if entries[slot].length == length, entries[slot].key == key { return entries[slot].bits }
        let bits = LogsBloom.Bits(key.withBytes(hash))
        entries[slot] = Entry(key: key, length: length, bits: bits)
        return bits
    }
}
