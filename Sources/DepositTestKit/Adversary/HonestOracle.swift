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
    var lives: [SimulatedPayment.Identity: Life] = [:]
    private(set) var tip: Int?
    private(set) var start: Height?
    var isHalted = false
    var told = 0
    var confirmed = 0
    /// The same for the same events, in whatever order.
    var fingerprint: UInt64 = 0
    /// From which height on each issued address counts; nil: from our beginning.
    var issues: [Int: Height?] = [:]
    var waits: [Wait] = []
    /// Times that blocks were undone, and honest ones among these.
    private var undone = 0
    private var undoneHonest = 0
    private let began: Int64
    /// The highest block of ours that enough honest nodes have shown for long enough to be heard.
    var agreed: Height?
    var shown: [(at: Int64, height: Height?)] = []
    var disagreed = false
    /// True payments that were said to be gone in this step while their block stays.
    var dropped: [(identity: SimulatedPayment.Identity, block: String)] = []

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
        let low = fork.map { network.tree.height($0) + 1 } ?? start ?? 0
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
    func isHeld(_ block: Int, _ network: HostileNetwork) -> Bool {
        guard rules.isOverrun else { return true }
        return steady(network).count { network.tree.contains(block, in: $0.tip) } >= rules.liars
    }

    /// Whether what was last told of a payment is that it is there.
    func stands(_ identity: SimulatedPayment.Identity) -> Bool {
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
        let through = shown.map(\.height)
        guard !through.contains(nil), let least = through.compactMap({ $0 }).min() else { return }
        agreed = max(agreed ?? least, least)
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
