internal import DepositCore
internal import DepositEngine
internal import DepositStore

/// One world with liars, all of it from one seed, around the real watcher and store.
///
/// The world moves a step, the daemon works until it pauses, and the oracle judges what became of it.
struct HostileWorld {
    let rules: HostileRules
    let share: HostileShare
    let time = SimulatedTime()
    var random: SeededRandom
    var oracle: HonestOracle
    let store: Store
    var daemon: SimulatedDaemon
    private var dead: [SimulatedDaemon] = []
    private var feed: Cursor?
    private var isNew = true

    init(seed: UInt64, _ nodes: Simulation.Nodes? = nil) async throws {
        random = SeededRandom(seed: seed ^ 0x77_6f72_6c64)
        rules = HostileRules(&random, nodes)
        share = HostileShare(HostileNetwork(seed: seed, rules, start: time.now.seconds))
        oracle = HonestOracle(rules, began: time.now.seconds)
        store = try Store(at: .memory)
        _ = try await store.openChain(SimulatedWorld.chain, window: rules.window)
        for number in 0..<HostileNetwork.addresses - 2 {
            let new = NewAddress(SimulatedPayment.address(number), label: nil, from: nil)
            _ = try await store.add([new], on: SimulatedWorld.chain, now: time.now)
            oracle.issues[number] = .some(nil)
        }
        daemon = try await Self.daemon(rules, share, store, time)
    }

    private static func daemon(
        _ rules: HostileRules, _ share: HostileShare, _ store: Store, _ time: SimulatedTime
    ) async throws -> SimulatedDaemon {
        let process = SimulatedProcess(time)
        let chain = HostileChain(try rules.spec, rules, share, process)
        let settings = Watcher.Settings(chain.spec, from: rules.from, agree: rules.agree)
        return try await SimulatedDaemon(chain, nodes: rules.nodes, settings, process, store)
    }

    var complaints: [String] { oracle.complaints }

    /// Who lies and how, and who is honest, for people who look into a world.
    var description: String {
        share.with { network in
            let liars = network.liars.keys.sorted().map { place in
                "\(place): \(network.liars[place].map { "\($0.scheme) \($0.manner)" } ?? "")"
            }
            return "\(rules.kind), \(rules.nodes) nodes, agree \(rules.agree), "
                + "liars [\(liars.joined(separator: ", "))], \(rules.isProven ? "proven" : "unproven")"
        }
    }

    /// Lives until so many blocks are mined, then in peace until all is done.
    mutating func live(blocks: Int) async throws {
        try await judge()
        while share.with({ $0.mined - rules.boot }) < blocks, complaints.isEmpty { try await step() }
        if complaints.isEmpty, !rules.isOverrun { try await findPeace() }
        if !complaints.isEmpty { oracle.complain(description) }
    }

    /// Something happens, and the daemon deals with it.
    private mutating func step() async throws {
        var doom: UInt64?
        var seconds = random.roll(1...HostileRules.beat)
        switch random.roll(1...200) {
        case 1, 2: try await issueLate()
        case 3, 4: doom = random.next()
        case 5: try await restart()
        case 6 where random.once(in: 3): seconds = random.roll(100...1_200)
        default: break
        }
        if oracle.isHalted, random.once(in: 10) { daemon.resume() }
        try await pass(seconds, doom: doom)
    }

    private mutating func pass(_ seconds: Int, doom: UInt64? = nil) async throws {
        share.with { network in
            network.ours = oracle.tip
            network.live(seconds: seconds)
            network.scheme()
        }
        time.pass(Int64(seconds))
        if seconds > 2 * HostileRules.beat { isNew = true }
        let rest = await daemon.turn(doom: doom)
        if case .ended(let why) = rest { oracle.complain("the daemon: \(why)") }
        if rest != .asleep { try await restart() }
        try await judge()
    }

    private mutating func restart() async throws {
        daemon.process.kill()
        dead.append(daemon)
        daemon = try await Self.daemon(rules, share, store, time)
        isNew = true
    }

    private mutating func judge() async throws {
        let state = try await store.openChain(SimulatedWorld.chain, window: rules.window)
        let page = try await store.events(after: feed, limit: 100_000)
        feed = page.next
        let events = try page.items.map { try ToldEvent(id: $0.id.text, body: $0.body) }
        let network = share.with { network in
            defer { network.news = [] }
            return network
        }
        oracle.observe(
            HonestOracle.Moment(
                network: network, state: state, events: events, nodes: daemon.nodes, isNew: isNew))
        isNew = false
    }

    // MARK: Addresses

    private mutating func issueLate() async throws {
        let address = random.roll(0...HostileNetwork.addresses - 1)
        guard oracle.issues[address] == nil, let tip = oracle.tip else { return }
        let height = share.with { min($0.tree.height($0.best), $0.tree.height(tip)) }
        let from = height - UInt64(random.roll(0...60))
        try await SimulatedWorld.issue(address, from: from, store, daemon.watching, time.now)
        oracle.issues[address] = .some(from)
    }

    // MARK: Peace

    /// What ails honest nodes is cured, and liars lie on only where they may: then everything comes to its end.
    private mutating func findPeace() async throws {
        share.with { $0.heal() }
        var left: String? = "nothing was looked at"
        let until = time.now.seconds + 3 * rules.patience + 400
        while left != nil, complaints.isEmpty, time.now.seconds < until {
            if oracle.isHalted { daemon.resume() }
            try await pass(random.roll(1...HostileRules.beat))
            let state = try await store.openChain(SimulatedWorld.chain, window: rules.window)
            let stored = try await store.deposits(DepositFilter(), after: nil, limit: 1_000_000).items
            left = share.with { oracle.unsettled(stored, state, $0) }
        }
        if let left, complaints.isEmpty { oracle.complain("in peace, \(left); \(daemon.state)") }
    }

    /// Lets go of everything.
    mutating func end() async {
        for life in dead + [daemon] { await life.bury() }
        await store.close()
    }
}
