internal import ChainKit
internal import DepositCore
internal import DepositStore

extension Pipeline {
    /// Confirms and finalises what has become due under these views of our chain, oldest first.
    ///
    /// Nothing is confirmed on what was read when it was found: the block must stand on enough nodes now, and what it
    /// holds is read once more, from another node where there is one. What cannot be witnessed waits, and the chain
    /// goes on.
    ///
    /// - Parameter due: what is due under the last of the views, as the store has it now.
    mutating func confirm(_ due: [Deposit], under views: [ChainView], _ turn: inout Turn) async throws {
        guard let last = views.last else { return }
        var known = due
        let testimony = try await hear(known, under: last, turn)
        turn.hold = testimony.hold
        turn.complaints += testimony.complaints
        var changes: [Change] = []
        for view in views {
            let change = Settlement.settle(
                known: known, rules: spec.rules, view: view.witnessing(testimony.standing), now: clock.now)
            let isFinalityNews = (change.finalized?.height).map { $0 > finalStored?.height ?? 0 } ?? false
            guard !change.deposits.isEmpty || isFinalityNews else { continue }
            finalStored = isFinalityNews ? change.finalized : finalStored
            let moved = Dictionary(change.deposits.map { ($0.id, $0) }) { _, last in last }
            known = known.map { moved[$0.id] ?? $0 }
            changes.append(change)
        }
        if let event = accord.event(testimony.hold, on: spec.id, tip: last.tip, now: clock.now) {
            changes.append(
                Change(chain: spec.id, move: .stay, finalized: last.finalized, deposits: [], events: [event]))
        }
        guard !changes.isEmpty else { return }
        try await store.commit(changes.map { ($0, nil) }, now: clock.now)
        turn.note(changes)
    }

    func due(under views: [ChainView]) async throws -> [Deposit] {
        guard let last = views.last else { return [] }
        return try await store.due(under: last, on: spec.id)
    }

    /// Those of the blocks in which deposits may be confirmed by the very transaction that finds them: what has just
    /// been read needs no second look where there is but one node.
    func standing(_ blocks: [Block], _ turn: Turn) -> Set<BlockHash> {
        agree == 1 && turn.isAlone ? Set(blocks.map(\.header.hash)) : []
    }

    private func hear(_ known: [Deposit], under view: ChainView, _ turn: Turn) async throws -> Testimony {
        let due = try await linked(Settlement.satisfied(among: known, under: view))
        guard !due.isEmpty else { return Testimony(standing: [], hold: nil, complaints: []) }
        let witness = Witness(
            agree: agree, node: turn.node, shown: shown(by: turn.remote), peers: await turn.peers(),
            complaints: turn.complaints, local: local, watching: watching.current)
        return await witness.hear(due)
    }

    /// The highest block of ours that this turn's node has shown: its own head, or our tip where that is lower.
    private func shown(by remote: RemoteView) -> Height? {
        guard let tip = local.tip else { return nil }
        guard remote.head.header.height < tip.height else { return tip.height }
        let ours = local.header(at: remote.head.header.height)
        return ours?.hash == remote.head.header.hash ? ours?.height : nil
    }

    /// Without those in blocks that a backfill has read, and not yet linked to our own chain.
    private func linked(_ due: [Deposit]) async throws -> [Deposit] {
        let isDeep = { (deposit: Deposit) -> Bool in
            guard let block = deposit.block, let lowest = local.headers.first else { return false }
            return block.height < lowest.height
        }
        guard due.contains(where: isDeep), let job = try await store.nextBackfill(on: spec.id) else {
            return due
        }
        return due.filter { deposit in
            guard isDeep(deposit), let height = deposit.block?.height else { return true }
            return !(job.from...max(job.from, job.upTo)).contains(height)
        }
    }
}
