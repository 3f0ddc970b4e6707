internal import DepositCore
internal import DepositEngine
internal import DepositStore

/// What must be true in a world with liars, worked out from the honest chain and the honest nodes' views alone.
///
/// It shares no rule with the product, and knows nothing of what the liars say.
struct HonestOracle: Sendable {
    /// All that a step shows to it.
    struct Moment: Sendable {
        let network: HostileNetwork
        let state: ChainState
        let events: [ToldEvent]
        let nodes: [NodeReport]
        /// The daemon has just been started, or was away for long: what it heard before counts no more.
        let isNew: Bool
    }

    /// What was last told of one payment.
    struct Life: Sendable {
        var status = ""
        var block = ""
    }

    /// A block that must be followed, and what it pays confirmed, once honest nodes have shown it for long.
    struct Wait: Sendable {
        let block: Int
        var seen: Int64?
        var met: [SimulatedPayment.Identity: Int64] = [:]
    }

    let rules: HostileRules
    private(set) var complaints: [String] = []
    private(set) var lives: [SimulatedPayment.Identity: Life] = [:]
    private(set) var tip: Int?
    private(set) var start: Height?
    private(set) var isHalted = false
    private(set) var told = 0
    private(set) var confirmed = 0
    /// The same for the same events, in whatever order.
    private(set) var fingerprint: UInt64 = 0
    /// From which height on each issued address counts; nil: from our beginning.
    var issues: [Int: Height?] = [:]
    var waits: [Wait] = []
    /// Times that blocks were undone, and honest ones among these.
    private var undone = 0
    private var undoneHonest = 0
    private let began: Int64
    /// The highest block of ours that enough honest nodes have shown for long enough to be heard.
    private var agreed: Height?
    private var shown: [(at: Int64, height: Height?)] = []
    private var disagreed = false
    /// True payments that were said to be gone in this step while their block stays.
    private var dropped: [(identity: SimulatedPayment.Identity, block: String)] = []

    init(_ rules: HostileRules, began: Int64) {
        self.rules = rules
        self.began = began
    }

    mutating func complain(_ what: String) {
        complaints.append(what)
    }

    mutating func observe(_ moment: Moment) {
        let network = moment.network
        let newTip = follow(moment)
        start = moment.state.from
        dropped = []
        for event in moment.events { hear(event, moment) }
        for (identity, block) in dropped where !stands(identity) {
            complain("\(identity) was dropped, and \(block) holds it")
        }
        judgeUndone(newTip, moment)
        tip = newTip
        noteAgreed(moment)
        for report in moment.nodes { judge(report, network) }
        if moment.isNew { for index in waits.indices { (waits[index].seen, waits[index].met) = (nil, [:]) } }
        waits += network.news.map { Wait(block: $0) }
        if !isHalted, !rules.isOverrun { judgeWaits(network) }
        let bound = 6 + 3 * rules.liars + undoneHonest + Int(network.now - began) / HostileRules.beat / 4
        if undone > bound, !rules.isOverrun { complain("flood: blocks were undone \(undone) times") }
    }

    /// The stored headers are linked ones, and known.
    private mutating func follow(_ moment: Moment) -> Int? {
        let tree = moment.network.tree
        for header in moment.state.headers.headers where tree.number(of: header.hash) == nil {
            complain("the stored header \(header.hash) was shown by nobody")
        }
        return moment.state.headers.tip.flatMap { tree.number(of: $0.hash) }
    }

    // MARK: What is undone

    private mutating func judgeUndone(_ newTip: Int?, _ moment: Moment) {
        let network = moment.network
        guard let tip, newTip != tip else { return }
        let fork = newTip.map { network.tree.fork(tip, $0) }
        guard fork != tip else { return }
        undone += 1
        let low = fork.map { network.tree.height($0) + 1 } ?? 0
        for block in network.tree.branch(from: low, to: tip) where network.tree[block].inventor == nil {
            undoneHonest += 1
            let height = network.tree.height(block)
            guard let agreed, height <= agreed else { continue }
            if !isContested(block, network), isHeld(block, network) {
                complain("\(name(block, network)) was undone, agreed and contradicted by no honest node")
            }
        }
        if let fork { agreed = agreed.map { min($0, network.tree.height(fork)) } } else { agreed = nil }
        shown = []
    }

    /// Whether an honest node that is as high has shown another chain lately.
    func isContested(_ block: Int, _ network: HostileNetwork) -> Bool {
        recent(network).contains { view in
            !network.isOneChain(block, view.tip)
                && network.tree.height(view.tip) >= network.tree.height(block)
        }
    }

    /// Where as many lie as must agree, whether as many honest nodes hold a block.
    private func isHeld(_ block: Int, _ network: HostileNetwork) -> Bool {
        guard rules.isOverrun else { return true }
        return steady(network).count { network.tree.contains(block, in: $0.tip) } >= rules.liars
    }

    /// Whether what was last told of a payment is that it is there.
    private func stands(_ identity: SimulatedPayment.Identity) -> Bool {
        let status = lives[identity]?.status ?? ""
        return !["deposit.orphaned", "deposit.reversed", "deposit.dropped"].contains(status)
    }

    /// What honest nodes that were up have shown within the last beat.
    func recent(_ network: HostileNetwork) -> [HonestNode.View] {
        network.honest.values.flatMap { node in
            node.views(since: network.now - Int64(HostileRules.beat)).filter(\.isUp)
        }
    }

    /// Blocks of ours that enough honest nodes have shown through two beats were heard of, and so agreed.
    private mutating func noteAgreed(_ moment: Moment) {
        let network = moment.network
        if moment.isNew { shown = [] }
        let heights = steady(network).compactMap { node -> Height? in
            guard let tip else { return nil }
            return network.tree.height(network.tree.fork(tip, node.tip))
        }.sorted(by: >)
        shown.append((network.now, heights.count < rules.agree ? nil : heights[rules.agree - 1]))
        let before = shown.lastIndex { $0.at <= network.now - Int64(5 * HostileRules.beat / 2) }
        guard let before else { return }
        shown.removeFirst(before)
        let least = shown.map { $0.height ?? 0 }.min() ?? 0
        agreed = max(agreed ?? 0, least)
    }

    /// Honest nodes that have answered for long, keep up, and have the blocks that come next.
    func steady(_ network: HostileNetwork) -> [HonestNode] {
        let next = tip.map { network.tree.height($0) } ?? rules.from ?? 0
        let bests = network.honest.values.compactMap { $0.views(since: network.now - 20).first?.tip }
        let best = bests.map { network.tree.height($0) }.max() ?? 0
        return network.honest.values.filter {
            $0.isSteady(at: network.now) && network.tree.height($0.tip) >= best
                && $0.keptFrom <= max(next - rules.window, rules.from ?? 0)
        }
    }

    // MARK: Nodes

    private mutating func judge(_ report: NodeReport, _ network: HostileNetwork) {
        guard let place = Int(report.name), network.honest[place] != nil, let complaint = report.complaint
        else {
            return
        }
        let isAccused = ["does not hold", "another chain", "cannot be used"].contains {
            complaint.contains($0)
        }
        if isAccused { complain("the honest node \(place) is said to lie: \(complaint)") }
    }

    func name(_ block: Int, _ network: HostileNetwork) -> String {
        "block \(network.tree[block].header.hash)"
    }
}

extension HonestOracle {
    // MARK: What is told

    private mutating func hear(_ event: ToldEvent, _ moment: Moment) {
        told += 1
        fingerprint &+= SeededRandom.hash(0, event.id)
        switch event.type {
        case "chain.halted":
            isHalted = true
            let isExcused = rules.isOverrun && steady(moment.network).count < 2
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
                return complain("\(identity) was confirmed in \(event.block) as nobody paid it")
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
            if !recent(network).contains(where: { isFinal($0, block, network) }) {
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
