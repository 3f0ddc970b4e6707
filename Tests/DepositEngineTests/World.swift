import ChainKit
import DepositCore
import DepositEngine
import DepositStore
import DepositTestKit
import NodeRPC

/// A scripted chain, an empty store and the real pipeline between them; `alice` is watched.
struct World {
    let chain = ScriptedChain()
    let store: Store
    private let family: any Chain
    private let adapter: any ChainAdapter
    private let watching: LiveWatchlist
    private let restarting: Bool
    private var pipeline: Pipeline
    private(set) var isHalted = false
    /// Slices of a backfill that the node did not serve.
    private var refusals = 0
    private(set) var events: [Event] = []

    init(watching addresses: [String] = ["alice"], restarting: Bool = false) async throws {
        store = try Store(at: .memory)
        family = try chain.chain()
        let node = Node(name: "scripted", wire: TapeWire(try Tape("")))
        adapter = family.adapter(on: node)
        watching = try await LiveWatchlist.load(family.spec.id, from: store)
        self.restarting = restarting
        pipeline = try await Pipeline.open(
            family, store: store, watching: watching, clock: FixedClock(Self.now), from: 0
        ).pipeline
        if !addresses.isEmpty { try await issue(addresses) }
    }

    static let now = Timestamp(seconds: 1_800_000_000)

    /// Issues addresses as the API does: stored first, then watched.
    func issue(_ addresses: [String], from: Height? = nil) async throws {
        let new = try addresses.map { NewAddress(try family.address($0), label: nil, from: from) }
        let registration = try await store.add(new, on: family.spec.id, now: Self.now)
        watching.add(new.map(\.address.key), generation: registration.generation)
    }

    /// Issues addresses in the store alone: the moment between a registration and the first scan that knows it.
    func issueUnwatched(_ addresses: [String]) async throws {
        let new = try addresses.map { NewAddress(try family.address($0), label: nil, from: nil) }
        _ = try await store.add(new, on: family.spec.id, now: Self.now)
    }

    /// Turns until there is nothing to do.
    mutating func rest() async throws {
        while !isHalted {
            let node = ChainNode(name: "scripted", adapter: adapter)
            let turn = try await pipeline.turn(node)
            events += turn.events
            isHalted = turn.halt != nil
            var backfill: BackfillProgress?
            do {
                backfill = try await pipeline.backfill(node)
            } catch is NodeError {
                // As the watcher does when nobody serves it.
                try await pipeline.passOverBackfill()
                refusals += 1
                if refusals > 2 { return }
                continue
            }
            events += backfill?.events ?? []
            if restarting { try await restart() }
            if turn.isIdle, backfill == nil { return }
        }
    }

    /// A daemon that was killed and started again: only the store remains.
    mutating func restart() async throws {
        pipeline = try await Pipeline.open(
            family, store: store, watching: watching, clock: FixedClock(Self.now), from: 0
        ).pipeline
    }

    var tip: BlockHash? {
        get async throws { try await store.openChain(family.spec.id, window: 10).headers.tip?.hash }
    }

    /// What came out, in words: `detected t1 in 1a`, `orphaned t1 from 1a`, `chain.halted`.
    var told: [String] {
        events.map { event in
            guard let fields = try? ExpectedEvent(event).fields, let status = fields["status"] else {
                return event.type.rawValue
            }
            let preposition = ["orphaned", "reversed"].contains(status) ? "from" : "in"
            return "\(status) \(fields["transaction"] ?? "?") \(preposition) \(fields["block"] ?? "?")"
        }
    }

    var deposits: [String] {
        events.compactMap { try? ExpectedEvent($0).fields["id"] }
    }
}
