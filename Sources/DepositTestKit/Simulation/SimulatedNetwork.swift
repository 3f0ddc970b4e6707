internal import DepositCore
internal import NodeRPC

/// The truth of one world: the chain as it is mined, and every node's view of it.
struct SimulatedNetwork: Sendable {
    private(set) var tree = BlockTree()
    private(set) var best = 0
    /// The highest block that the network calls final.
    private(set) var final: Int?
    /// The highest block that each node has called final.
    private var claimedFinal: [Int: Height] = [:]
    var nodes: [SimulatedNode]
    private(set) var shown = Shown()
    private var random: SeededRandom
    private var step: UInt64 = 0
    private let seed: UInt64
    private var serial = 0
    /// Times that each node was asked for its head: its chance is another with every turn.
    private var turns: [UInt64]
    /// Payments whose block has left the chain, and that may be mined again.
    private var waiting: [SimulatedPayment] = []

    static let addresses = 10
    /// No fork reaches below this height: the first blocks that are scanned stay, for what lies below them is not kept.
    static let bedrock: Height = 12

    init(seed: UInt64, nodes: Int) {
        self.seed = seed
        random = SeededRandom(seed: seed ^ 0x6e65_7477_6f72_6b)
        self.nodes = [SimulatedNode](repeating: SimulatedNode(), count: nodes)
        turns = [UInt64](repeating: 0, count: nodes)
        best = tree.add(on: nil, [])
    }

    var height: Height { tree.height(best) }

    /// Between two steps every node's answers stay the same, but for those it gives by chance.
    mutating func beginStep() {
        step += 1
        shown = Shown()
    }

    // MARK: Mining

    mutating func mine() {
        var payments: [SimulatedPayment] = []
        if !waiting.isEmpty, random.once(in: 4) { payments.append(mineAgain(waiting.removeFirst())) }
        payments.removeAll { isMined($0, on: best) }
        if random.once(in: 3) { payments += transaction() }
        let seconds = Int64(random.once(in: 8) ? random.roll(1...90) : 10)
        best = tree.add(on: best, payments, seconds: seconds)
    }

    mutating func mine(_ payments: [SimulatedPayment]) {
        best = tree.add(on: best, payments)
    }

    /// Replaces the newest blocks by others, of which there may be fewer or more.
    ///
    /// - Returns: how many blocks have left the chain.
    @discardableResult
    mutating func reorganise(_ depth: Int, length: Int) -> Int {
        let base = tree.ancestor(of: best, at: height - UInt64(depth)) ?? 0
        let removed = tree.branch(from: tree.height(base) + 1, to: best)
        if let final, !tree.contains(final, in: base) { self.final = base }
        best = base
        var again = [[SimulatedPayment]](repeating: [], count: max(1, length))
        for payment in removed.flatMap({ tree[$0].payments }) {
            switch random.roll(1...10) {
            case 1...6: again[random.roll(0...again.count - 1)].append(payment)
            case 7: again[random.roll(0...again.count - 1)].append(mineAgain(payment))
            case 8...9: waiting.append(payment)
            default: break
            }
        }
        for payments in again {
            mine(payments.filter { !isMined($0, on: best) } + (random.once(in: 4) ? transaction() : []))
        }
        return removed.count
    }

    mutating func finalize(upTo depth: UInt64) {
        guard let block = tree.ancestor(of: best, at: height - depth) else { return }
        if let final, !tree.contains(final, in: block) { return }
        final = block
    }

    /// A branch that only a liar shows, with payments that nobody made.
    mutating func invent(by node: Int, depth: Int, length: Int) -> Int {
        var tip = tree.ancestor(of: best, at: max(min(height, Self.bedrock), height - UInt64(depth))) ?? 0
        for _ in 0..<length { tip = tree.add(on: tip, transaction(), inventor: node) }
        return tip
    }

    /// The last block of some branch that is not the best one, if there is one near.
    mutating func staleTip() -> Int? {
        let recent = (max(0, tree.entries.count - 40)..<tree.entries.count).filter {
            tree[$0].inventor == nil && !tree.contains($0, in: best)
        }
        return recent.isEmpty ? nil : random.pick(recent)
    }

    /// A call whose transaction reverted half way may move another amount when it is mined again.
    private mutating func mineAgain(_ payment: SimulatedPayment) -> SimulatedPayment {
        var payment = payment
        if random.once(in: 4) { payment.amount = amount() }
        return payment
    }

    private mutating func transaction() -> [SimulatedPayment] {
        serial += 1
        let outputs = random.once(in: 3) ? random.roll(2...4) : 1
        let to = random.roll(0...Self.addresses + 1)
        return (0..<outputs).map { output in
            SimulatedPayment(
                identity: SimulatedPayment.Identity(transaction: "t\(serial)", output: output),
                asset: AssetID(random.pick(["COIN", "COIN", "COIN", "TOKEN", "TOKEN", "FAKE"])),
                amount: amount(), to: random.once(in: 2) ? to : random.roll(0...Self.addresses + 1),
                maturity: random.once(in: 12) ? 4 : 1,
                doubt: random.once(in: 20) ? .transactionTypeUnknown : nil)
        }
    }

    /// Nothing, below a minimum, and both sides of a policy's limit.
    private mutating func amount() -> UInt64 { random.pick([0, 4, 5, 100, 100, 999, 1_000, 50_000]) }

    /// No transaction is twice on one chain.
    private func isMined(_ payment: SimulatedPayment, on tip: Int) -> Bool {
        tree.branch(from: tree.height(tip) - 80, to: tip).contains { block in
            tree[block].payments.contains { $0.identity.transaction == payment.identity.transaction }
        }
    }

    // MARK: What nodes answer

    mutating func head(_ index: Int) throws(NodeError) -> Head {
        turns[index] += 1
        try assertAnswers(index, 1, 0)
        let tip = tip(index, asked: 1)
        show(tip, by: index)
        return Head(header: tree[tip].header, finalized: finalized(index, tip))
    }

    mutating func headers(_ index: Int, _ heights: ClosedRange<Height>) throws(NodeError) -> [Header] {
        try assertAnswers(index, 2, heights.lowerBound.rawValue)
        let tip = tip(index, asked: heights.lowerBound.rawValue)
        guard let top = tree.ancestor(of: tip, at: min(heights.upperBound, tree.height(tip))) else {
            return []
        }
        var blocks = tree.branch(from: heights.lowerBound, to: top)
        if nodes[index].fault == .short, !blocks.isEmpty {
            let gap = Int(chance(index, 3, 0) % UInt64(blocks.count))
            if chance(index, 8, 0) % 2 == 0 { blocks.removeLast(gap) } else { blocks.remove(at: gap) }
        }
        if case .flipping(let other) = nodes[index].view, chance(index, 7, 0) % 2 == 0 {
            // A batch whose calls two back ends have answered.
            blocks = blocks.map { $0 % 3 == 0 ? tree.ancestor(of: other, at: tree.height($0)) ?? $0 : $0 }
        }
        for block in blocks { show(block, by: index) }
        return blocks.map { tree[$0].header }
    }

    mutating func payments(_ index: Int, in header: Header) throws(NodeError) -> [SimulatedPayment] {
        try assertAnswers(index, 4, header.height.rawValue)
        guard let block = tree.number(of: header.hash), has(index, block),
            nodes[index].fault != .withoutBodies
        else { throw fault(index, .missing("block \(header.height) \(header.hash)")) }
        if nodes[index].fault == .forging {
            throw fault(index, .unproven("the body of block \(header.height)"))
        }
        shown.noteBody(block)
        return tree[block].payments
    }

    func identity(_ index: Int) throws(NodeError) {
        try assertAnswers(index, 5, 0)
    }

    /// What another node has made up is known to no other.
    private func has(_ index: Int, _ block: Int) -> Bool {
        guard let inventor = tree[block].inventor else { return true }
        return inventor == index
    }

    private mutating func show(_ block: Int, by index: Int) {
        shown.note(block, at: tree.height(block), by: index)
    }

    private func assertAnswers(_ index: Int, _ call: UInt64, _ about: UInt64) throws(NodeError) {
        switch nodes[index].fault {
        case .down(let what): throw fault(index, what)
        case .shaky(let what) where chance(index, call, about) % 3 == 0: throw fault(index, what)
        case .shaky, .withoutBodies, .forging, .short, nil: break
        }
    }

    private func fault(_ index: Int, _ what: NodeError.Fault) -> NodeError {
        NodeError(node: "\(index)", fault: what)
    }

    private func tip(_ index: Int, asked: UInt64) -> Int {
        switch nodes[index].view {
        case .best: best
        case .behind(let lag): tree.ancestor(of: best, at: height - lag) ?? best
        case .stuck(let tip): tip
        case .flipping(let other): chance(index, 6, asked) % 2 == 0 ? best : other
        }
    }

    /// Whether so many nodes have called this height final, or a higher one.
    func isFinal(_ height: Height, by count: Int) -> Bool {
        claimedFinal.values.count { $0 >= height } >= count
    }

    private mutating func finalized(_ index: Int, _ tip: Int) -> BlockRef? {
        let block: Int? =
            switch nodes[index].word {
            case .honest: final
            case .none: nil
            case .behind(let lag): final.flatMap { tree.ancestor(of: $0, at: tree.height($0) - lag) }
            case .boasting: tip
            }
        guard let block, tree.contains(block, in: tip) || tree.height(block) > tree.height(tip) else {
            return nil
        }
        claimedFinal[index] = max(claimedFinal[index] ?? 0, tree.height(block))
        return tree[block].header.block
    }

    /// Chance that does not depend on who asks first.
    private func chance(_ index: Int, _ call: UInt64, _ about: UInt64) -> UInt64 {
        SeededRandom.hash(seed, step, UInt64(index), turns[index], call, about)
    }
}
