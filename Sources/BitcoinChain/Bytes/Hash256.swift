internal import BigInt
internal import Crypto

/// A double SHA-256: block hashes, transaction ids and the nodes between them.
struct Hash256: Hashable {
    /// The 32 bytes in the order of the wire, which is the reverse of the order in which people write them.
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    static let zero = Hash256()

    private init() {}

    /// - Precondition: 32 bytes stand at `offset`.
    @inline(__always)
    init(_ bytes: UnsafeRawBufferPointer, at offset: Int = 0) {
        words = (
            bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: offset + 16, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: offset + 24, as: UInt64.self)
        )
    }

    @inline(__always)
    init(of bytes: UnsafeRawBufferPointer) {
        var first = SHA256()
        first.update(bufferPointer: bytes)
        self.init(hashing: first)
    }

    /// Over three pieces that follow one another: a transaction without its marker and witness, uncopied.
    @inline(__always)
    init(
        of first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer, _ third: UnsafeRawBufferPointer
    ) {
        var hash = SHA256()
        hash.update(bufferPointer: first)
        hash.update(bufferPointer: second)
        hash.update(bufferPointer: third)
        self.init(hashing: hash)
    }

    @inline(__always)
    private init(hashing first: SHA256) {
        var second = SHA256()
        first.finalize().withUnsafeBytes { second.update(bufferPointer: $0) }
        self = second.finalize().withUnsafeBytes { Hash256($0) }
    }

    /// 64 lowercase hex digits in the order in which people write them; nil for anything else.
    init?(text: String) {
        var text = text
        let hash: Hash256?? = text.withUTF8 { digits in
            guard digits.count == 64, digits.allSatisfy({ !(65...70).contains($0) }) else { return nil }
            return Hex.decode(UnsafeRawBufferPointer(digits))?.reversed().withUnsafeBytes { Hash256($0) }
        }
        guard let hash = hash ?? nil else { return nil }
        self = hash
    }

    /// As people write it.
    var text: String {
        withUnsafeBytes(of: words) { Hex.text($0.reversed()) }
    }

    /// The 32 bytes in the order of the wire.
    var bytes: [UInt8] { withUnsafeBytes(of: words) { Array($0) } }

    /// The number that is compared with a target: the first byte of the wire is the lowest.
    var number: BigUInt {
        BigUInt(
            words: [words.0, words.1, words.2, words.3].map {
                UInt(truncatingIfNeeded: UInt64(littleEndian: $0))
            })
    }

    static func == (left: Hash256, right: Hash256) -> Bool {
        left.words == right.words
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
    }
}

extension ReversedCollection<[UInt8]> {
    fileprivate func withUnsafeBytes<Value>(_ read: (UnsafeRawBufferPointer) -> Value) -> Value {
        Array(self).withUnsafeBytes(read)
    }
}
