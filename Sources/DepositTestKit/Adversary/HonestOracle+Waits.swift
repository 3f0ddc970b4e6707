internal import DepositCore
internal import DepositStore

// What must have been done by now.
extension HonestOracle {
    /// A block that enough honest nodes show, and no honest one contradicts, is followed, and what it pays confirmed,
    /// within so many beats.
    mutating func judgeWaits(_ network: HostileNetwork) {
        let steady = steady(network)
        let all = network.honest.values.filter { $0.isUp(at: network.now) }
        let behind = tip.map {
            network.tree.height(network.best).rawValue
                - min(
                    network.tree.height(network.best).rawValue, network.tree.height($0).rawValue)
        }
        let backlog = Int64((behind ?? 0) / rules.window) * Int64(HostileRules.beat)
        let limit = rules.patience + backlog
        var left: [Wait] = []
        for var wait in waits {
            if isOver(wait, network) { continue }
            update(&wait, steady, all, network)
            if let seen = wait.seen, network.now - seen > limit, !isOurs(wait.block, network) {
                complain("\(name(wait.block, network)) is not followed, for \(network.now - seen) s")
            }
            for (identity, since) in wait.met
            where network.now - since > limit && !isConfirmed(identity, in: wait.block, network) {
                complain(
                    "\(identity) in \(name(wait.block, network)) is not confirmed, for \(network.now - since) s, "
                        + "but \(lives[identity].map { "\($0.status) in \($0.block)" } ?? "unheard of")")
            }
            left.append(wait)
        }
        waits = left
    }

    private func update(
        _ wait: inout Wait, _ steady: [HonestNode], _ all: [HonestNode], _ network: HostileNetwork
    ) {
        let block = wait.block
        let isContradicted = all.contains { !network.isOneChain(block, $0.tip) }
        let height = network.tree.height(block)
        let shows = steady.filter { $0.keptFrom <= height && network.tree.contains(block, in: $0.tip) }
        guard !isContradicted, shows.count >= rules.agree else {
            (wait.seen, wait.met) = (nil, [:])
            return
        }
        wait.seen = wait.seen ?? network.now
        for payment in network.tree[block].payments where isDue(payment, at: height) {
            let need = rules.requirement(payment.amount)
            // What was issued late is looked for from there up, in order.
            let lowest = issues[payment.to].flatMap { $0 } ?? height
            let met = shows.count { node in
                guard node.keptFrom <= lowest else { return false }
                return node.views(since: network.now).last.map { allows($0, block, need, network) } ?? false
            }
            wait.met[payment.identity] = met >= rules.agree ? wait.met[payment.identity] ?? network.now : nil
        }
    }

    /// Nothing more is to be expected of it: it has left the chain, or lies below our beginning, or all is done.
    private func isOver(_ wait: Wait, _ network: HostileNetwork) -> Bool {
        let height = network.tree.height(wait.block)
        if let start, height < start { return true }
        if rules.from == nil, let tip, start == nil, height < network.tree.height(tip) { return true }
        let best = network.best
        if !network.tree.contains(wait.block, in: best) { return height + 30 < network.tree.height(best) }
        guard isOurs(wait.block, network) else { return false }
        return network.tree[wait.block].payments.allSatisfy {
            !isDue($0, at: height) || isConfirmed($0.identity, in: wait.block, network)
        }
    }

    func isDue(_ payment: SimulatedPayment, at height: Height) -> Bool {
        guard let from = issues[payment.to] else { return false }
        return height >= from ?? start ?? 0
    }

    private func isOurs(_ block: Int, _ network: HostileNetwork) -> Bool {
        tip.map { network.tree.contains(block, in: $0) } ?? false
    }

    private func isConfirmed(
        _ identity: SimulatedPayment.Identity, in block: Int, _ network: HostileNetwork
    ) -> Bool {
        guard let life = lives[identity], life.block == network.tree[block].header.hash.text else {
            return false
        }
        return ["deposit.confirmed", "deposit.finalized"].contains(life.status)
    }

    /// In peace: all that was honestly paid, and has been deep for long, is there as it was paid and confirmed; and of
    /// what nobody paid nothing is left below the honest head.
    ///
    /// - Returns: the first thing that is not so.
    func unsettled(_ stored: [Deposit], _ state: ChainState, _ network: HostileNetwork) -> String? {
        let tree = network.tree
        let best = network.best
        guard let tip, let deep = tree.ancestor(of: best, at: tree.height(best) - 3),
            tree.contains(deep, in: tip)
        else { return "our chain is not the honest one" }
        let byPlace = Dictionary(stored.map { ($0.transfer.transaction.text, $0) }) { first, _ in first }
        var paid: Set<String> = []
        let low = min(state.from ?? 0, issues.values.compactMap { $0 }.min() ?? state.from ?? 0)
        for block in tree.branch(from: low, to: deep) {
            for payment in tree[block].payments where isDue(payment, at: tree.height(block)) {
                paid.insert(payment.identity.transaction)
                let deposit = byPlace[payment.identity.transaction]
                guard let deposit, deposit.block == tree[block].header.block,
                    deposit.transfer.amount == Amount(payment.amount),
                    deposit.transfer.to == SimulatedPayment.address(payment.to),
                    deposit.transfer.from == [HostileNetwork.sender(of: payment)]
                else {
                    return "\(payment.identity) in \(name(block, network)) is stored as "
                        + (deposit.map { "\($0.state), \($0.transfer)" } ?? "nothing")
                }
                if tree.height(block) + 12 < tree.height(best),
                    ![.confirmed, .finalized].contains(deposit.state.status)
                {
                    return "\(payment.identity) in \(name(block, network)) is \(deposit.state)"
                }
            }
        }
        let false_ = stored.first { deposit in
            guard let block = deposit.block, block.height <= tree.height(deep) else { return false }
            return !paid.contains(deposit.transfer.transaction.text)
        }
        return false_.map { "\($0.transfer.transaction) is \($0.state), and nobody paid it" }
    }
}
