internal import DepositCore
internal import DepositEngine
internal import DepositStore

extension SimulatedWorld {
    /// Lives until so many blocks are mined, then in peace until all is done.
    mutating func live(blocks: Int) async throws {
        while mined < blocks, complaints.isEmpty { try await step() }
        if complaints.isEmpty { try await findPeace() }
    }

    /// Something happens, and the daemon deals with it.
    mutating func step() async throws {
        var doom: UInt64?
        var interruption: SimulatedProcess.Interruption?
        switch random.roll(1...100) {
        case 1...58: mine(random.roll(1...3))
        case 59...70: fork()
        case 71: mine(random.roll(20...90))
        case 72...76: try await issueAny()
        case 77: interruption = issueInFlight()
        case 78...85: troubleNode()
        case 86...90: doom = random.next()
        case 91...94: office.receivers[random.roll(0...1)].feel(random.pick(SimulatedReceiver.Mood.allCases))
        case 95...97: finalize(upTo: UInt64(random.roll(0...20)))
        default: time.pass(Int64(random.pick([1, 30, 600, 4_000])))
        }
        if random.once(in: 6) { finalize(upTo: 9) }
        if oracle.isHalted, random.once(in: 4) { resume() }
        try await turn(doom: doom, interruption: interruption)
        if random.once(in: 8) { try await deliver(isKilled: random.once(in: 6)) }
        if random.once(in: 40) { try await audit() }
    }

    mutating func deliver(isKilled: Bool = false) async throws {
        if let left = try await office.deliver(from: store, isKilled: isKilled) { oracle.complain(left) }
    }

    /// Mostly a few blocks; now and then as deep as is followed, or deeper.
    private mutating func fork() {
        let window = Int(rules.window)
        var depth =
            switch random.roll(1...20) {
            case 1...16: random.roll(1...4)
            case 17...19: random.roll(1...window - 1)
            default: random.roll(window...window + 4)
            }
        let now = network.current
        if depth < window, let final = now.final {
            depth = min(depth, Int(now.height.rawValue - now.tree.height(final).rawValue))
        }
        depth = min(depth, Int(now.height.rawValue) - Int(SimulatedNetwork.bedrock.rawValue))
        if depth > 0 { reorganise(depth, length: max(1, depth + random.roll(-1...2))) }
    }

    // MARK: Addresses

    private mutating func issueAny() async throws {
        let (address, from) = anyIssue()
        try await issue(address, from: from)
    }

    private mutating func anyIssue() -> (address: Int, from: Height?) {
        let network = network.current
        // The last block scanned is where a backfill and the head could both leave a hole.
        if let tip = oracle.tip, random.once(in: 2), let paid = network.tree[tip].payments.first {
            return (paid.to, network.tree.height(tip))
        }
        let height = Int(network.height.rawValue)
        let from: Height? = random.once(in: 2) ? nil : Height(UInt64(max(0, height - random.roll(-5...60))))
        return (random.roll(0...SimulatedNetwork.addresses - 1), from)
    }

    /// P17: an address is issued while a block that may pay it is on its way.
    private mutating func issueInFlight() -> SimulatedProcess.Interruption? {
        let network = network.current
        guard let tip = oracle.tip, network.tree.contains(tip, in: network.best) else { return nil }
        mine(1)
        let (address, from) = anyIssue()
        let above = network.tree[tip].header.hash
        return SimulatedProcess.Interruption(above: above, address: address, from: from) {
            [store, time, watching = daemon.watching] in
            try? await Self.issue(address, from: from, store, watching, time.now)
        }
    }

    // MARK: Nodes

    /// A node begins to fail, to lag, to stray or to lie; or all is well with it again.
    private mutating func troubleNode() {
        let index = random.roll(0...rules.nodes - 1)
        var node = SimulatedNode()
        switch random.roll(1...12) {
        case 1: node.view = .behind(UInt64(random.roll(1...12)))
        case 2, 3: node.view = network.with { $0.staleTip() }.map { .stuck(on: $0) } ?? .best
        case 4: node.view = network.with { $0.staleTip() }.map { .flipping($0) } ?? .best
        case 5 where index == 0:
            // One liar, who never has the company of another: `agree` promises no more.
            let depth = random.roll(0...Int(rules.window) - 2)
            let length = depth + random.roll(1...4)
            node.view = .stuck(on: network.with { $0.invent(by: index, depth: depth, length: length) })
        case 6: node.fault = .down(random.pick(SimulatedNode.errors))
        case 7: node.fault = .shaky(random.pick(SimulatedNode.errors))
        case 8: node.fault = random.pick([.withoutBodies, .forging, .short])
        case 9: node.word = random.pick([.none, .behind(5)])
        default: break
        }
        network.with { [node] in $0.nodes[index] = node }
    }

    // MARK: Peace

    /// All faults are cured, halted chains resumed, receivers well: then everything must come to its end.
    mutating func findPeace() async throws {
        network.with { network in
            for index in network.nodes.indices { network.nodes[index] = SimulatedNode() }
            network.finalize(upTo: 9)
        }
        for receiver in office.receivers { receiver.feel(.good) }
        // Nobody can say that a block is gone whose height no other chain has reached.
        let ours = oracle.tip.map { network.current.tree.height($0) } ?? 0
        while network.current.height <= ours { mine(1) }
        var isDone = false
        for _ in 0..<40 where !isDone {
            time.pass(4_000)
            resume()
            // The beat after the one that brought the head hears every node on it.
            let (before, wasThere) = (oracle.told, oracle.tip == network.current.best)
            try await turn()
            if !complaints.isEmpty { return }
            let isBackfilling = try await !store.backfills(on: Self.chain).isEmpty
            isDone = wasThere && oracle.tip == network.current.best && oracle.told == before && !isBackfilling
        }
        if oracle.tip != network.current.best {
            oracle.complain("P16: in peace the chain does not come to its head: \(daemon.state)")
        }
        try await audit(isCalm: true)
        try await settleAccounts()
    }

    /// P5: every event has reached every receiver, or the operator knows that it was given up.
    private mutating func settleAccounts() async throws {
        try await office.resume(in: store)
        for _ in 0..<6 {
            try await deliver()
            time.pass(4_000)
        }
        try await turn()
        for (receiver, event) in try await office.exhausted(in: store)
        where !told.contains(where: { $0.type == .callbackExhausted && $0.body.contains(event) }) {
            oracle.complain("P5: \(receiver) has not taken \(event), and the operator was not told")
        }
        try await office.replay(in: store)
        try await deliver()
        try await turn()
        for receiver in office.receivers {
            let ledger = receiver.ledger
            for complaint in ledger.complaints { oracle.complain("\(receiver.name): \(complaint)") }
            let others = told.filter {
                !($0.type.rawValue.hasPrefix("callback.") && $0.body.contains("\"\(receiver.name)\""))
            }
            for event in others where ledger.taken[event.id.text] != event.body {
                oracle.complain("P5: \(receiver.name) has not taken \(event.type.rawValue) \(event.id)")
            }
        }
    }
}
