internal import NodeRPC

/// The results that a header commits to: its own, or those of the blocks that it settles (ACP-194, "Block settlement";
/// ava-labs/avalanchego, vms/saevm/blocks/settlement.go).
struct Commitment: Sendable {
    let height: UInt64
    /// The highest block that it and the headers below it settle; nil where it commits to its own results.
    let settledHeight: UInt64?
    let receiptsRoot: Bytes32
    let bloom: LogsBloom

    /// The heights of the blocks whose receipts are under its root, as one list in their order: those above what its
    /// parent has settled, or above the parent itself where that settles none, up to what it says. None, one or more.
    func range(above parent: Commitment) throws(Flaw) -> Range<UInt64> {
        guard let settledHeight else { return height..<(height + 1) }
        let below = parent.settledHeight ?? parent.height
        guard settledHeight >= below, settledHeight < height else {
            throw Flaw.unproven(
                "settledHeight of block \(height)", expected: "from \(below) to below its own height",
                found: "\(settledHeight)")
        }
        return (below + 1)..<(settledHeight + 1)
    }

    /// Fails unless these are the receipts that it commits to.
    func prove(_ results: [BlockResults]) throws(Flaw) {
        var writer = RLPWriter(capacity: 1 << 16)
        var ranges: [Range<Int>] = []
        var bloom = LogsBloom()
        for result in results {
            bloom.add(result.bloom)
            for receipt in result.receipts {
                let start = writer.count
                receipt.withUnsafeBytes { writer.raw($0) }
                ranges.append(start..<writer.count)
            }
        }
        let heights = results.map { "\($0.height)" }.joined(separator: ", ")
        var trie = OrderedTrie()
        let root = trie.root(of: ranges, in: writer)
        guard root == receiptsRoot else {
            throw Flaw.unproven(
                "receipts root of block \(height) over the blocks that it settles (\(heights))",
                expected: receiptsRoot.text, found: root.text)
        }
        guard bloom == self.bloom else {
            throw Flaw.unproven(
                "logs bloom of block \(height) over the blocks that it settles (\(heights))",
                expected: "that of all their logs", found: "another")
        }
    }
}

/// What came of a block, as a later header commits to it.
struct BlockResults: Sendable {
    let height: UInt64
    /// Each as the trie holds it (EIP-2718).
    let receipts: [[UInt8]]
    let bloom: LogsBloom
}

extension AnswerObject where Field == HeaderField {
    /// Whether it commits to results of other blocks than itself: all four fields are there.
    var isSettling: Bool {
        has(.settledHeight) && has(.settledGasUnix) && has(.settledGasNumerator) && has(.settledExcess)
    }

    func commitment() throws(Flaw) -> Commitment {
        Commitment(
            height: try unsigned(.number), settledHeight: isSettling ? try unsigned(.settledHeight) : nil,
            receiptsRoot: try bytes32(.receiptsRoot), bloom: try bloom(.logsBloom))
    }
}
