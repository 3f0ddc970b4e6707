/// The root of the Merkle Patricia trie whose keys are rlp(0), rlp(1), …: the transactions, receipts and
/// withdrawals root of a header (Yellow Paper, section 4.3 and appendix D).
struct OrderedTrie: ~Copyable {
    private var scratch = RLPWriter(capacity: 1_024)
    private var paths: [Path] = []
    /// The leaves' nodes, each in its path's place, and their hashes.
    private var leaves = RLPWriter(capacity: 1 << 16)
    private var leafRanges: [Range<Int>] = []
    private var leafHashes: [Bytes32] = []
    private var batch = KeccakBatch()

    /// A key as nibbles, first one highest. The longest is rlp of a 32-bit number: five bytes.
    private struct Path {
        let nibbles: UInt64
        let count: Int
        let value: Int

        func nibble(_ depth: Int) -> Int { Int(nibbles >> UInt64(60 - depth * 4)) & 15 }
    }

    /// What a node's parent holds of it: its hash, or the node itself where that is shorter than a hash.
    private enum Reference {
        case hash(Bytes32)
        case node([UInt8])
    }

    /// The root over `values`: ranges of what `writer` holds.
    mutating func root(of values: [Range<Int>], in writer: borrowing RLPWriter) -> Bytes32 {
        guard !values.isEmpty else { return Keccak256.hash([0x80]) }
        paths = Self.order(values.count)
        writeLeaves(values, writer)
        batch.hash(leafRanges, in: leaves, to: &leafHashes)
        switch reference(0..<paths.count, depth: 0) {
        case .hash(let hash): return hash
        case .node(let bytes): return Keccak256.hash(bytes)
        }
    }

    /// The keys in the order of their nibbles: one byte for 1…127, then rlp(0) = 0x80, then 0x81…, 0x82….
    private static func order(_ count: Int) -> [Path] {
        var paths: [Path] = []
        paths.reserveCapacity(count)
        for index in 1..<max(1, min(count, 128)) {
            paths.append(Path(nibbles: UInt64(index) << 56, count: 2, value: index))
        }
        paths.append(Path(nibbles: 0x80 << 56, count: 2, value: 0))
        for index in 128..<max(128, count) {
            let bytes = (64 - UInt64(index).leadingZeroBitCount + 7) / 8
            let key = UInt64(0x80 + bytes) << UInt64(8 * bytes) | UInt64(index)
            paths.append(Path(nibbles: key << UInt64(56 - 8 * bytes), count: 2 + 2 * bytes, value: index))
        }
        return paths
    }

    /// They depend on nothing below them, so that all can be hashed at once.
    private mutating func writeLeaves(_ values: [Range<Int>], _ writer: borrowing RLPWriter) {
        leaves.reset()
        leafRanges.removeAll(keepingCapacity: true)
        var sharedBefore = -1
        for (index, path) in paths.enumerated() {
            // A leaf hangs on the branch where its path leaves that of a neighbour; alone it is the root.
            let sharedBehind = index + 1 < paths.count ? Self.shared(path, paths[index + 1]) : -1
            let depth = max(sharedBefore, sharedBehind) + 1
            sharedBefore = sharedBehind
            let start = leaves.beginList()
            Self.write(path, from: depth, to: path.count, isLeaf: true, to: &leaves)
            leaves.string(writer.bytes(values[path.value]))
            leaves.endList(start)
            leafRanges.append(start..<leaves.count)
        }
    }

    /// How many nibbles two paths share at their beginning. No key is the beginning of another.
    private static func shared(_ left: Path, _ right: Path) -> Int {
        (left.nibbles ^ right.nibbles).leadingZeroBitCount / 4
    }

    private mutating func reference(_ range: Range<Int>, depth: Int) -> Reference {
        let first = paths[range.lowerBound]
        if range.count == 1 {
            let leaf = leafRanges[range.lowerBound]
            return leaf.count < 32 ? .node(Array(leaves.bytes(leaf))) : .hash(leafHashes[range.lowerBound])
        }
        // In sorted order, what the first and the last share all share.
        let fork = Self.shared(first, paths[range.upperBound - 1])
        if fork > depth {
            let below = branch(range, depth: fork)
            scratch.reset()
            let list = scratch.beginList()
            Self.write(first, from: depth, to: fork, isLeaf: false, to: &scratch)
            write(below)
            scratch.endList(list)
            return finished()
        }
        return branch(range, depth: depth)
    }

    private mutating func branch(_ range: Range<Int>, depth: Int) -> Reference {
        var children = [Reference?](repeating: nil, count: 16)
        var start = range.lowerBound
        while start < range.upperBound {
            let nibble = paths[start].nibble(depth)
            var end = start + 1
            while end < range.upperBound, paths[end].nibble(depth) == nibble { end += 1 }
            children[nibble] = reference(start..<end, depth: depth + 1)
            start = end
        }
        scratch.reset()
        let list = scratch.beginList()
        for child in children {
            if let child { write(child) } else { scratch.raw(0x80) }
        }
        scratch.raw(0x80)
        scratch.endList(list)
        return finished()
    }

    private mutating func write(_ reference: Reference) {
        switch reference {
        case .hash(let hash): scratch.string(hash)
        case .node(let bytes): bytes.withUnsafeBytes { scratch.raw($0) }
        }
    }

    private func finished() -> Reference {
        scratch.count < 32 ? .node(Array(scratch.bytes)) : .hash(Keccak256.hash(scratch.bytes))
    }

    /// Hex prefix encoding: a flag nibble (2 for a leaf, 1 for an odd length), then the nibbles in pairs.
    private static func write(
        _ path: Path, from: Int, to: Int, isLeaf: Bool, to writer: inout RLPWriter
    ) {
        let count = to - from
        var bytes: [UInt8] = []
        var next = from
        var flags: UInt8 = isLeaf ? 0x20 : 0
        if count % 2 == 1 {
            flags |= 0x10 | UInt8(path.nibble(from))
            next += 1
        }
        bytes.append(flags)
        while next < to {
            bytes.append(UInt8(path.nibble(next) << 4 | path.nibble(next + 1)))
            next += 2
        }
        bytes.withUnsafeBytes { writer.string($0) }
    }
}
