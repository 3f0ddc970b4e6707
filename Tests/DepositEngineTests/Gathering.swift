import ChainKit
import DepositCore
@testable import DepositEngine
import DepositStore
import DepositTestKit
import NodeRPC

/// Several nodes, each with a chain of its own to show, and one pipeline that must find out what stands.
struct Gathering {
    let nodes: [ScriptedChain]
    let store: Store
    let clock = SteppedClock()
    private let seats: [Seat]
    private var pipeline: Pipeline
    private(set) var events: [Event] = []
    private(set) var hold: Hold?
    private(set) var losing: Set<Int> = []
    private(set) var wait: String?
    private(set) var complaints: [String] = []
    private let family: any Chain
    private let watching: LiveWatchlist
    private let settings: Watcher.Settings

    init(
        _ count: Int, agree: Int, file: String = ScriptedChain.file,
        witness: Watcher.Settings.Witness = .every
    )
        async throws
    {
        nodes = (0..<count).map { _ in ScriptedChain() }
        store = try Store(at: .memory)
        seats = try nodes.enumerated().map { index, chain in
            let name = "node \(index)"
            let node = Node(name: name, wire: TapeWire(try Tape("")))
            return Seat(
                place: index, node: ChainNode(name: name, adapter: try chain.chain(file).adapter(on: node)))
        }
        family = try nodes[0].chain(file)
        watching = try await LiveWatchlist.load(family.spec.id, from: store)
        settings = Watcher.Settings(family.spec, from: 0, agree: agree, witness: witness)
        pipeline = try await Pipeline.open(
            family, store: store, watching: watching, clock: clock, settings: settings, nodes: count
        ).pipeline
        let alice = NewAddress(try family.address("alice"), label: nil, from: nil)
        let registration = try await store.add([alice], on: family.spec.id, now: clock.now)
        watching.add([alice.address.key], generation: registration.generation)
    }

    /// The same block on every node, or on those named.
    func mine(_ payments: ScriptedChain.Payment..., on: [Int]? = nil, branch: String = "a", count: Int = 1) {
        for index in on ?? Array(nodes.indices) {
            for _ in 0..<count {
                if let payment = payments.first {
                    nodes[index].mine(payment, branch: branch)
                } else {
                    nodes[index].mine(branch: branch)
                }
            }
        }
    }

    /// A beat, turns with one node until it gives nothing more, and a beat at which what it gave is heard of.
    mutating func follow(_ index: Int) async throws {
        try await beat()
        while try await turn(index) {}
        try await beat()
    }

    /// Ten seconds later, every node that answers is heard.
    mutating func beat() async throws {
        clock.skip(seconds: 10)
        note(try await pipeline.beat(Council(seats)))
    }

    /// - Returns: whether blocks were scanned.
    mutating func turn(_ index: Int) async throws -> Bool {
        let turn = try await pipeline.turn(seats[index], in: Council(seats))
        note(turn)
        return !turn.isIdle
    }

    private mutating func note(_ turn: Turn) {
        events += turn.events
        if turn.seat == nil { hold = turn.hold }
        wait = turn.wait
        losing = Set(turn.losing.keys)
        complaints += turn.complaints.map { "\($0.error)" }
    }

    mutating func restart() async throws {
        pipeline = try await Pipeline.open(
            family, store: store, watching: watching, clock: clock, settings: settings, nodes: nodes.count
        ).pipeline
    }

    var tip: BlockHash? { pipeline.local.tip?.hash }
    var agreed: BlockHash? { pipeline.agreedBlock?.hash }

    /// Such as `confirmed t1`, `chain.disagreed`.
    var told: [String] {
        events.map { event in
            guard let fields = try? ExpectedEvent(event).fields, let status = fields["status"] else {
                return event.type.rawValue
            }
            return "\(status) \(fields["transaction"] ?? "?")"
        }
    }
}
