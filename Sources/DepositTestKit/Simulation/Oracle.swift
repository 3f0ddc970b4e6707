internal import DepositCore
internal import DepositStore

/// What must be true of a simulated world, worked out anew from what was mined, shown and told.
///
/// It shares no rule with the product: not how deposits are settled, not what a policy means.
struct Oracle: Sendable {
    /// When an address was issued, and from which height on it counts.
    struct Issue: Sendable {
        let from: Height?
        /// The height of our tip when it was issued without a height.
        let after: Height?
    }

    /// What has been told of one deposit.
    struct Life: Sendable {
        var status = ""
        var sequence: UInt64 = 0
        var block = ""
    }

    /// All that a step shows to it.
    struct Moment: Sendable {
        let network: SimulatedNetwork
        let state: ChainState
        let events: [ToldEvent]
        /// An operator let a halted chain go on.
        let isResumed: Bool
    }

    let rules: SimulatedRules
    private(set) var complaints: [String] = []
    private(set) var lives: [SimulatedPayment.Identity: Life] = [:]
    private(set) var tip: Int?
    private(set) var isHalted = false
    var issues: [Int: [Issue]] = [:]
    private var ids: Set<String> = []
    private var deposits: [String: SimulatedPayment.Identity] = [:]
    private var highest: Height = 0
    private var highestShown: Height = 0
    private var finalBefore: BlockRef?
    private var isDisagreed = false
    private(set) var told = 0
    /// The same for the same events, in whatever order.
    private(set) var fingerprint: UInt64 = 0

    init(_ rules: SimulatedRules) {
        self.rules = rules
    }

    mutating func complain(_ what: String) {
        complaints.append(what)
    }

    // MARK: After every step

    mutating func observe(_ moment: Moment) {
        let newTip = followHeaders(moment)
        highestShown = max(highestShown, moment.network.shown.highest)
        if moment.isResumed {
            isHalted = false
            finalBefore = nil
            highest = min(highest, (moment.state.headers.headers.first?.height ?? 0) + rules.window)
        }
        checkUndone(newTip, moment)
        for event in moment.events { hear(event, moment, tip: newTip) }
        if (moment.state.halt != nil) != isHalted {
            complain("P10: the chain is halted or not, and that was not told")
        }
        // What was agreed is stored with the cursor; worlds of liars judge whether it was.
        highest = moment.state.headers.agreed
        tip = newTip
        finalBefore = moment.state.headers.finalized
    }

    /// P2: the stored headers are mined ones, linked, without a gap.
    private mutating func followHeaders(_ moment: Moment) -> Int? {
        let tree = moment.network.tree
        var above: Int?
        for header in moment.state.headers.headers.reversed() {
            guard let number = tree.number(of: header.hash), tree[number].header == header else {
                complain("P2: the stored header \(header.hash) was never mined")
                return nil
            }
            if let above, tree[above].parent != number {
                complain("P2: a gap in the stored headers above \(header.hash)")
            }
            above = number
        }
        return moment.state.headers.tip.flatMap { tree.number(of: $0.hash) }
    }

    /// P10: nothing is undone that was final or lies as deep as the window, and a halted chain does not move.
    private mutating func checkUndone(_ newTip: Int?, _ moment: Moment) {
        guard let tip, newTip != tip else { return }
        if isHalted { return complain("P10: a halted chain moved to \(newTip ?? -1)") }
        guard let newTip, !moment.isResumed else { return }
        let tree = moment.network.tree
        let fork = tree.fork(tip, newTip)
        guard fork != tip else { return }
        let lowest = tree.height(fork) + 1
        if highest.rawValue >= rules.window, lowest + rules.window <= highest {
            complain("P10: block \(lowest) was undone, \(rules.window) below \(highest) or deeper")
        }
        if let final = finalBefore, lowest <= final.height, final.height <= tree.height(tip) {
            complain("P10: block \(lowest) was undone, and \(final.height) was final")
        }
    }

    // MARK: What is told

    private mutating func hear(_ event: ToldEvent, _ moment: Moment, tip: Int?) {
        told += 1
        // Which delivery is given up depends on what was under way when its receiver was spared.
        if !event.type.hasPrefix("callback.") { fingerprint &+= SeededRandom.hash(0, event.id) }
        if !ids.insert(event.id).inserted { complain("P4: the event \(event.id) was told twice") }
        switch event.type {
        case "chain.halted": isHalted = true
        case "chain.resumed":
            if !moment.isResumed { complain("P10: the chain went on without a word") }
        case "chain.disagreed", "chain.agreed":
            let isDisagreed = event.type == "chain.disagreed"
            if isDisagreed == self.isDisagreed { complain("P8: \(event.type) was told twice running") }
            self.isDisagreed = isDisagreed
        case "callback.exhausted", "callback.paused", "callback.resumed": break
        default: hearOfDeposit(event, moment, tip: tip)
        }
    }

    private mutating func hearOfDeposit(_ event: ToldEvent, _ moment: Moment, tip: Int?) {
        guard let identity = event.payment, let deposit = event.deposit else {
            return complain("P4: an event without a deposit: \(event.id)")
        }
        if isHalted { complain("P10: \(event.type) of \(identity) was told by a halted chain") }
        if deposits.updateValue(identity, forKey: deposit).map({ $0 != identity }) ?? false {
            complain("P4: two payments have the id \(deposit)")
        }
        var life = lives[identity] ?? Life()
        if event.sequence != life.sequence + 1 {
            complain("P6: \(identity) was told \(event.sequence) after \(life.sequence)")
        }
        if !Self.follows(event.type, life.status) {
            complain("P9: \(identity) was told \(event.type) after \(life.status)")
        }
        life = Life(status: event.type, sequence: event.sequence, block: event.block)
        lives[identity] = life
        guard let block = moment.network.tree.number(of: BlockHash(event.block)),
            let payment = moment.network.tree[block].payments.first(where: { $0.identity == identity })
        else { return complain("P1: \(event.type) of \(identity) in \(event.block), which does not hold it") }
        if "\(payment.amount)" != event.amount || SimulatedPayment.address(payment.to).text != event.address
            || payment.asset.text != event.asset || payment.isSilent || !payment.counts
        {
            complain("P1: \(event.type) of \(identity) in \(event.block) is not what happened there")
        }
        if event.type == "deposit.confirmed" { checkConfirmed(event, payment, block, moment, tip) }
        if event.type == "deposit.finalized" { checkFinal(event, moment) }
        if ["deposit.orphaned", "deposit.reversed"].contains(event.type) { checkLeft(event, block, moment) }
    }

    private static func follows(_ type: String, _ before: String) -> Bool {
        switch type {
        case "deposit.detected", "deposit.review":
            ["", "deposit.orphaned", "deposit.reversed"].contains(before)
        case "deposit.confirmed": before == "deposit.detected"
        case "deposit.finalized": before == "deposit.confirmed"
        case "deposit.orphaned": ["deposit.detected", "deposit.review"].contains(before)
        case "deposit.reversed": ["deposit.confirmed", "deposit.finalized"].contains(before)
        default: false
        }
    }

    /// P7, P8: the policy is met, enough nodes have shown the block in this very step, and it was read once more.
    private mutating func checkConfirmed(
        _ event: ToldEvent, _ payment: SimulatedPayment, _ block: Int, _ moment: Moment, _ tip: Int?
    ) {
        let network = moment.network
        let witnesses = network.shown.witnesses(of: block, in: network.tree)
        if witnesses < rules.agree {
            complain(
                "P7: \(payment.identity) was confirmed, and \(witnesses) of \(rules.agree) nodes showed "
                    + event.block
            )
        }
        if !network.shown.bodies.contains(block) {
            complain("P7: \(payment.identity) was confirmed without reading \(event.block) again")
        }
        if payment.doubt != nil { complain("P7: \(payment.identity) was confirmed under review") }
        let view = View(event, tip: tip, finals: (finalBefore, moment.state.headers.finalized), network)
        if !view.allows(payment, in: block, rules.requirement(payment), network.tree) {
            complain(
                "P7: \(payment.identity) was confirmed at \(event.confirmations), "
                    + "which its policy does not allow"
            )
        }
    }

    /// P8: as many nodes as must agree have shown that it is gone; of what never was agreed, and so not confirmed, the
    /// one that gave it is enough.
    private mutating func checkLeft(_ event: ToldEvent, _ block: Int, _ moment: Moment) {
        let lacking = moment.network.shown.dissenters(from: block, in: moment.network.tree)
        if lacking < (event.type == "deposit.reversed" ? rules.agree : 1) {
            complain("P8: \(event.block) was taken back, and \(lacking) of \(rules.agree) nodes lack it")
        }
    }

    private mutating func checkFinal(_ event: ToldEvent, _ moment: Moment) {
        guard let final = moment.state.headers.finalized, event.height <= final.height.rawValue else {
            return complain("P7: \(event.payment.map { "\($0)" } ?? "") was told final before its block was")
        }
        let isAllowed =
            rules.finalDepth.map { final.height + ($0 - 1) <= highestShown }
            ?? moment.network.isFinal(final.height, by: rules.agree)
        if !isAllowed { complain("P7: block \(final.height) counts as final, and too few nodes said so") }
    }

    /// The chain at the moment of a confirmation, as far as it can be told afterwards.
    private struct View {
        private let confirmations: UInt64
        /// What was final before the step, and after it.
        private let finals: (before: BlockRef?, after: BlockRef?)
        private let tipTime: Timestamp?
        private let isTipPlausible: Bool
        private let isOfOneNode: Bool
        /// Some node called the deposit's block final.
        private let isSomewhereFinal: Bool
        private let highestShown: Height

        init(_ event: ToldEvent, tip: Int?, finals: (BlockRef?, BlockRef?), _ network: SimulatedNetwork) {
            confirmations = event.confirmations
            self.finals = finals
            let height = Height(event.height + event.confirmations - 1) ?? 0
            let block = tip.flatMap { network.tree.ancestor(of: $0, at: height) }
            tipTime = block.map { network.tree[$0].header.block.time }
            let ours = tip.map { network.tree.height($0) } ?? 0
            isOfOneNode = network.nodes.count == 1
            isSomewhereFinal = network.isFinal(Height(event.height) ?? 0, by: 1)
            highestShown = network.shown.highest
            isTipPlausible = height <= max(ours, network.shown.highest)
        }

        func allows(
            _ payment: SimulatedPayment, in block: Int, _ requirement: SimulatedRules.Requirement,
            _ tree: BlockTree
        ) -> Bool {
            guard isTipPlausible, confirmations >= max(payment.maturity, requirement.depth ?? 1) else {
                return false
            }
            guard requirement.finality else { return true }
            let entry = tree[block].header.block
            if let final = finals.after, entry.height <= final.height { return true }
            guard let fallback = requirement.fallback else { return false }
            // Each of several nodes confirms on its own: one may hold the block final while another, further up, goes
            // by depth and the clock of the block that it holds final. `HonestOracle` knows each.
            if !isOfOneNode {
                return confirmations >= fallback.depth
                    || isSomewhereFinal && highestShown >= entry.height + (fallback.depth - 1)
            }
            guard confirmations >= fallback.depth else { return false }
            // What was final in between cannot be told.
            guard let tipTime, finals.before != nil || finals.after == nil else { return true }
            let since = finals.before?.time ?? entry.time
            return tipTime.seconds - since.seconds >= fallback.after
        }
    }
}
