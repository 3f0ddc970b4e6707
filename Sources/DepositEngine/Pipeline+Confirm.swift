internal import ChainKit
internal import DepositCore
internal import DepositStore

extension Pipeline {
    /// The highest block of ours that enough nodes show now; ours as it stands where that is not known.
    var agreedBlock: BlockRef? { agreement.agreed.flatMap { local.header(at: $0)?.block } }

    /// The views of our chain under which something may be confirmed: the agreed block alone.
    func views() -> [ChainView] {
        guard let agreedBlock else { return [] }
        return [ChainView(tip: agreedBlock, finalized: local.finalized, agreed: agreement.agreed)]
    }

    /// What is due under our tip, agreed or not.
    func due() async throws -> [Deposit] {
        guard let tip = local.tip?.block else { return [] }
        let final = agreement.sieve(of: local)?.finalized ?? local.finalized
        return try await store.due(under: ChainView(tip: tip, finalized: final), on: spec.id)
    }

    /// Confirms and finalises what has become due under these views of our chain, oldest first.
    ///
    /// Nothing is confirmed on what was read when it was found: enough nodes must each be ready to confirm it now, and
    /// the block is read once more, from another node where there is one. What cannot be waits, and the chain goes on.
    ///
    /// - Parameter due: what is due under our tip, as the store has it now.
    mutating func confirm(
        _ due: [Deposit], under views: [ChainView], _ turn: inout Turn, _ council: Council
    ) async throws {
        let provable = proven(due)
        let ripe = try await linked(agreement.confirmable(among: provable, on: local))
        let testimony = await readAgain(ripe, council)
        turn.complaints += testimony.complaints
        turn.hold = testimony.hold ?? held(provable, but: ripe, council) ?? unprovenHold(due, but: provable)
        isUrgent = turn.hold != nil && agreement.agreed.map { $0 < local.tip?.height ?? 0 } ?? true
        turn.hold = turn.hold ?? dissent(council)
        let standing = Set(ripe.compactMap(\.block?.hash)).intersection(testimony.standing)
        let confirming: ChainView.Confirming =
            isAlone
            ? .satisfied(in: standing)
            : .these(Set(ripe.filter { $0.block.map { standing.contains($0.hash) } ?? false }.map(\.id)))
        var known = provable
        var changes: [Change] = []
        for view in views {
            let change = Settlement.settle(
                known: known, rules: spec.rules, view: view.confirming(confirming), now: clock.now)
            guard !change.deposits.isEmpty || isNews(change) else { continue }
            let moved = Dictionary(change.deposits.map { ($0.id, $0) }) { _, last in last }
            known = known.map { moved[$0.id] ?? $0 }
            changes.append(change)
        }
        if let tip = views.last?.tip ?? local.tip?.block,
            let event = accord.event(turn.hold, on: spec.id, tip: tip, now: clock.now)
        {
            changes.append(
                Change(
                    chain: spec.id, move: .stay, finalized: local.finalized, deposits: [], events: [event]))
        }
        guard !changes.isEmpty else { return }
        try await store.commit(changes.map { ($0, nil) }, now: clock.now)
        noteStored()
        turn.note(changes)
    }

    private func isNews(_ change: Change) -> Bool {
        let isFinal = change.finalized.map { $0.height > stored.final ?? 0 } ?? false
        return isFinal || change.agreed.map { $0 > stored.agreed ?? 0 } ?? false
    }

    /// What has been followed is what is stored, up to here.
    mutating func noteStored() {
        stored = (local.finalized?.height ?? stored.final, local.agreed)
    }

    /// Why deposits that would be due under our tip are not: too few nodes show it, or one shows another block.
    private func held(_ due: [Deposit], but ripe: [Deposit], _ council: Council) -> Hold? {
        guard let tip = local.tip?.block else { return nil }
        let view = ChainView(tip: tip, finalized: local.finalized)
        let confirmed = Set(ripe.map(\.id))
        let waiting = due.compactMap { deposit -> BlockRef? in
            guard case .detected(let block) = deposit.state, !confirmed.contains(deposit.id),
                deposit.requirement.isMet(in: block, maturity: deposit.transfer.maturity, under: view)
            else { return nil }
            return block
        }
        guard let block = waiting.max(by: { $0.height < $1.height }) else { return nil }
        return Hold(block, agreement, council)
    }

    /// What keeps due deposits, or could hide others, where a later block commits to what a block holds.
    private func unprovenHold(_ due: [Deposit], but provable: [Deposit]) -> Hold? {
        guard let trouble = proving?.trouble else { return nil }
        return trouble.isDisagreement || due.count > provable.count ? trouble : nil
    }

    /// Without those in blocks that a backfill has read, and not yet linked to our own chain.
    private func linked(_ due: [Deposit]) async throws -> [Deposit] {
        let isDeep = { (deposit: Deposit) -> Bool in
            guard let block = deposit.block, let lowest = local.headers.first else { return false }
            return block.height < lowest.height
        }
        guard due.contains(where: isDeep) else { return due }
        let open = try await store.backfills(on: spec.id).map { $0.from...max($0.from, $0.upTo) }
        return due.filter { deposit in
            guard isDeep(deposit), let height = deposit.block?.height else { return true }
            return !open.contains { $0.contains(height) }
        }
    }
}
