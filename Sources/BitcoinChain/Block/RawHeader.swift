/// A header as nodes send it: 80 bytes, and where the chain has it the merge-mining data behind them.
struct RawHeader {
    let facts: BlockHeader
    /// The 80 bytes.
    let bytes: [UInt8]
    let auxiliaryWork: AuxiliaryWork?

    init(_ bytes: UnsafeRawBufferPointer, format: RawBlock.Format) throws(BlockFault) {
        var reader = ByteReader(bytes)
        facts = try BlockHeader(&reader)
        self.bytes = Array(reader.slice(0, reader.offset))
        auxiliaryWork =
            format.auxiliaryWork && facts.hasAuxiliaryWork && !reader.isAtEnd
            ? try AuxiliaryWork(&reader) : nil
        guard reader.isAtEnd else { throw .malformed("a header is longer than 80 bytes") }
    }

    var hash: Hash256 { facts.hash }
    var parent: Hash256 { facts.parent }
}
