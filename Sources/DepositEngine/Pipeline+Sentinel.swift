internal import ChainKit
internal import DepositCore
internal import DepositStore
internal import NodeRPC

extension Pipeline {
    /// Reads a few of our recent headers again, from the store and from every node that is fit.
    ///
    /// Nothing is taken back here. A node that contradicts itself is complained of, and one that follows another chain
    /// is told of. Where more nodes, and as many as must agree, lack our tip than have it, this turn's node has strayed
    /// and we with it: it loses its turn, and the next node's shows the fork, which is followed as any other is.
    mutating func patrol(_ turn: inout Turn) async throws {
        let ours = sentinel.patrol(of: local, at: clock.now)
        if ours.isEmpty { return }
        try await assertStored(ours)
        turn.reread = ours.count
        // Its own fork, if it is on one by now, this turn's node shows to the next poll.
        _ = try await dissent(of: turn.node, from: ours)
        let peers = await turn.peers()
        var isContested = false
        for peer in peers {
            do throws(NodeError) {
                guard let dissent = try await dissent(of: peer, from: ours) else { continue }
                sentinel.note(dissent)
                isContested = true
            } catch {
                turn.complaints.append(NodeComplaint(node: peer.name, error: error))
            }
        }
        if isContested { try await assertNotOutvoted(turn.node, by: peers) }
    }

    /// The first of these headers of ours in whose place a node shows another; nil where it shows none.
    private mutating func dissent(
        of node: ChainNode, from ours: [Header]
    ) async throws(NodeError) -> Dissent? {
        guard let lowest = ours.first?.height, let highest = ours.last?.height else { return nil }
        let theirs = try await node.adapter.headers(at: lowest...highest)
        for (mine, header) in zip(ours, theirs) where mine.height == header.height && mine.hash != header.hash
        {
            let dissent = Dissent(
                node: node.name, ours: mine.block, theirs: header.hash, since: clock.now)
            try await assertConsistent(node, dissent)
            return dissent
        }
        if let last = theirs.last { sentinel.note(agreementOf: node.name, through: last.height) }
        return nil
    }

    /// What has been followed must be what is stored; else both begin again from the store, which looks itself over.
    private func assertStored(_ ours: [Header]) async throws {
        guard let lowest = ours.first?.height, let highest = ours.last?.height else { return }
        let stored = try await store.headers(at: lowest...highest, on: spec.id)
        guard stored != ours else { return }
        let wrong = ours.first { !stored.contains($0) } ?? ours[0]
        throw StoreError.conflict(
            "block \(wrong.height) \(wrong.hash) of \(spec.id) is followed, and the stored header there is another"
        )
    }

    /// A node whose head is ours, or stands on our tip, has all blocks below it, so it may not show another there.
    private func assertConsistent(_ node: ChainNode, _ dissent: Dissent) async throws(NodeError) {
        guard let tip = local.tip else { return }
        let head = try await node.adapter.head().header
        let isOurs = local.header(at: head.height)?.hash == head.hash
        guard isOurs || head.parent == tip.hash, head.height > dissent.ours.height else { return }
        throw NodeError(
            node: node.name,
            fault: .unproven(
                "its block \(dissent.ours.height) is \(dissent.theirs), and its head \(head.height) \(head.hash) "
                    + "stands on \(dissent.ours.hash) there"))
    }

    private func assertNotOutvoted(_ node: ChainNode, by peers: [ChainNode]) async throws {
        guard let tip = local.tip else { return }
        let (lacking, having) = await votes(on: tip, of: peers, rivalsFrom: 0)
        guard Self.isGone(lacking: lacking.count, having: having.count + 1, agree: agree) else { return }
        throw NodeError(
            node: node.name,
            fault: .unproven(
                "its block \(tip.height) \(tip.hash) is not on the chain that \(lacking.joined(separator: ", ")) show"
            ))
    }
}
