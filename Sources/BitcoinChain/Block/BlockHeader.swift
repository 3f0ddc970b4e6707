/// The 80 bytes of a block that its hash is made of.
///
/// Version 4, parent 32, merkle root 32, time 4, bits 4, nonce 4; little endian. Source: Bitcoin Core,
/// primitives/block.h.
struct BlockHeader {
    static let length = 80
    private static let auxiliaryWork: UInt32 = 0x100

    let hash: Hash256
    let parent: Hash256
    let merkleRoot: Hash256
    let version: UInt32
    let time: UInt32
    /// The target in its short form.
    let bits: UInt32

    init(_ reader: inout ByteReader) throws(BlockFault) {
        let bytes = try reader.take(Self.length)
        hash = Hash256(of: bytes)
        version = UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self))
        parent = Hash256(bytes, at: 4)
        merkleRoot = Hash256(bytes, at: 36)
        time = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 68, as: UInt32.self))
        bits = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 72, as: UInt32.self))
    }

    /// Whether merge-mining data stands behind these bytes, on chains that have it.
    ///
    /// Source: Dogecoin Core, primitives/pureheader.h, `VERSION_AUXPOW`.
    var hasAuxiliaryWork: Bool { version & Self.auxiliaryWork != 0 }
}
