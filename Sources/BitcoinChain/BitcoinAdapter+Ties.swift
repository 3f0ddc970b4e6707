internal import ChainKit
internal import DepositCore
internal import NodeRPC

/// How headers are tied to what is known: downward by the hash of a parent, which needs no trust; upward by the rules.
extension BitcoinAdapter {
    private static let batch: UInt64 = 1_000
    /// Headers that are linked on the way down from an anchor.
    private static let mostDescent: UInt64 = 500_000

    /// Makes known what decides about these headers: the lowest one's parent, and enough of what lies below it.
    func tie(_ headers: [RawHeader], at height: UInt64) async throws(NodeError) {
        guard let consensus = chain.network.consensus,
            let first = headers.firstIndex(where: { !proven.knows($0.hash) })
        else { return }
        let height = height + UInt64(first)
        let header = headers[first]
        if isAnchor(header, at: height) { return proven.insert(header, at: height) }
        if !proven.knows(header.parent), height > 0 { try await reach(height - 1, consensus) }
        guard !proven.knows(header.hash) else { return }
        guard proven.knows(header.parent) else {
            throw node.fault(
                .unproven(
                    "block \(height) \(header.hash.text) stands on \(header.parent.text), which is not the block "
                        + "that its own headers lead to from the nearest anchor of the chain file"))
        }
        try await know(below: header.parent, consensus)
    }

    private func isAnchor(_ header: RawHeader, at height: UInt64) -> Bool {
        chain.network.anchors.contains {
            $0.height.rawValue == height && $0.hash.text == header.hash.text
        }
    }

    /// Makes the node's block of this height known.
    private func reach(_ height: UInt64, _ consensus: Consensus) async throws(NodeError) {
        let anchors = chain.network.anchors.map { ($0.height.rawValue, $0.hash.text) }
        if let near = try await known(upTo: height), height - near.height <= consensus.mostClimb {
            return try await climb(from: near, to: height, judgement(consensus))
        }
        if let above = anchors.first(where: { $0.0 >= height }), above.0 - height <= Self.mostDescent {
            let anchor = try await anchor(above)
            return try await descend(from: anchor.hash, at: above.0, to: height)
        }
        guard let below = anchors.last(where: { $0.0 <= height }) else { return }
        if height - below.0 <= consensus.mostClimb {
            let anchor = try await anchor(below)
            try await know(below: anchor.hash, consensus)
            return try await climb(from: (anchor.hash, below.0), to: height, judgement(consensus))
        }
        try await begin(below: height, consensus, newest: below.0)
    }

    /// The highest known block up to this height that is on this node's chain.
    private func known(upTo height: UInt64) async throws(NodeError) -> (hash: Hash256, height: UInt64)? {
        guard let highest = proven.highest(upTo: height) else { return nil }
        let window = chain.spec.reorgWindow
        for depth in [0, window] where highest.entry.facts.height >= depth {
            let height = highest.entry.facts.height - depth
            guard let (hash, _) = proven.ancestor(of: highest.hash, at: height) else { continue }
            let found = try await node.call([RPCCall("getblockhash", "[\(height)]")]) {
                replies throws(NodeError) in try replies.blockHash(0)
            }
            if found?.text == hash.text { return (hash, height) }
        }
        return nil
    }

    private func anchor(_ anchor: (height: UInt64, hash: String)) async throws(NodeError) -> RawHeader {
        let raw = try await rawHeaders(at: anchor.height...anchor.height)
        guard let header = raw.first, header.hash.text == anchor.hash else {
            throw node.fault(
                .wrongChain(
                    expected: "block \(anchor.height) \(anchor.hash)",
                    found: raw.first?.hash.text ?? "no block of that height"))
        }
        proven.insert(header, at: anchor.height)
        return header
    }

    /// Judges the headers from a known one up to this height.
    private func climb(
        from known: (hash: Hash256, height: UInt64), to height: UInt64, _ judgement: Judgement
    ) async throws(NodeError) {
        var at = known.height
        if at < height { try await know(below: known.hash, judgement.consensus) }
        while at < height {
            let raw = try await rawHeaders(at: at + 1...min(at + Self.batch, height))
            guard !raw.isEmpty else { throw node.fault(.missing("the header at height \(at + 1)")) }
            try stand(raw, from: at + 1, under: judgement)
            at += UInt64(raw.count)
        }
    }

    /// Links the headers from a known one down to this height, each named by the one above.
    private func descend(
        from hash: Hash256, at height: UInt64, to low: UInt64
    ) async throws(NodeError) {
        var (below, at) = (proven[hash]?.parent, height)
        while at > low, let parent = below {
            let from = at - low > Self.batch ? at - Self.batch : low
            let raw = try await rawHeaders(at: from...at - 1)
            guard UInt64(raw.count) == at - from, let top = raw.last, top.hash == parent else {
                throw node.fault(
                    .missing("block \(parent.text) at height \(at - 1), on which a known block stands"))
            }
            for (index, header) in raw.enumerated().reversed() {
                proven.insert(header, at: from + UInt64(index))
            }
            (below, at) = (raw[0].parent, from)
        }
    }

    /// Makes known what the rules look at below a known block.
    private func know(below hash: Hash256, _ consensus: Consensus) async throws(NodeError) {
        guard let top = proven[hash]?.facts.height,
            let end = proven.end(below: hash, depth: consensus.reach)
        else { return }
        let low = top > consensus.reach ? top - consensus.reach : 0
        try await descend(from: end.hash, at: end.entry.facts.height, to: low)
    }

    /// Begins far from every anchor: with a block as hard as the chain file asks, a period or a day further down,
    /// whose own first transaction tells its height.
    private func begin(
        below height: UInt64, _ consensus: Consensus, newest anchor: UInt64
    ) async throws(NodeError) {
        guard let easiest = chain.network.easiest, height - anchor > consensus.startReach else {
            throw node.fault(
                .unproven(
                    "block \(height) lies \(height - anchor) blocks above the newest anchor, too far for its work to "
                        + "be proven from there; add a newer anchor to the chain file"))
        }
        let low = height - consensus.startReach
        guard let root = try await rawHeaders(at: low...low).first else {
            throw node.fault(.missing("the header at height \(low)"))
        }
        try await proveHeight(of: root, at: low, below: height, consensus, easiest)
        proven.insert(root, at: low)
        try await know(below: root.hash, consensus)
        try await climb(from: (root.hash, low), to: height, judgement(consensus, easiest: easiest))
    }

    /// A block as hard as the chain file asks is read: whatever it pays, its first transaction must name its height.
    ///
    /// A node that has pruned it shows by the same means the height of the block that is wanted, which it must have
    /// anyway, and by the links of the headers between them that of the pruned one.
    private func proveHeight(
        of root: RawHeader, at low: UInt64, below height: UInt64, _ consensus: Consensus, _ easiest: Target
    ) async throws(NodeError) {
        do throws(NodeError) { return try await prove(root, at: low, consensus, easiest) } catch {
            guard case .missing = error.fault else { throw error }
        }
        var (top, at) = (root, low)
        while at <= height {
            let raw = try await rawHeaders(at: at + 1...min(at + Self.batch, height + 1))
            guard let last = raw.last, raw[0].parent == top.hash else {
                throw node.fault(.missing("a header at height \(at + 1) that stands on \(top.hash.text)"))
            }
            (top, at) = (last, at + UInt64(raw.count))
        }
        try await prove(top, at: at, consensus, easiest)
    }

    private func prove(
        _ header: RawHeader, at height: UInt64, _ consensus: Consensus, _ easiest: Target
    ) async throws(NodeError) {
        try proving { () throws(BlockFault) in
            try ProvenHeaders.prove(header, height, noEasierThan: easiest)
            try consensus.proveVersion(header.facts, at: height, name: header.hash.text)
            try consensus.proveWork(of: header, at: height)
        }
        let header = header.facts.header(at: Height(height) ?? 0)
        _ = try await blocks([header], watching: Watchlist(seed: 0))
    }
}
