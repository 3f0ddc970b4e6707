internal import DepositCore
public import DepositStore
public import ServiceLifecycle

/// Brings every event to every callback that wants it, at least once, until the receiver has said yes.
///
/// Each callback has a dispatcher of its own, so that a dead one delays no other.
public struct Notifier: Service {
    private let dispatchers: [Dispatcher]
    private let mailboxes: [Mailbox]
    private let idle = Mailbox()

    /// Names the callbacks to the store: events that are committed from here on get deliveries. So this comes before
    /// the first chain is followed.
    ///
    /// - Parameter sink: how an endpoint is reached, where it is not by its own nature.
    public init(
        _ callbacks: [Callback], store: Store, clock: any NotifierClock = WallClock(),
        sink: ((Callback) -> any Sink)? = nil
    ) async throws(StoreError) {
        try await store.register(
            callbacks: callbacks.map { CallbackSubscription(name: $0.name, filter: $0.filter) })
        let mailboxes = callbacks.map { _ in Mailbox() }
        self.mailboxes = mailboxes
        dispatchers = zip(callbacks, mailboxes).map { callback, mailbox in
            Dispatcher(
                callback, store: store,
                sink: sink?(callback) ?? callback.sink(clock: clock), clock: clock,
                mailbox: mailbox
            ) {
                for mailbox in mailboxes { mailbox.wake() }
            }
        }
    }

    /// There is something new in the outbox. Called after every commit; cheap, and never blocks.
    public func wake() {
        for mailbox in mailboxes { mailbox.wake() }
    }

    /// Sends a `callback.test` event to a callback now, paused or not; nil where there is no such callback.
    public func test(_ callback: String) async -> Trial? {
        await dispatchers.first { $0.callback.name == callback }?.test()
    }

    /// Delivers until it is shut down. What is on its way then is marked if it was answered, else sent again later.
    public func run() async throws {
        try await cancelWhenGracefulShutdown {
            try await withThrowingTaskGroup { group in
                for dispatcher in dispatchers { group.addTask { try await dispatcher.run() } }
                // Without callbacks there is nothing to do, but a service that ends would end the daemon.
                group.addTask { while !Task.isCancelled { _ = await idle.take() } }
                // Not `waitForAll`, which would wait for the others before it throws.
                while try await group.next() != nil {}
            }
        }
    }
}
