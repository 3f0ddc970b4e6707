internal import DepositCore
public import DepositStore
public import ServiceLifecycle

/// Brings every event to every callback that wants it, at least once, until the receiver has said yes.
///
/// Each callback has a dispatcher of its own, so that a dead one delays no other.
public struct Notifier: Service {
    let roster: Roster
    /// Wakes it at once after each commit of an event: a turn that catches up, or one that fails later on, holds
    /// nothing back, and what becomes of one callback reaches the others.
    let news: EventObservation
    private let store: Store
    private let clock: any NotifierClock
    private let sink: (@Sendable (Callback) -> any Sink)?

    /// Names the callbacks to the store: events that are committed from here on get deliveries. So this comes before
    /// the first chain is followed.
    ///
    /// - Parameter sink: how an endpoint is reached, where it is not by its own nature.
    public init(
        _ callbacks: [Callback], store: Store, clock: any NotifierClock = WallClock(),
        sink: (@Sendable (Callback) -> any Sink)? = nil
    ) async throws(StoreError) {
        try await store.register(
            callbacks: callbacks.map { CallbackSubscription(name: $0.name, filter: $0.filter) })
        let roster = Roster()
        self.roster = roster
        news = store.onNewEvents { [weak roster] in
            roster?.show($0)
        } stored: { [weak roster] in
            roster?.wake(handedOver: $0)
        }
        self.store = store
        self.clock = clock
        self.sink = sink
        for callback in callbacks { add(callback) }
    }

    /// There is something due in the outbox without a new event, as after a retry that somebody asked for. Cheap, and
    /// never blocks.
    public func wake() {
        roster.wake()
    }

    /// Delivers to a callback that the store knows by now, and as it is now where it was another before: what is on its
    /// way then is sent again.
    public func set(_ callback: Callback) async {
        await remove(callback.name)
        add(callback)
    }

    /// Delivers nothing more to a callback once this returns.
    public func remove(_ callback: String) async {
        await roster.remove(callback)
    }

    /// Sends a `callback.test` event to a callback now, paused or not; nil where there is no such callback.
    public func test(_ callback: String) async -> Trial? {
        await roster.dispatcher(of: callback)?.test()
    }

    /// Delivers until it is shut down. What is on its way then is marked if it was answered, else sent again later.
    public func run() async throws {
        try await cancelWhenGracefulShutdown { try await roster.run() }
    }

    private func add(_ callback: Callback) {
        let mailbox = Mailbox()
        let dispatcher = Dispatcher(
            callback, store: store, sink: sink?(callback) ?? callback.sink(clock: clock), clock: clock,
            mailbox: mailbox)
        roster.add(dispatcher, mailbox: mailbox)
    }
}
