internal import ChainKit
internal import CallbackNotifier
internal import DepositCore
internal import DepositEngine
internal import DepositStore
internal import NodeRPC

/// The real watcher over a simulated network, in its present life.
struct SimulatedDaemon {
    let process: SimulatedProcess
    let watching: LiveWatchlist
    private let watcher: Watcher
    private let run: Task<Void, Never>
    private var rests: AsyncStream<SimulatedProcess.Rest>.Iterator

    /// Starts from what is stored. It comes to its first rest with the first `turn`.
    init(_ rules: SimulatedRules, _ network: SharedNetwork, _ store: Store, _ time: SimulatedTime)
        async throws
    {
        let process = SimulatedProcess(time)
        let chain = SimulatedChain(spec: try rules.spec, network, process: process)
        let settings = Watcher.Settings(chain.spec, from: rules.from, agree: rules.agree)
        try await self.init(chain, nodes: rules.nodes, settings, process, store)
    }

    /// The same over any chain whose nodes are told apart by their number.
    init(
        _ chain: any Chain, nodes: Int, _ settings: Watcher.Settings, _ process: SimulatedProcess,
        _ store: Store
    ) async throws {
        let wire = TapeWire(try Tape(""))
        watching = try await LiveWatchlist.load(chain.spec.id, from: store)
        var settings = settings
        // One after the other: the same seed is the same world.
        settings.soundingsAtOnce = 1
        let watcher = Watcher(
            chain, nodes: (0..<nodes).map { Node(name: "\($0)", wire: wire) }, store: store,
            watching: watching, settings: settings, clock: WatcherClock(process: process)
        ) { _ in }
        self.process = process
        self.watcher = watcher
        rests = process.rests.makeAsyncIterator()
        run = Task {
            do {
                try await watcher.run()
                process.end("the watcher has ended")
            } catch {
                process.end("the watcher failed: \(error)")
            }
        }
        _ = await rests.next()
    }

    /// Lets it work until it pauses or dies.
    mutating func turn(
        doom: UInt64? = nil, interruption: SimulatedProcess.Interruption? = nil
    ) async -> SimulatedProcess.Rest {
        process.wake(doom: doom, interruption)
        return await rests.next() ?? .ended("the watcher is gone")
    }

    /// How it says it is doing.
    var state: String {
        let report = watcher.health.current
        let place = report.scanned.map { "\($0.hash)" } ?? "no block"
        let why = report.wait ?? report.trouble?.words ?? "no trouble"
        return "\(report.state) at \(place), \(why), \(report.accounts?.words ?? "unheard")"
    }

    /// How it says that each node is doing.
    var nodes: [NodeReport] { watcher.nodeReports }

    func resume() {
        watcher.resume()
    }

    /// Waits for what a killed process has left behind.
    func bury() async {
        process.kill()
        process.release()
        await run.value
    }
}
