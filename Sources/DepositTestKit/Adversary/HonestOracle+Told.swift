internal import DepositCore
internal import DepositStore

// What is told.
extension HonestOracle {
    mutating func hear(_ event: ToldEvent, _ moment: Moment) {
        told += 1
        fingerprint &+= SeededRandom.hash(0, event.id)
        switch event.type {
        case "chain.halted":
            isHalted = true
            // Where as many lie as must agree, the chain that is followed may be a liar's from its first block on.
            let isInvented = tip.map { moment.network.tree[$0].inventor != nil } ?? false
            let isExcused = rules.isOverrun && (steady(moment.network).count < 2 || isInvented)
            if !isExcused, !isForkedDeep(moment) {
                complain("the chain was halted, and no honest node has left it so deep")
            }
        case "chain.resumed": (isHalted, agreed, shown) = (false, nil, [])
        case "chain.disagreed", "chain.agreed":
            let isNow = event.type == "chain.disagreed"
            if isNow == disagreed { complain("\(event.type) was told twice running") }
            disagreed = isNow
        case let type where type.hasPrefix("deposit."): hearOfDeposit(event, moment)
        default: break
        }
    }

    private func isForkedDeep(_ moment: Moment) -> Bool {
        let network = moment.network
        guard let tip else { return false }
        return recent(network).contains { view in
            guard !network.isOneChain(tip, view.tip) else { return false }
            let fork = network.tree.height(network.tree.fork(tip, view.tip))
            let final = moment.state.headers.finalized?.height ?? 0
            return fork < final || fork + rules.window <= network.tree.height(network.best)
        }
    }

    private mutating func hearOfDeposit(_ event: ToldEvent, _ moment: Moment) {
        guard let identity = event.payment else { return complain("an event without a payment: \(event.id)") }
        let before = lives[identity] ?? Life()
        lives[identity] = Life(status: event.type, block: event.block)
        let network = moment.network
        let block = network.tree.number(of: BlockHash(event.block))
        let honest = block.flatMap { block in
            network.tree[block].inventor == nil
                ? network.tree[block].payments.first { $0.identity == identity } : nil
        }
        let isTrue = honest.map { Self.isTrue(event, $0) } ?? false
        if rules.isOverrun { return }
        switch event.type {
        case "deposit.confirmed":
            confirmed += 1
            guard isTrue, let honest, let block else {
                return complain(
                    "\(identity) was confirmed in \(event.block) as nobody paid it: \(event.amount) to "
                        + "\(event.address) from \(event.senders), "
                        + (honest.map { "and not \($0.amount) to \($0.to)" } ?? "out of nothing"))
            }
            let need = rules.requirement(honest.amount)
            if !recent(network).contains(where: { allows($0, block, need, network) }) {
                complain(
                    "\(identity) in \(event.block) was confirmed at \(event.confirmations), "
                        + "and no honest node would have")
            }
        case "deposit.finalized":
            guard let block, isTrue else {
                return complain("\(identity) was final in \(event.block), unpaid")
            }
            // What once was final stays so; the deposit may have waited for its confirmation.
            let ever = network.honest.values.flatMap { $0.views(since: .min) }
            if !ever.contains(where: { isFinal($0, block, network) }) {
                complain("\(identity) in \(event.block) was final, and no honest node holds it so")
            }
        case "deposit.reversed":
            if let block, isTrue, !isContested(block, network) {
                complain("\(identity) in \(event.block) was reversed, and no honest node contradicts it")
            }
        case "deposit.orphaned", "deposit.dropped":
            let stays = block.map { block in
                moment.state.headers.header(at: network.tree.height(block))?.hash.text == event.block
            }
            if isTrue, stays ?? false { dropped.append((identity, event.block)) }
        default:
            if event.type == before.status, event.block == before.block {
                complain("\(event.type) of \(identity) was told twice running")
            }
        }
    }

    private static func isTrue(_ event: ToldEvent, _ payment: SimulatedPayment) -> Bool {
        event.amount == "\(payment.amount)" && event.asset == payment.asset.text
            && event.address == SimulatedPayment.address(payment.to).text
            && event.senders == [HostileNetwork.sender(of: payment)]
    }

    /// Whether one honest node alone, with this view, would confirm what stands in a block.
    func allows(
        _ view: HonestNode.View, _ block: Int, _ need: HostileRules.Requirement, _ network: HostileNetwork
    ) -> Bool {
        let tree = network.tree
        guard tree.contains(block, in: view.tip) else { return false }
        let depth = tree.height(view.tip).rawValue - tree.height(block).rawValue + 1
        guard depth >= need.depth else { return false }
        if !need.isFinal || isFinal(view, block, network) { return true }
        guard let fallback = need.fallback, depth >= fallback.depth else { return false }
        let since = tree[view.final ?? block].header.block.time
        return tree[view.tip].header.block.time.seconds - since.seconds >= fallback.after
    }

    func isFinal(_ view: HonestNode.View, _ block: Int, _ network: HostileNetwork) -> Bool {
        let tree = network.tree
        switch rules.kind {
        case .tagged: return view.final.map { tree.contains(block, in: $0) } ?? false
        case .worked:
            return tree.contains(block, in: view.tip)
                && tree.height(view.tip).rawValue + 1 >= tree.height(block).rawValue + HostileRules.finalDepth
        }
    }
}
