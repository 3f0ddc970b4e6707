internal import Synchronization

/// What a dispatcher waits for: finished attempts, and the word that there is something new.
///
/// Whatever comes in while it is busy is taken all at once, which is what groups marks into one transaction.
final class Mailbox: Sendable {
    private struct State {
        var finished: [Finished] = []
        var isWoken = false
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    func post(_ attempt: Finished) {
        ring { $0.finished.append(attempt) }
    }

    func wake() {
        ring { $0.isWoken = true }
    }

    /// All that has come in, or nothing after a mere wake. Waits for either; a cancelled task does not wait.
    func take() async -> [Finished] {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    guard state.finished.isEmpty, !state.isWoken, !Task.isCancelled else { return true }
                    state.waiting = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            wake()
        }
        return takeNow()
    }

    /// All that has come in by now. Whoever takes it looks for what is new afterwards, so that a wake is heard by that.
    func takeNow() -> [Finished] {
        state.withLock { state in
            state.isWoken = false
            defer { state.finished = [] }
            return state.finished
        }
    }

    private func ring(_ change: (inout State) -> Void) {
        let waiting = state.withLock { state in
            change(&state)
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume()
    }
}
