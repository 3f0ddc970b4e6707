/// Writes RLP (Ethereum Yellow Paper, appendix B) into memory that it keeps and grows.
///
/// A list is begun, written and ended; its length is put before it then, so nothing is measured beforehand.
struct RLPWriter: ~Copyable {
    private var memory: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    init(capacity: Int = 4_096) {
        memory = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit {
        memory.deallocate()
    }

    mutating func reset() { count = 0 }

    /// Everything written so far. Valid until the next write.
    var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(memory)[..<count])
    }

    func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(memory)[range])
    }

    /// A byte as it is, outside of RLP: a typed transaction's type.
    mutating func raw(_ byte: UInt8) {
        reserve(1)
        memory[count] = byte
        count += 1
    }

    mutating func raw(_ bytes: UnsafeRawBufferPointer) {
        reserve(bytes.count)
        UnsafeMutableRawBufferPointer(rebasing: memory[count...]).copyMemory(from: bytes)
        count += bytes.count
    }

    mutating func string(_ bytes: UnsafeRawBufferPointer) {
        if bytes.count == 1, bytes[0] < 0x80 { return raw(bytes[0]) }
        header(0x80, bytes.count)
        raw(bytes)
    }

    mutating func string(_ bytes: Bytes32) {
        bytes.withBytes { string($0) }
    }

    mutating func string(_ bytes: AccountBytes) {
        bytes.withBytes { string($0) }
    }

    /// A number without leading zeros; zero is the empty string.
    mutating func number(_ value: UInt64) {
        let length = (64 - value.leadingZeroBitCount + 7) / 8
        withUnsafeBytes(of: value.bigEndian) { bytes in
            string(UnsafeRawBufferPointer(rebasing: bytes[(8 - length)...]))
        }
    }

    /// The bytes that hex digits spell; false when they are no whole bytes of hex.
    mutating func data(_ hex: HexDigits) -> Bool {
        guard hex.digits.count % 2 == 0 else { return false }
        return decoded(hex.digits)
    }

    /// A quantity in hex, without its leading zeros; false when it is none.
    mutating func quantity(_ hex: HexDigits) -> Bool {
        guard !hex.digits.isEmpty else { return false }
        let significant = hex.significant
        guard significant.count % 2 == 1 else { return decoded(significant) }
        return withUnsafeTemporaryAllocation(byteCount: significant.count + 1, alignment: 8) { even in
            even[0] = 0x30
            UnsafeMutableRawBufferPointer(rebasing: even[1...]).copyMemory(from: significant)
            return decoded(UnsafeRawBufferPointer(even))
        }
    }

    /// Where a list begins; hand it to `endList`.
    func beginList() -> Int { count }

    mutating func endList(_ start: Int) {
        let length = count - start
        let prefix = Self.headerLength(length)
        reserve(prefix)
        let content = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(memory)[start..<count])
        UnsafeMutableRawBufferPointer(rebasing: memory[(start + prefix)...]).copyMemory(from: content)
        count = start
        header(0xc0, length)
        count = start + prefix + length
    }

    /// Room for `length` bytes that are filled in later, by `fill`.
    mutating func gap(_ length: Int) -> Int {
        header(0x80, length)
        reserve(length)
        let start = count
        count += length
        return start
    }

    mutating func fill(_ start: Int, _ bytes: UnsafeRawBufferPointer) {
        UnsafeMutableRawBufferPointer(rebasing: memory[start...]).copyMemory(from: bytes)
    }

    private mutating func decoded(_ digits: UnsafeRawBufferPointer) -> Bool {
        let length = digits.count / 2
        reserve(length + 9)
        let start = count
        header(0x80, length)
        guard let base = memory.baseAddress, decodeHex(digits, to: base + count) else { return false }
        // A single byte below 0x80 is its own encoding.
        if length == 1, memory[count] < 0x80 {
            memory[start] = memory[count]
            count = start
        }
        count += length
        return true
    }

    private static func headerLength(_ length: Int) -> Int {
        length < 56 ? 1 : 1 + (Int.bitWidth - length.leadingZeroBitCount + 7) / 8
    }

    private mutating func header(_ offset: UInt8, _ length: Int) {
        reserve(9)
        guard length >= 56 else {
            memory[count] = offset + UInt8(length)
            count += 1
            return
        }
        let lengthBytes = Self.headerLength(length) - 1
        memory[count] = offset + 55 + UInt8(lengthBytes)
        for index in 0..<lengthBytes {
            memory[count + 1 + index] = UInt8(truncatingIfNeeded: length >> ((lengthBytes - 1 - index) * 8))
        }
        count += 1 + lengthBytes
    }

    @inline(__always)
    private mutating func reserve(_ more: Int) {
        if count + more > memory.count { grow(to: count + more) }
    }

    private mutating func grow(to needed: Int) {
        let larger = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(needed, memory.count * 2), alignment: 16)
        larger.copyMemory(from: bytes)
        memory.deallocate()
        memory = larger
    }
}
