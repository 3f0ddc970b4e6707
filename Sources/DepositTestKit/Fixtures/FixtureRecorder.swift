public import ChainKit
public import DepositCore
public import DepositEngine
internal import DepositStore
public import NodeRPC

/// Writes a fixture from a live node: the real pipeline follows it, and every answer goes to the tape.
///
/// The node's head is watched over a second connection that is not recorded. When it moves, a step of the tape
/// begins, and the pipeline runs until it rests; so a step holds all that belongs to one head, and nothing of the next.
public struct FixtureRecorder: Sendable {
    /// How far below the head every step is read once more, so that a daemon at another pace finds its answers too.
    private static let depth: UInt64 = 32

    private let chain: any Chain
    private let watch: WatchFile
    private let from: Height
    private let recording: RecordingWire
    private let recorded: any ChainAdapter
    private let scout: any ChainAdapter
    private let clock: any EngineClock

    /// - Parameter write: takes one line of the tape.
    public init(
        _ chain: any Chain, endpoint: NodeEndpoint, watch: WatchFile, from: Height, clock: any EngineClock,
        write: @escaping @Sendable (String) -> Void
    ) {
        self.chain = chain
        self.watch = watch
        self.from = from
        self.clock = clock
        recording = RecordingWire(HTTPWire(endpoint), write: write)
        recorded = chain.adapter(on: Node(name: endpoint.name, wire: recording))
        scout = chain.adapter(on: Node(endpoint))
    }

    /// Records until cancelled.
    ///
    /// - Parameter stepDone: called with each step that is wholly on the tape.
    public func record(stepDone: @Sendable (Int, Head) -> Void) async throws {
        try await recorded.verifyIdentity()
        let store = try Store(at: .memory)
        let watching = try await LiveWatchlist.load(chain.spec.id, from: store)
        var (pipeline, _) = try await Pipeline.open(
            chain, store: store, watching: watching, clock: clock, from: from)
        let registration = try await store.add(watch.addresses, on: chain.spec.id, now: clock.now)
        watching.add(watch.addresses.map(\.address.key), generation: registration.generation)
        var last: Head?
        var isHalted = false
        while !Task.isCancelled {
            let head = try await scout.head()
            if head == last {
                try await clock.sleep(milliseconds: 100)
                continue
            }
            if last != nil { recording.beginStep() }
            if !isHalted { isHalted = try await follow(&pipeline) }
            try await readAround(head, watching.current)
            stepDone(recording.step, head)
            last = head
        }
    }

    /// Turns until there is nothing more to do at this head; true when the chain has halted, and stays so.
    private func follow(_ pipeline: inout Pipeline) async throws -> Bool {
        while true {
            let node = ChainNode(name: "recorded", adapter: recorded)
            let turn = try await pipeline.turn(node)
            if turn.halt != nil { return true }
            if turn.isIdle, try await pipeline.backfill(node) == nil { return false }
        }
    }

    private func readAround(_ head: Head, _ watchlist: Watchlist) async throws {
        let lowest = max(from, head.header.height - Self.depth)
        guard lowest <= head.header.height else { return }
        let headers = try await recorded.headers(at: lowest...head.header.height)
        _ = try await recorded.blocks(headers, watching: watchlist)
    }
}
