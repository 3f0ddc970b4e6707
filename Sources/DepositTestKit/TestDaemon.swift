public import CallbackNotifier
internal import ChainKit
public import DepositCore
public import DepositEngine
public import DepositStore
package import NodeRPC
internal import Synchronization

/// The daemon's own watcher, store and notifier in a test, on clocks that the test moves: what a backend is tested
/// against.
///
/// ```swift
/// let daemon = try await TestDaemon(chain, watching: [alice], callback: "http://127.0.0.1:8080/hooks", secret: secret)
/// try await daemon.running {
///     try chain.mine(.init("order-17", to: alice, amount: 5_000))
///     try await daemon.catchUp()
/// }
/// ```
public final class TestDaemon: Sendable {
    /// The watcher's time. Starts at the wall clock's, within whose limits a receiver checks signatures.
    public let clock: SteppedClock
    public let store: Store
    private let chain: TestChain
    private let watcher: Watcher
    private let watching: LiveWatchlist
    private let notifier: Notifier
    private let callbacks: [Callback]
    /// Moves when a delivery waits for its next try, and then alone.
    private let deliveries: SteppedClock
    private let told: ToldEvents

    /// - Parameters:
    ///   - nodes: by default one without a fault.
    ///   - addresses: what has been issued.
    ///   - callback: where the events go, signed with `secret`.
    public convenience init(
        _ chain: TestChain, nodes: [ScriptedNode]? = nil, watching addresses: [Address], callback: String,
        secret: String
    ) async throws {
        let callback = Callback(name: "test", endpoint: try Endpoint(callback), secrets: [try Secret(secret)])
        try await self.init(chain, nodes: nodes, watching: addresses, callbacks: [callback])
    }

    /// - Parameters:
    ///   - place: where its store is.
    ///   - chainFile: how the daemon is told to watch the chain; by default the chain's own file.
    public convenience init(
        _ chain: TestChain, nodes: [ScriptedNode]? = nil, watching addresses: [Address],
        callbacks: [Callback] = [], storing place: Store.Place = .memory, chainFile: String? = nil
    ) async throws {
        let nodes = (nodes ?? [chain.node("node")]).map(\.node)
        try await self.init(
            chain, through: nodes, watching: addresses, callbacks: callbacks, storing: place,
            chainFile: chainFile)
    }

    package init(
        _ chain: TestChain, through nodes: [Node], watching addresses: [Address],
        callbacks: [Callback] = [], storing place: Store.Place = .memory, chainFile: String? = nil,
        from start: Height = 0
    ) async throws {
        let watched = try chainFile.map { try chain.chain(described: $0) } ?? chain.chain
        let spec = watched.spec
        let (clock, told) = (SteppedClock(SystemClock().now), ToldEvents())
        store = try Store(at: place)
        deliveries = SteppedClock(clock.now)
        let notifier = try await Notifier(callbacks, store: store, clock: deliveries)
        _ = try await store.openChain(spec.id, window: spec.reorgWindow)
        let new = addresses.map { NewAddress($0, label: nil, from: nil) }
        _ = try await store.add(new, on: spec.id, now: clock.now)
        watching = try await LiveWatchlist.load(spec.id, from: store)
        watcher = Watcher(
            watched, nodes: nodes, store: store,
            watching: watching,
            settings: Watcher.Settings(spec, from: start), clock: clock
        ) { told.add($0) }
        self.chain = chain
        self.clock = clock
        self.told = told
        self.notifier = notifier
        self.callbacks = callbacks
    }

    /// Every event so far, in order.
    public var events: [Event] { told.all }

    /// How the chain is doing, as `/readyz` would say it.
    public var health: ChainHealth.Report { watcher.health.current }

    /// How each node is doing.
    public var nodes: [NodeReport] { watcher.nodeReports }

    /// The newest block that has been scanned.
    public var scanned: Header? {
        get async throws {
            let spec = chain.chain.spec
            return try await store.openChain(spec.id, window: spec.reorgWindow).headers.tip
        }
    }

    /// Issues one more address, as the API does, that counts from a height on.
    package func issue(_ address: Address, from start: Height?) async throws {
        let new = [NewAddress(address, label: nil, from: start)]
        _ = try await store.add(new, on: chain.chain.spec.id, now: clock.now) { [watching] in
            watching.add([address.key], generation: $0.generation)
        }
    }

    /// Follows the chain and delivers while `body` runs.
    public func running(_ body: () async throws -> Void) async throws {
        let services: [@Sendable () async throws -> Void] = [watcher.run, notifier.run]
        let tasks = services.map { service in Task { try await service() } }
        do { try await body() } catch {
            for task in tasks { task.cancel() }
            throw error
        }
        for task in tasks { task.cancel() }
        for task in tasks { try await task.value }
    }

    /// Moves time until the chain's newest block has been scanned, and every node heard on it where there are several;
    /// false when it never is.
    public func reachesHead() async throws -> Bool {
        let tip = try chain.headers().last
        return try await clock.steps {
            try await scanned == tip && health.accounts?.tip == tip?.block
                && health.accounts?.isCurrent == true
        }
    }

    /// Moves time until the chain's newest block has been scanned and the receivers have taken every event.
    public func catchUp() async throws {
        guard try await reachesHead() else {
            throw FixtureError("the chain's newest block is never scanned; its health: \(health)")
        }
        for callback in callbacks {
            while try await store.backlog(of: callback.name).waiting > 0 {
                try Task.checkCancellation()
                if deliveries.isSlept { await deliveries.step() } else { await Task.yield() }
            }
        }
    }
}

/// What has been told, in order.
private final class ToldEvents: Sendable {
    private let events = Mutex<[Event]>([])

    var all: [Event] { events.withLock { $0 } }

    func add(_ more: [Event]) {
        events.withLock { $0 += more }
    }
}
