internal import DepositCore
internal import NodeRPC

/// A transfer as a node gives it: what was paid, and by whom.
struct ShownPayment: Hashable, Sendable {
    var payment: SimulatedPayment
    var sender: String

    init(_ payment: SimulatedPayment) {
        self.payment = payment
        sender = HostileNetwork.sender(of: payment)
    }
}

// What the nodes answer.
extension HostileNetwork {
    mutating func head(_ place: Int) throws(NodeError) -> Head {
        questions[place, default: 0] += 1
        if let node = honest[place] {
            try assertAnswers(place, node, 1, 0)
            return Head(header: tree[node.tip].header, finalized: node.final.map { tree[$0].header.block })
        }
        let (liar, face) = try face(place, 1, 0)
        try assertProven([face.claim], by: place)
        return Head(header: tree[face.claim].header, finalized: claimedFinal(liar, face.head))
    }

    func headers(_ place: Int, _ heights: ClosedRange<Height>) throws(NodeError) -> [Header] {
        let about = heights.lowerBound.rawValue
        if let node = honest[place] {
            try assertAnswers(place, node, 2, about)
            if heights.lowerBound < node.keptFrom { throw missing(place, "block \(heights.lowerBound)") }
            return branch(heights, of: node.tip).map { tree[$0].header }
        }
        let (liar, face) = try face(place, 2, about)
        let isTurn = heights.upperBound > (ours.map { tree.height($0) } ?? 0)
        let tip = isTurn ? face.turn : face.sound
        var blocks = branch(heights, of: tip)
        switch liar.manner {
        case .short where !blocks.isEmpty:
            let gap = chance(place, 3, about) % blocks.count
            if chance(place, 4, about) % 2 == 0 { blocks.removeLast(gap) } else { blocks.remove(at: gap) }
        case .shifted:
            let other = heights.lowerBound - UInt64(1 + chance(place, 5, about) % 3)
            blocks = branch(other...max(other, heights.upperBound - 1), of: tip)
        default: break
        }
        try assertProven(blocks, by: place)
        return blocks.map { tree[$0].header }
    }

    func payments(_ place: Int, in header: Header) throws(NodeError) -> [ShownPayment] {
        guard let block = tree.number(of: header.hash) else {
            throw missing(place, "block \(header.height) \(header.hash)")
        }
        let shown = tree[block].payments.map { ShownPayment($0) }
        if let node = honest[place] {
            try assertAnswers(place, node, 6, header.height.rawValue)
            guard tree[block].inventor == nil, header.height >= node.keptFrom else {
                throw missing(place, "block \(header.height) \(header.hash)")
            }
            return shown
        }
        let (liar, _) = try face(place, 6, header.height.rawValue)
        try assertProven([block], by: place)
        switch liar.manner {
        case .withoutBodies: throw missing(place, "the body of block \(header.height)")
        case .forging where rules.isProven:
            throw NodeError(node: "\(place)", fault: .unproven("the body of block \(header.height)"))
        default: break
        }
        return rules.isProven || areLiarsCured ? shown : altered(shown, of: block, by: place)
    }

    func identity(_ place: Int) throws(NodeError) {
        if let node = honest[place] { return try assertAnswers(place, node, 7, 0) }
        _ = try face(place, 7, 0)
    }

    /// Whether the node's branch above a block holds more work than so many of ours.
    func outweighs(_ place: Int, _ ours: Int, above fork: Header) throws(NodeError) -> Bool {
        let tip: Int
        if let node = honest[place] {
            try assertAnswers(place, node, 8, fork.height.rawValue)
            tip = node.tip
        } else {
            tip = try face(place, 8, fork.height.rawValue).1.sound
        }
        guard let base = tree.number(of: fork.hash), tree.contains(base, in: tip) else { return false }
        let blocks = tree.branch(from: fork.height + 1, to: tip)
        try assertProven(blocks, by: place)
        return blocks.count > ours
    }

    // MARK: Liars

    /// Where no proof holds them: payments left out, altered, sent by another, made up. Liars say the same, mostly.
    private func altered(_ shown: [ShownPayment], of block: Int, by place: Int) -> [ShownPayment] {
        let party = SeededRandom.hash(seed, UInt64(block))
        var random = SeededRandom(seed: party % 5 == 0 ? SeededRandom.hash(party, UInt64(place)) : party)
        var altered: [ShownPayment] = []
        for var one in shown {
            switch random.roll(1...8) {
            case 1, 2: continue
            case 3: one.payment.amount += 1
            case 4: one.sender = "thief"
            default: break
            }
            altered.append(one)
        }
        if random.once(in: 5) {
            altered.append(
                ShownPayment(
                    SimulatedPayment(
                        identity: SimulatedPayment.Identity(transaction: "f\(block)", output: 0),
                        asset: AssetID("COIN"), amount: random.pick(HostileRules.amounts),
                        to: random.roll(0...Self.addresses - 1), maturity: 1, doubt: nil)))
        }
        return altered
    }

    private func face(
        _ place: Int, _ call: UInt64, _ about: UInt64
    ) throws(NodeError) -> (Liar, Liar.Face) {
        guard let liar = liars[place], !liar.faces.isEmpty else {
            throw NodeError(node: "\(place)", fault: .unreachable("refused"))
        }
        if case .failing = liar.manner, chance(place, 9, about &+ call) % 3 == 0 {
            throw NodeError(node: "\(place)", fault: .http(status: 502, excerpt: "bad gateway"))
        }
        return (liar, liar.faces[chance(place, 10, about &+ call) % liar.faces.count])
    }

    /// Blocks without work are refused where work is needed.
    private func assertProven(_ blocks: [Int], by place: Int) throws(NodeError) {
        guard rules.kind == .worked else { return }
        for block in blocks where tree[block].inventor != nil && !paid.contains(block) {
            throw NodeError(node: "\(place)", fault: .unproven("block \(tree.height(block)) has no work"))
        }
    }

    // MARK: Honest nodes

    private func branch(_ heights: ClosedRange<Height>, of tip: Int) -> [Int] {
        var top = tip
        if tree.height(tip) > heights.upperBound {
            // A leap may have no block at the very height: the highest one below it, then.
            while tree.height(top) > heights.upperBound {
                let jump = tree[top].jump
                guard let parent = tree[top].parent else { return [] }
                top = tree.height(jump) >= heights.upperBound ? jump : parent
            }
        }
        return tree.height(top) < heights.lowerBound ? [] : tree.branch(from: heights.lowerBound, to: top)
    }

    private func assertAnswers(
        _ place: Int, _ node: HonestNode, _ call: UInt64, _ about: UInt64
    ) throws(NodeError) {
        if !node.isUp(at: now) { throw NodeError(node: "\(place)", fault: .unreachable("refused")) }
        if node.shakyUntil > now, chance(place, call, about) % 3 == 0 {
            throw NodeError(node: "\(place)", fault: .http(status: 502, excerpt: "bad gateway"))
        }
    }

    private func missing(_ place: Int, _ what: String) -> NodeError {
        NodeError(node: "\(place)", fault: .missing(what))
    }
}
