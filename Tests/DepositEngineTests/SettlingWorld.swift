import ChainKit
import DepositCore
import DepositEngine
import DepositStore
import DepositTestKit
import NodeRPC
import Synchronization

/// A chain whose later blocks commit to what a block did, the real pipeline, and one node; or several that must agree.
///
/// From block 3 on: 5 settles 3, 7 settles 4 and 5, 9 settles 6 and 7, and so on.
struct SettlingWorld {
    let chain: TestChain
    let nodes: [ScriptedNode]
    let store: Store
    let clock = MovedClock()
    let alice: Address
    let bob: Address
    private let watching: LiveWatchlist
    private let council: [Seat]
    private let agree: Int
    private(set) var pipeline: Pipeline
    private(set) var told: [String] = []

    /// Blocks 1 and 2 are there.
    init(nodes names: [String] = ["a"], agree: Int = 1, from: Height = 1) async throws {
        chain = try TestChain(settledSince: 3)
        nodes = names.map { [chain] in chain.node($0) }
        store = try Store(at: .memory)
        alice = try chain.address(1)
        bob = try chain.address(2)
        watching = try await LiveWatchlist.load(chain.chain.spec.id, from: store)
        council = nodes.enumerated().map { [chain] place, node in
            Seat(place: place, node: ChainNode(name: node.name, adapter: chain.chain.adapter(on: node.node)))
        }
        self.agree = agree
        let settings = Watcher.Settings(chain.chain.spec, from: from, agree: agree)
        pipeline = try await Pipeline.open(
            chain.chain, store: store, watching: watching, clock: clock, settings: settings,
            nodes: names.count
        ).pipeline
        try await issue(alice)
        try chain.mine(count: 2)
    }

    func issue(_ address: Address, from height: Height? = nil) async throws {
        let new = [NewAddress(address, label: nil, from: height)]
        let registration = try await store.add(new, on: chain.chain.spec.id, now: clock.now)
        watching.add([address.key], generation: registration.generation)
    }

    /// A daemon that was killed and started again: only the store remains.
    mutating func restart() async throws {
        pipeline = try await Pipeline.open(
            chain.chain, store: store, watching: watching, clock: clock,
            settings: Watcher.Settings(chain.chain.spec, from: nil, agree: agree), nodes: nodes.count
        ).pipeline
    }

    /// Turns, each with the first node, and beats where there are several, until nothing more comes of it.
    mutating func rest() async throws {
        for _ in 0..<40 {
            let seat = council[0]
            let turn = try await pipeline.turn(seat, in: Council(council))
            var events = turn.events
            var isIdle = turn.isIdle
            if council.count > 1 {
                let beat = try await pipeline.beat(Council(council))
                events += beat.events
                isIdle = isIdle && beat.isIdle
            }
            let backfill = try await pipeline.backfill(seat.node)
            events += backfill?.events ?? []
            try await note(events)
            if isIdle, backfill == nil { return }
        }
    }

    /// One turn or beat, and what it said of waiting.
    mutating func look() async throws -> Turn {
        let turn = try await pipeline.turn(council[0], in: Council(council))
        try await note(turn.events)
        guard council.count > 1 else { return turn }
        let beat = try await pipeline.beat(Council(council))
        try await note(beat.events)
        return beat
    }

    /// Lets seconds pass, in which a failed proof is not tried again.
    func wait(seconds: Int64) { clock.advance(by: seconds) }

    private mutating func note(_ events: [Event]) async throws {
        for event in events {
            guard case .deposit(let id, _) = event.subject else {
                told.append(event.type.rawValue)
                continue
            }
            let deposit = try await store.history(of: id)?.deposit
            let asset = deposit?.transfer.asset.text ?? "?"
            told.append("\(event.type.rawValue.dropFirst("deposit.".count)) \(asset)")
        }
    }
}

/// A clock that stands still until a test moves it; nobody waits by it.
final class MovedClock: EngineClock {
    private let seconds = Mutex<Int64>(1_800_000_000)

    var now: Timestamp { Timestamp(seconds: seconds.withLock { $0 }) }

    func advance(by more: Int64) { seconds.withLock { $0 += more } }

    func sleep(milliseconds: Int) async throws {}
}
