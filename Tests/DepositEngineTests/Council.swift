import ChainKit
import DepositCore
import DepositEngine
import DepositStore
import DepositTestKit
import NodeRPC

/// Several nodes, each with a chain of its own to show, and one pipeline that must find out what stands.
struct Council {
    let nodes: [ScriptedChain]
    let store: Store
    private let members: [ChainNode]
    private var pipeline: Pipeline
    private(set) var events: [Event] = []
    private(set) var hold: Hold?

    init(_ count: Int, agree: Int, file: String = ScriptedChain.file) async throws {
        nodes = (0..<count).map { _ in ScriptedChain() }
        store = try Store(at: .memory)
        members = try nodes.enumerated().map { index, chain in
            let name = "node \(index)"
            let node = Node(name: name, wire: TapeWire(try Tape("")))
            return ChainNode(name: name, adapter: try chain.chain(file).adapter(on: node))
        }
        let family = try nodes[0].chain(file)
        let watching = try await LiveWatchlist.load(family.spec.id, from: store)
        pipeline = try await Pipeline.open(
            family.spec, store: store, watching: watching, clock: FixedClock(World.now), from: 0, agree: agree
        ).pipeline
        let alice = NewAddress(try family.address("alice"), label: nil, from: nil)
        let registration = try await store.add([alice], on: family.spec.id, now: World.now)
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

    /// Turns with one node, the others its peers, until there is nothing to do.
    mutating func follow(_ index: Int) async throws {
        let peers = members.enumerated().filter { $0.offset != index }.map(\.element)
        while true {
            let turn = try await pipeline.turn(members[index]) { peers }
            events += turn.events
            hold = turn.hold
            if turn.isIdle || turn.halt != nil { return }
        }
    }

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
