/// Merge-mining data between a block's header and its transactions.
///
/// The parent chain's coinbase transaction, its block's hash, the branch and index that lead from it to
/// that block's merkle root, the branch and index of this chain among those mined together, the parent
/// chain's header. Source: Dogecoin Core, auxpow.h, `CAuxPow`. It proves work, and nothing of what is
/// in the block, so it is passed over.
enum AuxiliaryWork {
    static func skip(_ reader: inout ByteReader) throws(BlockFault) {
        _ = try RawTransaction(&reader, mweb: false) { _, _, _ in }
        try reader.skip(32)
        try skipBranch(&reader)
        try skipBranch(&reader)
        try reader.skip(BlockHeader.length)
    }

    private static func skipBranch(_ reader: inout ByteReader) throws(BlockFault) {
        let count = try reader.compactSize()
        let (length, overflow) = count.multipliedReportingOverflow(by: 32)
        guard !overflow else { throw BlockFault.truncated }
        try reader.skip(length)
        try reader.skip(4)
    }
}
