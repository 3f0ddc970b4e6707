internal import DepositStore
internal import Synchronization

/// What came in for a dispatcher since it last looked.
struct Mail: Sendable {
    var finished: [Finished] = []
    /// What will be due when it is durable: the newest, for there is one transaction at a time.
    var handover: Handover?
    /// There is something due that was not handed over.
    var isWoken = false

    fileprivate var isEmpty: Bool { finished.isEmpty && handover == nil && !isWoken }

    static func + (first: Mail, next: Mail) -> Mail {
        Mail(
            finished: first.finished + next.finished, handover: next.handover ?? first.handover,
            isWoken: first.isWoken || next.isWoken)
    }
}

/// What a dispatcher waits for: finished attempts, and the word that there is something new.
///
/// Whatever comes in while it is busy is taken all at once, which is what groups marks into one transaction.
final class Mailbox: Sendable {
    private struct State {
        var mail = Mail()
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    func post(_ attempt: Finished) {
        ring { $0.finished.append(attempt) }
    }

    func post(_ handover: Handover) {
        ring { $0.handover = handover }
    }

    func wake() {
        ring { $0.isWoken = true }
    }

    /// Whoever takes waits for the next.
    var isWaitedFor: Bool { state.withLock { $0.waiting != nil } }

    /// All that has come in. Waits for the first of it; a cancelled task does not wait.
    func take() async -> Mail {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    guard state.mail.isEmpty, !Task.isCancelled else { return true }
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
    func takeNow() -> Mail {
        state.withLock { state in
            defer { state.mail = Mail() }
            return state.mail
        }
    }

    private func ring(_ change: (inout Mail) -> Void) {
        let waiting = state.withLock { state in
            change(&state.mail)
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume()
    }
}
