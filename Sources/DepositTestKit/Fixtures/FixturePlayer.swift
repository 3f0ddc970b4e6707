public import DepositCore
internal import ChainKit
public import DepositEngine
public import DepositStore
internal import NodeRPC

/// Runs a fixture through the real pipeline and an empty store, one step of its tape after the other.
public struct FixturePlayer: Sendable {
    /// How often the daemon is stopped and started again while it plays.
    public enum Restarts: Sendable { case never, afterEveryTurn }

    private let fixture: Fixture
    private let restarts: Restarts
    private let clock: FixedClock

    /// More turns than any tape needs: a pipeline that does not come to rest is a failure, not a wait.
    private static let turnsPerStep = 10_000

    public init(
        _ fixture: Fixture, restarts: Restarts = .never, now: Timestamp = Timestamp(seconds: 1_800_000_000)
    ) {
        self.fixture = fixture
        self.restarts = restarts
        clock = FixedClock(now)
    }

    /// What came out, in the order of the feed.
    ///
    /// - Parameter store: an empty one; by default one in memory that is thrown away.
    public func play(into store: Store? = nil) async throws -> [Event] {
        let tape = try fixture.tape()
        let node = Node(name: "tape", wire: TapeWire(tape))
        let adapter = fixture.chain.adapter(on: node)
        try await adapter.verifyIdentity()
        let store = try store ?? Store(at: .memory)
        let watching = try await LiveWatchlist.load(fixture.chain.spec.id, from: store)
        var run = Run(fixture: fixture, store: store, watching: watching, clock: clock)
        try await run.open()
        try await run.issue()
        repeat {
            try await run.rest(
                on: ChainNode(name: "tape", adapter: adapter), restarts: restarts, turns: Self.turnsPerStep)
        } while tape.advance()
        if let missing = tape.unanswered.first {
            throw FixtureError(
                "\(fixture.folder)/tape.jsonl: no answer to \(missing.method) \(missing.params); record it again"
            )
        }
        return run.events
    }
}

/// One playing of a fixture.
private struct Run {
    let fixture: Fixture
    let store: Store
    let watching: LiveWatchlist
    let clock: FixedClock
    var pipeline: Pipeline?
    var isHalted = false
    var events: [Event] = []

    mutating func open() async throws {
        pipeline = try await Pipeline.open(
            fixture.chain, store: store, watching: watching, clock: clock, from: fixture.watch.from
        ).pipeline
    }

    func issue() async throws {
        let addresses = fixture.watch.addresses
        let registration = try await store.add(addresses, on: fixture.chain.spec.id, now: clock.now)
        watching.add(addresses.map(\.address.key), generation: registration.generation)
    }

    /// Takes turns until there is nothing more to do at this step of the tape.
    mutating func rest(on node: ChainNode, restarts: FixturePlayer.Restarts, turns: Int) async throws {
        for _ in 0..<turns {
            guard !isHalted, let turn = try await pipeline?.turn(node) else { return }
            events += turn.events
            isHalted = turn.halt != nil
            let backfill = try await pipeline?.backfill(node)
            events += backfill?.events ?? []
            if turn.isIdle, backfill == nil { return }
            if case .afterEveryTurn = restarts { try await open() }
        }
        throw FixtureError("\(fixture.folder): still busy after \(turns) turns at one step of the tape")
    }
}

/// A clock that stands still, so that the same fixture gives the same bytes.
public struct FixedClock: EngineClock {
    public let now: Timestamp

    public init(_ now: Timestamp) {
        self.now = now
    }

    public func sleep(milliseconds: Int) async throws {}
}
