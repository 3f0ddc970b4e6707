/// A place in received bytes that moves forward only, and never beyond their end.
///
/// The bytes are an untrusted node's: whatever is wrong with them is thrown, nothing traps.
struct ByteReader {
    let bytes: UnsafeRawBufferPointer
    private(set) var offset = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    var remaining: Int { bytes.count - offset }
    var isAtEnd: Bool { offset == bytes.count }

    @inline(__always)
    mutating func skip(_ count: Int) throws(BlockFault) {
        guard count <= bytes.count - offset, count >= 0 else { throw BlockFault.truncated }
        offset += count
    }

    @inline(__always)
    mutating func take(_ count: Int) throws(BlockFault) -> UnsafeRawBufferPointer {
        let start = offset
        try skip(count)
        return slice(start, offset)
    }

    @inline(__always)
    mutating func byte() throws(BlockFault) -> UInt8 {
        guard offset < bytes.count else { throw BlockFault.truncated }
        defer { offset += 1 }
        return bytes[offset]
    }

    @inline(__always)
    mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type) throws(BlockFault) -> Value {
        let start = offset
        try skip(MemoryLayout<Value>.size)
        return Value(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: Value.self))
    }

    /// A compact size: 1, 3, 5 or 9 bytes. A number in more bytes than it needs is refused, as nodes
    /// refuse it.
    ///
    /// Source: Bitcoin Core, serialize.h, `ReadCompactSize`.
    @inline(__always)
    mutating func compactSize() throws(BlockFault) -> Int {
        let first = try byte()
        return first < 0xfd ? Int(first) : Int(truncatingIfNeeded: try longCompactSize(first))
    }

    /// The same, as a number of things: 2^63 and above throws rather than turn negative.
    private mutating func longCompactSize(_ first: UInt8) throws(BlockFault) -> UInt64 {
        let (value, least): (UInt64, UInt64)
        switch first {
        case 0xfd: (value, least) = (UInt64(try integer(UInt16.self)), 0xfd)
        case 0xfe: (value, least) = (UInt64(try integer(UInt32.self)), 0x1_0000)
        default: (value, least) = (try integer(UInt64.self), 0x1_0000_0000)
        }
        guard value >= least, value <= UInt64(Int64.max) else {
            throw .malformed("a count in its bytes is not in its shortest form, or beyond all reason")
        }
        return value
    }

    /// Skips bytes that stand behind their own count.
    @inline(__always)
    mutating func skipCounted() throws(BlockFault) {
        try skip(try compactSize())
    }

    @inline(__always)
    func slice(_ start: Int, _ end: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[start..<end])
    }
}

/// What is wrong with a block that a node sent.
enum BlockFault: Error, Hashable {
    /// The bytes are no block.
    case malformed(String)
    /// The bytes are a block, but not the one that was asked for.
    case unproven(String)

    static var truncated: BlockFault { .malformed("the block ends in the middle") }
}
