import CallbackNotifier
import ChainKit
import DepositAPI
import DepositCore
import DepositEngine
import DepositStore
import Logging
import Metrics
import NodeRPC
import ServiceLifecycle
import UnixSignals

/// Everything that runs, put together: a watcher for each chain, the notifier, the API.
struct Daemon {
    let configuration: Configuration
    /// Told the API's port once it listens.
    var listening: @Sendable (Int?) async -> Void = { _ in }
    /// Services that run beside it, such as the demo's nodes.
    var companions: [any Service] = []

    /// Until a signal ends it, or the store fails.
    func run() async throws {
        let configured = try Callbacks(configuration.callbacks).all
        let tokens = try configuration.api.access()
        let rules = CallbackDesk.Rules(
            key: try configuration.api.key(), networks: try configuration.api.networks())
        let metrics = MetricsRegistry()
        MetricsSystem.bootstrap(metrics)
        let logger = Logger(label: "depositwatch")
        for concern in configuration.soleTrusts { logger.warning("\(concern)") }
        let files = FileLimit.raise()
        // Takes its files now, and not at the first event, when there may be none left.
        _ = HTTPClient.shared
        let store = try Store(at: configuration.store)
        logger.info("store open", metadata: ["store": "\(configuration.store.words)"])
        let callbacks = try await CallbackDesk(configured: configured, store: store, rules: rules)
        let desk = try await desk(store, callbacks.notifier)
        let api = APIServer(
            store: store,
            chains: Dictionary(
                uniqueKeysWithValues: configuration.chains.map { ($0.chain.spec.id, $0.chain) }),
            watch: desk, tokens: tokens, listen: try configuration.api.address(),
            limits: APILimits(descriptors: files),
            callbacks: callbacks, metrics: metrics, onListening: listening)
        let watchers = desk.entries.sorted { $0.key < $1.key }.map { $0.value.watcher as any Service }
        let sentry = StoreSentry(store: store, logger: logger)
        try await group(companions + [api, sentry, callbacks.notifier] + watchers).run()
        await store.close()
        logger.info("stopped")
    }

    /// Whichever service fails, they are ended one by one, last first: the API outlives all that the store has failed.
    private func group(_ services: [any Service]) -> ServiceGroup {
        var configuration = ServiceGroupConfiguration(
            services: services.map {
                .init(service: $0, failureTerminationBehavior: .gracefullyShutdownGroup)
            },
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: Logger(label: "depositwatch.services") { _ in SwiftLogNoOpLogHandler() })
        configuration.maximumGracefulShutdownDuration = .seconds(20)
        return ServiceGroup(configuration: configuration)
    }

    private func desk(_ store: Store, _ notifier: Notifier) async throws -> WatchDesk {
        var entries: [ChainID: WatchDesk.Entry] = [:]
        for watched in configuration.chains {
            let spec = watched.chain.spec
            _ = try await store.openChain(spec.id, window: spec.reorgWindow)
            try await refuseLostAssets(spec, store)
            let watching = try await LiveWatchlist.load(spec.id, from: store)
            let watcher = Watcher(
                watched.chain, nodes: Node.ofOneChain(watched.nodes), store: store, watching: watching,
                settings: Watcher.Settings(
                    spec, from: watched.from, agree: watched.agree, witness: watched.witness))
            entries[spec.id] = WatchDesk.Entry(watcher: watcher, watching: watching)
        }
        return WatchDesk(entries: entries, notifier: notifier)
    }

    /// A deposit whose asset is not listed any more would change without an event.
    private func refuseLostAssets(_ spec: ChainSpec, _ store: Store) async throws {
        let lost = try await store.unfinishedAssets(on: spec.id).subtracting(spec.rules.assets.keys)
        guard let asset = lost.min(by: { $0.text < $1.text }) else { return }
        throw Exit(
            code: .configuration,
            message: """
                \(spec.id) has deposits of \(asset) that are not final, and its chain file no longer lists \(asset): \
                put the asset back until they are
                """)
    }
}
