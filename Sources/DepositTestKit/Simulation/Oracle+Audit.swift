internal import DepositCore
internal import DepositStore

extension Oracle {
    /// Whether a payment must have a deposit.
    enum Duty: Sendable { case must, may, mustNot }

    /// P1, P3, P9, P17: the stored deposits are those of our chain, each once, and stand as was told.
    ///
    /// - Parameter isCalm: nothing is on its way any more: what is due must have been done.
    mutating func audit(
        _ stored: [Deposit], _ backfills: [Backfill], _ state: ChainState, _ tree: BlockTree, isCalm: Bool
    ) {
        var byIdentity: [SimulatedPayment.Identity: Deposit] = [:]
        for deposit in stored {
            let identity = deposit.identity
            if byIdentity.updateValue(deposit, forKey: identity) != nil {
                complain("P1: \(identity) is stored twice")
            }
        }
        if isCalm, !backfills.isEmpty { complain("P17: a backfill did not end: \(backfills)") }
        let start = state.from ?? 0
        let chain = tip.map { tree.branch(from: 0, to: $0) } ?? []
        var standing: [SimulatedPayment.Identity: Int] = [:]
        for block in chain {
            let height = tree.height(block)
            let isPending = backfills.contains { ($0.next...max($0.next, $0.upTo)).contains(height) }
            for payment in tree[block].payments where payment.counts {
                let duty = duty(payment.to, at: height, start)
                if duty != .mustNot { standing[payment.identity] = block }
                if duty == .must, !isPending {
                    check(byIdentity[payment.identity], payment, in: tree[block].header.block, state, isCalm)
                }
            }
        }
        for (identity, deposit) in byIdentity { check(deposit, identity, standing[identity], tree, isCalm) }
        for identity in lives.keys where byIdentity[identity] == nil {
            complain("P3: \(identity) was told and is not stored")
        }
    }

    /// A movement that must have a deposit has it, in that block and in a state that the block allows.
    private mutating func check(
        _ deposit: Deposit?, _ payment: SimulatedPayment, in block: BlockRef, _ state: ChainState,
        _ isCalm: Bool
    ) {
        let identity = payment.identity
        guard let deposit, deposit.block == block else {
            return complain(
                "P1: \(identity) to \(payment.to) in \(block.hash) has no deposit there, "
                    + "but \(deposit.map { "\($0.state)" } ?? "none")")
        }
        if deposit.transfer != payment.transfer || deposit.isSilent != payment.isSilent {
            complain("P1: the deposit of \(identity) is not what happened in \(block.hash)")
        }
        if (deposit.state.status == .review) != (payment.doubt != nil) {
            complain("P1: \(identity) is \(deposit.state.status), in spite of its doubt or without one")
        }
        guard isCalm, payment.doubt == nil, let tip = state.headers.tip else { return }
        let isConfirmed = [.confirmed, .finalized].contains(deposit.state.status)
        if !isConfirmed, isMet(payment, in: block, under: tip, state.headers.finalized) {
            complain("P7: \(identity) in \(block.hash) is due under \(tip.hash), and not confirmed")
        }
        if isConfirmed, let final = state.headers.finalized, block.height <= final.height,
            deposit.state.status != .finalized
        {
            complain("P7: \(identity) in \(block.hash) is final, and was not told so")
        }
    }

    /// A stored deposit stands in a block of ours that holds it, or in none, and as it was told.
    private mutating func check(
        _ deposit: Deposit, _ identity: SimulatedPayment.Identity, _ standing: Int?, _ tree: BlockTree,
        _ isCalm: Bool
    ) {
        if let block = deposit.block, standing.map({ tree[$0].header.block }) != block {
            complain(
                "P1: \(identity) is \(deposit.state.status) in \(block.hash), "
                    + "which is not ours or has no such payment"
            )
        }
        let life = lives[identity] ?? Life()
        if deposit.sequence != life.sequence {
            complain("P4: \(identity) is at \(deposit.sequence), and \(life.sequence) were told")
        }
        if !deposit.isSilent, life.status != "deposit.\(deposit.state.status)" {
            complain("P3: \(identity) is \(deposit.state.status), and \(life.status) was told")
        }
        let block = (deposit.block ?? deposit.displacedBlock)?.hash.text
        if !deposit.isSilent, block != life.block {
            complain("P9: \(identity) is in \(block ?? "none"), and \(life.block) was told")
        }
    }

    private func duty(_ address: Int, at height: Height, _ start: Height) -> Duty {
        guard let issues = issues[address] else { return .mustNot }
        let isDue = issues.contains { issue in
            issue.from.map { height >= $0 } ?? (height >= start && issue.after.map { height > $0 } ?? true)
        }
        if isDue { return .must }
        return issues.contains { $0.from == nil } ? .may : .mustNot
    }

    private func isMet(
        _ payment: SimulatedPayment, in block: BlockRef, under tip: Header, _ final: BlockRef?
    ) -> Bool {
        let requirement = rules.requirement(payment)
        guard tip.height >= block.height else { return false }
        let confirmations = tip.height.rawValue - block.height.rawValue + 1
        guard confirmations >= max(payment.maturity, requirement.depth ?? 1) else { return false }
        guard requirement.finality else { return true }
        if let final, block.height <= final.height { return true }
        guard let fallback = requirement.fallback, confirmations >= fallback.depth else { return false }
        return tip.block.time.seconds - (final?.time ?? block.time).seconds >= fallback.after
    }
}

extension Deposit {
    fileprivate var identity: SimulatedPayment.Identity {
        SimulatedPayment.Identity(
            transaction: transfer.transaction.text,
            output: Int(transfer.position.text.dropFirst("output:".count)) ?? -1)
    }
}
