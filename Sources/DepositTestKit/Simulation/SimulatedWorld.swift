internal import DepositCore
internal import DepositEngine
internal import DepositStore
internal import Foundation

/// One world, all of it from one seed: chain, nodes, disk, clock and receivers around the real daemon.
///
/// The world moves a step, the daemon works until it pauses, and the oracle judges what became of it.
struct SimulatedWorld {
    static let chain = ChainID("simulated")

    let rules: SimulatedRules
    let network: SharedNetwork
    let time = SimulatedTime()
    let office: SimulatedOffice
    var random: SeededRandom
    var oracle: Oracle
    var store: Store
    var daemon: SimulatedDaemon
    /// Killed, and not let go yet.
    private var dead: [SimulatedDaemon] = []
    private let file: String?
    private var feed: Cursor?
    /// Everything that the feed has told, in its order.
    private(set) var told: [FeedItem] = []
    private(set) var mined = 0
    var isResuming = false

    init(seed: UInt64, rules: SimulatedRules? = nil) async throws {
        var random = SeededRandom(seed: seed)
        let rules = rules ?? SimulatedRules(&random)
        file =
            random.once(in: 24) ? NSTemporaryDirectory() + "depositwatch-world-\(UUID().uuidString).db" : nil
        self.rules = rules
        network = SharedNetwork(SimulatedNetwork(seed: seed, nodes: rules.nodes))
        oracle = Oracle(rules)
        office = try SimulatedOffice(seed: seed, time)
        store = try Store(at: file.map { .file($0) } ?? .memory)
        try await office.open(store)
        _ = try await store.openChain(Self.chain, window: rules.window)
        let start = random.roll(4...12)
        network.with { network in for _ in 0..<start { network.mine() } }
        self.random = random
        daemon = try await SimulatedDaemon(rules, network, store, time)
        try await judge()
        for address in 0..<3 { try await issue(address, from: nil) }
    }

    var complaints: [String] { oracle.complaints }

    mutating func mine(_ count: Int) {
        network.with { network in for _ in 0..<count { network.mine() } }
        mined += count
        time.pass(Int64(count) * 10)
    }

    mutating func reorganise(_ depth: Int, length: Int) {
        _ = network.with { $0.reorganise(depth, length: length) }
        mined += length
        time.pass(Int64(length) * 10)
    }

    func finalize(upTo depth: UInt64) {
        network.with { $0.finalize(upTo: depth) }
    }

    // MARK: The daemon

    /// Lets the daemon work until it pauses, and has the oracle look at what it did.
    mutating func turn(doom: UInt64? = nil, interruption: SimulatedProcess.Interruption? = nil) async throws {
        let rest = await daemon.turn(doom: doom, interruption: interruption)
        let isLate = daemon.process.takeInterruption() != nil
        if !isLate, let interruption { note(interruption.address, from: interruption.from) }
        if case .ended(let why) = rest { oracle.complain("P16: \(why)") }
        if doom != nil || rest != .asleep { try await restart() }
        try await judge()
        if isLate, let interruption { try await issue(interruption.address, from: interruption.from) }
    }

    private mutating func judge() async throws {
        let state = try await store.openChain(Self.chain, window: rules.window)
        let page = try await store.events(after: feed, limit: 100_000)
        feed = page.next
        let events = try page.items.map { try ToldEvent(id: $0.id.text, body: $0.body) }
        told += page.items
        oracle.observe(
            Oracle.Moment(network: network.current, state: state, events: events, isResumed: isResuming))
        isResuming = false
        network.with { $0.beginStep() }
    }

    /// P11: killed, and started from what is on the disk.
    private mutating func restart() async throws {
        daemon.process.kill()
        dead.append(daemon)
        if let file {
            await store.close()
            store = try Store(at: .file(file))
        }
        daemon = try await SimulatedDaemon(rules, network, store, time)
    }

    mutating func audit(isCalm: Bool = false) async throws {
        let state = try await store.openChain(Self.chain, window: rules.window)
        let deposits = try await store.deposits(DepositFilter(), after: nil, limit: 1_000_000).items
        let backfills = try await store.chains().flatMap(\.backfills)
        oracle.audit(deposits, backfills, state, network.current.tree, isCalm: isCalm)
    }

    /// Lets go of everything.
    mutating func end() async {
        for life in dead + [daemon] { await life.bury() }
        await store.close()
        guard let file else { return }
        for suffix in ["", "-wal", "-shm", ".lock"] {
            try? FileManager.default.removeItem(atPath: file + suffix)
        }
    }

    // MARK: The operator

    /// Issues an address as the API does.
    mutating func issue(_ address: Int, from: Height?) async throws {
        try await Self.issue(address, from: from, store, daemon.watching, time.now)
        note(address, from: from)
    }

    /// Notes an issue; without a height it counts from above our tip, as it was when the step began.
    private mutating func note(_ address: Int, from: Height?) {
        let tip = oracle.tip.map { network.current.tree.height($0) }
        oracle.issues[address, default: []].append(Oracle.Issue(from: from, after: tip))
    }

    static func issue(
        _ number: Int, from: Height?, _ store: Store, _ watching: LiveWatchlist, _ now: Timestamp
    ) async throws {
        let address = SimulatedPayment.address(number)
        let new = [NewAddress(address, label: "customer-\(number)", from: from)]
        _ = try await store.add(new, on: chain, now: now) {
            watching.add([address.key], generation: $0.generation)
        }
    }

    mutating func resume() {
        guard oracle.isHalted else { return }
        daemon.resume()
        isResuming = true
    }
}
