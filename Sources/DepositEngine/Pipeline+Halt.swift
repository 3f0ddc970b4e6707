public import ChainKit
public import DepositCore
public import DepositStore

extension Pipeline {
    /// Opens a chain where the store left it.
    ///
    /// - Parameter from: the first height to scan, from the configuration; it counts until something was scanned.
    public static func open(
        _ spec: ChainSpec, store: Store, watching: LiveWatchlist, clock: any EngineClock, from: Height?
    ) async throws(StoreError) -> (pipeline: Pipeline, halt: Halt?) {
        var state = try await store.openChain(spec.id, window: spec.reorgWindow)
        if let from, from != state.from, state.headers.tip == nil {
            try await store.setStart(spec.id, from: from)
            state.from = from
        }
        let pipeline = Pipeline(
            spec: spec, store: store, watching: watching, clock: clock, local: state.headers, from: state.from
        )
        return (pipeline, state.halt)
    }

    /// Stops the chain: nothing is undone, everything is kept, and an event tells the operator.
    func halt(_ header: Header, _ remote: RemoteView) async throws -> Outcome {
        let count = try await store.openChain(spec.id, window: spec.reorgWindow).haltCount + 1
        let why =
            local.finalized.map { header.height <= $0.height } ?? false
            ? "it was final"
            : "it lies \(spec.reorgWindow) blocks or more below the highest tip (reorg_window)"
        let reason = "the node's chain lacks our block \(header.height) \(header.hash), and \(why)"
        let halt = Halt(block: header.block, reason: reason, since: clock.now)
        let event = Event.halted(spec.id, at: header.block, reason: reason, occurrence: count, now: clock.now)
        try await store.halt(spec.id, halt, event: event)
        return .halted(halt, event)
    }

    /// Follows the nodes again, however deep their reorg: an operator has said so.
    mutating func resume() async throws(StoreError) -> Event? {
        let state = try await store.openChain(spec.id, window: spec.reorgWindow)
        guard let halt = state.halt else { return nil }
        let event = Event.resumed(
            spec.id, at: halt.block, reason: "resumed by an operator", occurrence: state.haltCount,
            now: clock.now)
        try await store.resume(spec.id, event: event, now: clock.now)
        local.yield()
        return event
    }
}
