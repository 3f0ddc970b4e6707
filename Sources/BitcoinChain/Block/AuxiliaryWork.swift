/// Merge-mining data between a block's header and its transactions: work that was done for another chain's block.
///
/// The parent chain's coinbase, 32 bytes that nothing checks, the branch and index that lead from the coinbase to that
/// block's merkle root, the branch and index of this chain among those mined together, the parent chain's header.
/// Source: Dogecoin Core, auxpow.h, `CAuxPow`.
struct AuxiliaryWork {
    let coinbase: ParentCoinbase
    let branch: [Hash256]
    let index: UInt32
    let chainBranch: [Hash256]
    let chainIndex: UInt32
    /// The 80 bytes whose hash is the work.
    let parent: [UInt8]

    init(_ reader: inout ByteReader) throws(BlockFault) {
        coinbase = try ParentCoinbase(&reader)
        try reader.skip(32)
        (branch, index) = try Self.branch(&reader)
        (chainBranch, chainIndex) = try Self.branch(&reader)
        parent = Array(try reader.take(BlockHeader.length))
    }

    private static func branch(_ reader: inout ByteReader) throws(BlockFault) -> ([Hash256], UInt32) {
        let count = try reader.compactSize()
        guard count <= reader.remaining / 32 else { throw BlockFault.truncated }
        let bytes = try reader.take(count * 32)
        let hashes = (0..<count).map { Hash256(bytes, at: $0 * 32) }
        return (hashes, try reader.integer(UInt32.self))
    }
}

/// The first transaction of a merge-mined block's parent, of which its id and the script of its first input count.
///
/// Everything else in it is the parent chain's affair: amounts, outputs, witnesses. Source: Dogecoin Core, auxpow.cpp,
/// `CAuxPow::check`, which looks at nothing else.
struct ParentCoinbase {
    let id: Hash256
    let script: [UInt8]

    init(_ reader: inout ByteReader) throws(BlockFault) {
        let start = reader.offset
        try reader.skip(4)
        let hasWitness = reader.remaining > 1 && reader.bytes[reader.offset] == 0
        if hasWitness {
            try reader.skip(1)
            guard try reader.byte() == 1 else {
                throw .malformed("the coinbase of a merge-mined block's parent has unknown flags")
            }
        }
        let body = reader.offset
        let inputs = try reader.compactSize()
        guard inputs > 0 else {
            throw .malformed("the coinbase of a merge-mined block's parent has no input")
        }
        var script: [UInt8] = []
        for index in 0..<inputs {
            try reader.skip(36)
            let bytes = try reader.take(try reader.compactSize())
            if index == 0 { script = Array(bytes) }
            try reader.skip(4)
        }
        for _ in 0..<(try reader.compactSize()) {
            try reader.skip(8)
            try reader.skipCounted()
        }
        let end = reader.offset
        for _ in 0..<(hasWitness ? inputs : 0) {
            for _ in 0..<(try reader.compactSize()) { try reader.skipCounted() }
        }
        let lockTime = reader.offset
        try reader.skip(4)
        id = Hash256(
            of: reader.slice(start, start + 4), reader.slice(body, end), reader.slice(lockTime, reader.offset)
        )
        self.script = script
    }
}
