/// The root of the tree over a block's transaction ids, to which its header commits.
///
/// Each level hashes pairs; an odd last one is paired with itself. Source: Bitcoin Core,
/// consensus/merkle.cpp.
enum MerkleRoot {
    /// Nil where two halves of a pair are the same: then a shorter list has the same root
    /// (CVE-2012-2459), so that the list proves nothing.
    ///
    /// - Precondition: `hashes` is not empty. They are overwritten.
    static func compute(over hashes: inout [Hash256]) -> Hash256? {
        var count = hashes.count
        while count > 1 {
            for pair in 0..<(count / 2) where hashes[2 * pair] == hashes[2 * pair + 1] { return nil }
            if count % 2 == 1 {
                if hashes.count == count {
                    hashes.append(hashes[count - 1])
                } else {
                    hashes[count] = hashes[count - 1]
                }
            }
            count = (count + 1) / 2
            hashes.withUnsafeMutableBytes { bytes in
                for pair in 0..<count {
                    let children = UnsafeRawBufferPointer(rebasing: bytes[pair * 64..<pair * 64 + 64])
                    bytes.storeBytes(of: Hash256(of: children), toByteOffset: pair * 32, as: Hash256.self)
                }
            }
        }
        return hashes[0]
    }
}
