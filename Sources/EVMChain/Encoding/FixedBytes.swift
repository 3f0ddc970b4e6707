/// 32 bytes: a hash, a root, a topic. Held as they lie in memory, so that comparing is four words.
struct Bytes32: Hashable, Sendable {
    var words: (UInt64, UInt64, UInt64, UInt64)

    static let zero = Bytes32(0, 0, 0, 0)

    init(_ first: UInt64, _ second: UInt64, _ third: UInt64, _ fourth: UInt64) {
        words = (first, second, third, fourth)
    }

    /// `0x` and 64 hex digits; nil for anything else.
    init?(_ text: String) {
        var copy = text
        let value = copy.withUTF8 { bytes in
            HexDigits(prefixed: UnsafeRawBufferPointer(bytes))?.bytes32
        }
        guard let value else { return nil }
        self = value
    }

    static func == (left: Bytes32, right: Bytes32) -> Bool { left.words == right.words }

    func hash(into hasher: inout Hasher) {
        withBytes { hasher.combine(bytes: $0) }
    }

    @inline(__always)
    func withBytes<Value, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try withUnsafeBytes(of: words) { bytes throws(Failure) in try body(bytes) }
    }

    /// `0x` and 64 lowercase hex digits.
    var text: String { withBytes { hexText($0) } }
}

/// An account's 20 bytes.
struct AccountBytes: Hashable, Sendable {
    var words: (UInt64, UInt64, UInt32)

    init(_ first: UInt64, _ second: UInt64, _ third: UInt32) {
        words = (first, second, third)
    }

    /// `0x` and 40 hex digits in any case; nil for anything else.
    init?(_ text: String) {
        var copy = text
        let value = copy.withUTF8 { bytes in
            HexDigits(prefixed: UnsafeRawBufferPointer(bytes))?.account
        }
        guard let value else { return nil }
        self = value
    }

    /// The last 20 bytes of a word whose first 12 are zero: how the ABI writes an address; nil for any other
    /// word.
    init?(word: Bytes32) {
        let second = UInt64(bigEndian: word.words.1)
        guard word.words.0 == 0, second >> 32 == 0 else { return nil }
        self = word.withBytes { bytes in AccountBytes(bytes, from: 12) }
    }

    /// - Precondition: 20 bytes from `offset` on are there.
    init(_ bytes: UnsafeRawBufferPointer, from offset: Int) {
        words = (
            bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: offset + 16, as: UInt32.self)
        )
    }

    static func == (left: AccountBytes, right: AccountBytes) -> Bool { left.words == right.words }

    func hash(into hasher: inout Hasher) {
        withBytes { hasher.combine(bytes: $0) }
    }

    /// The tuple's own size is 20, without padding behind it.
    @inline(__always)
    func withBytes<Value, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try withUnsafeBytes(of: words) { bytes throws(Failure) in
            try body(UnsafeRawBufferPointer(rebasing: bytes[..<20]))
        }
    }

    /// `0x` and 40 lowercase hex digits: the canonical spelling everywhere in depositwatch.
    var text: String { withBytes { hexText($0) } }

    var array: [UInt8] { withBytes { Array($0) } }
}
