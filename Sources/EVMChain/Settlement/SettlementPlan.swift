/// Which of some blocks can be proven, and by what, from what they and the headers on them commit to. Pure.
struct SettlementPlan {
    /// One header that settles blocks, and which.
    struct Part {
        let commitment: Commitment
        let heights: Range<UInt64>
    }

    /// How many blocks from the first on prove themselves.
    private(set) var own = 0
    /// What is settled above those, without a gap; the first part may begin below the first block.
    private(set) var parts: [Part] = []

    /// No header settles more at once: it would be half an hour of a fast chain, where seconds are the rule.
    private static let widest: UInt64 = 8_192

    /// - Parameters:
    ///   - commitments: of linked headers, lowest first.
    ///   - count: how many of them are of blocks that are to be proven; the others only prove.
    ///   - most: no further part begins once so many blocks are.
    init(_ commitments: [Commitment], upTo count: Int, atOnce most: Int) throws(Flaw) {
        own = commitments.prefix(min(count, most)).prefix { $0.settledHeight == nil }.count
        guard own < min(count, most), let first = commitments.first?.height else { return }
        var next = first + UInt64(own)
        let end = first + UInt64(min(count, most))
        // What a header settles follows from what its parent has settled: that of the first lies below all of these.
        for (parent, header) in zip(commitments, commitments.dropFirst()) where next < end {
            // Nothing that waits for a header is below one that proves itself.
            guard header.settledHeight != nil else {
                if header.height >= next { return }
                continue
            }
            let heights = try header.range(above: parent)
            guard heights.contains(next) else { continue }
            guard UInt64(heights.count) <= Self.widest else {
                throw Flaw.unproven(
                    "blocks that block \(header.height) settles", expected: "\(Self.widest) at most",
                    found: "\(heights.count)")
            }
            parts.append(Part(commitment: header, heights: heights))
            next = heights.upperBound
        }
    }

    /// All that must be read for the parts.
    var heights: Range<UInt64>? {
        guard let first = parts.first, let last = parts.last else { return nil }
        return first.heights.lowerBound..<last.heights.upperBound
    }
}
