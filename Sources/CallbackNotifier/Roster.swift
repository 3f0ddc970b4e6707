internal import DepositStore
internal import Synchronization

/// The dispatchers that there are. Each delivers on its own from when the roster runs, or from when it is added to one
/// that does, until it is removed or the roster stops.
final class Roster: Sendable {
    private struct Place {
        let dispatcher: Dispatcher
        let mailbox: Mailbox
        var run: Task<Void, any Error>?

        var name: String { dispatcher.callback.name }
    }

    private struct State {
        /// In the order they came in, so that what follows from a wake does so in one order.
        var places: [Place] = []
        var isRunning = false
    }

    private let state = Mutex(State())
    private let failures: AsyncThrowingStream<Never, any Error>
    private let failure: AsyncThrowingStream<Never, any Error>.Continuation

    init() {
        (failures, failure) = AsyncThrowingStream.makeStream()
    }

    /// There is something due, to each but those who have taken all of it already.
    func wake(handedOver: [String: Handover] = [:]) {
        for place in state.withLock({ $0.places }) where handedOver[place.name]?.isTaken != true {
            place.mailbox.wake()
        }
    }

    func show(_ handovers: [String: Handover]) {
        for place in state.withLock({ $0.places }) {
            if let handover = handovers[place.name] { place.mailbox.post(handover) }
        }
    }

    /// A dispatcher has dealt with all that came in, and waits for more.
    func isWaiting(_ callback: String) -> Bool {
        state.withLock { $0.places.first { $0.name == callback }?.mailbox.isWaitedFor } ?? false
    }

    func dispatcher(of callback: String) -> Dispatcher? {
        state.withLock { $0.places.first { $0.name == callback }?.dispatcher }
    }

    /// - Precondition: there is none of the same callback.
    func add(_ dispatcher: Dispatcher, mailbox: Mailbox) {
        state.withLock { state in
            precondition(!state.places.contains { $0.name == dispatcher.callback.name })
            let run = state.isRunning ? start(dispatcher) : nil
            state.places.append(Place(dispatcher: dispatcher, mailbox: mailbox, run: run))
        }
    }

    /// Returns once it sends nothing more. What is on its way then is marked if it was answered.
    func remove(_ callback: String) async {
        let run = state.withLock { state in
            let index = state.places.firstIndex { $0.name == callback }
            return index.flatMap { state.places.remove(at: $0).run }
        }
        run?.cancel()
        _ = await run?.result
    }

    /// Until it is cancelled, or one of them fails.
    func run() async throws {
        state.withLock { state in
            state.isRunning = true
            for index in state.places.indices {
                state.places[index].run = start(state.places[index].dispatcher)
            }
        }
        let end: Result<Void, any Error>
        do {
            for try await _ in failures {}
            end = .success(())
        } catch {
            end = .failure(error)
        }
        let runs = state.withLock { state in
            state.isRunning = false
            return state.places.compactMap(\.run)
        }
        for run in runs { run.cancel() }
        for run in runs { try await run.value }
        try end.get()
    }

    private func start(_ dispatcher: Dispatcher) -> Task<Void, any Error> {
        Task { [failure] in
            do { try await dispatcher.run() } catch {
                failure.finish(throwing: error)
                throw error
            }
        }
    }
}
