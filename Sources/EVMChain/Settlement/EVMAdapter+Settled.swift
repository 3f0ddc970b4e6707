internal import DepositCore
internal import NodeRPC

extension EVMAdapter {
    /// No header settles more at once: it would be half an hour of a fast chain, where seconds are the rule.
    private static let widest: UInt64 = 8_192

    /// A block that commits to its own results is proven as it is read. One that does not is proven by the lowest header
    /// that settles it, together with all others that this one settles: one list of receipts, under its root and bloom.
    func settled(
        _ headers: [Header], under above: [Header], watching: Watchlist
    ) async throws(NodeError) -> [Block] {
        guard chain.rules.provesSettled else { return try await blocks(headers, watching: watching) }
        let all = headers + above
        let commitments = try await commitments(of: all)
        var blocks: [Block] = []
        do throws(NodeError) {
            var index = 0
            while index < all.count, blocks.count < headers.count {
                if commitments[index].settledHeight == nil {
                    // Below one that proves itself nothing waits for a header above it.
                    guard blocks.count == index else { break }
                    let own = commitments[index..<headers.count].prefix { $0.settledHeight == nil }
                    blocks += try await self.blocks(Array(all[own.indices]), watching: watching)
                    index = own.endIndex
                } else {
                    blocks += try await settled(
                        by: index, of: all, commitments, from: blocks.count, watching: watching)
                    index += 1
                }
            }
        } catch {
            if blocks.isEmpty { throw error }
        }
        return Array(blocks.prefix(headers.count))
    }

    /// Those from a place on that the header at `index` settles.
    private func settled(
        by index: Int, of all: [Header], _ commitments: [Commitment], from place: Int, watching: Watchlist
    ) async throws(NodeError) -> [Block] {
        // What a header settles follows from what its parent has settled; the first one's lies below all of these.
        guard index > 0 else { return [] }
        let first = all[place].height
        let heights = try reading { () throws(Flaw) in
            try commitments[index].range(above: commitments[index - 1])
        }
        guard heights.contains(first.rawValue) else { return [] }
        let list = try await self.headers(at: heights, among: all)
        return try await blocks(list, settledBy: commitments[index], watching: watching)
            .filter { $0.header.height >= first }
    }

    /// What these headers commit to; those that this node has not shown before are asked for.
    private func commitments(of headers: [Header]) async throws(NodeError) -> [Commitment] {
        let unknown = headers.filter { commitments[$0.hash] == nil }
        if !unknown.isEmpty {
            let calls = unknown.map { RPCCall("eth_getBlockByHash", #"["\#($0.hash)",false]"#) }
            try await node.call(calls) { replies throws(NodeError) in
                let reader = HeaderReader(self.chain.rules, self.commitments)
                for (index, header) in unknown.enumerated() {
                    let json = try replies.content(index, of: header)
                    guard !json.isNull else {
                        throw replies.fault(.missing("block \(header.height) (\(header.hash))"))
                    }
                    let found = try replies.reading { () throws(Flaw) in try reader.header(json) }
                    guard found == header else {
                        throw replies.fault(
                            Flaw.unproven(
                                "block \(header.height) asked for by hash", expected: header.hash.text,
                                found: found.hash.text
                            ).fault)
                    }
                }
            }
        }
        var all: [Commitment] = []
        for header in headers {
            guard let commitment = commitments[header.hash] else {
                throw node.fault(.missing("block \(header.height) (\(header.hash))"))
            }
            all.append(commitment)
        }
        return all
    }

    /// The headers at these heights: of those at hand, and, below them, linked to the lowest of them.
    private func headers(
        at heights: Range<UInt64>, among ours: [Header]
    ) async throws(NodeError) -> [Header] {
        guard let lowest = ours.first, UInt64(heights.count) <= Self.widest else {
            throw node.fault(
                .unproven("a header settles \(heights.count) blocks at once, more than \(Self.widest)"))
        }
        let held = ours.filter { heights.contains($0.height.rawValue) }
        guard heights.lowerBound < lowest.height.rawValue, let first = Height(heights.lowerBound) else {
            return held
        }
        let below = try await headers(at: first...(lowest.height - 1))
        var parent = lowest.parent
        for header in below.reversed() {
            guard header.hash == parent else {
                throw node.fault(.missing("block \(header.height) \(parent), on which ours stands"))
            }
            parent = header.parent
        }
        guard below.first?.height == first else { throw node.fault(.missing("block \(first)")) }
        return below + held
    }

    /// These blocks, proven by the header that settles all of them and no others.
    private func blocks(
        _ headers: [Header], settledBy commitment: Commitment, watching: Watchlist
    ) async throws(NodeError) -> [Block] {
        var scanned: [ScannedBlock] = []
        for start in stride(from: 0, to: headers.count, by: blocksPerRequest) {
            scanned += try await read(headers[start..<min(start + blocksPerRequest, headers.count)], watching)
        }
        try reading { () throws(Flaw) in try commitment.prove(scanned.compactMap(\.results)) }
        return try await verified(scanned).map(\.settled)
    }

    private func reading<Value>(_ read: () throws(Flaw) -> Value) throws(NodeError) -> Value {
        do { return try read() } catch { throw node.fault(error.fault) }
    }
}
