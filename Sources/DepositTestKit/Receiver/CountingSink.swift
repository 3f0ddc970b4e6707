package import CallbackNotifier
package import NodeRPC
internal import Synchronization

/// The way to a receiver, and a note of each of its answers.
package struct CountingSink: Sink {
    private let sink: any Sink
    private let answers: CountedAnswers

    package init(sink: any Sink, answers: CountedAnswers) {
        self.sink = sink
        self.answers = answers
    }

    package func send(_ request: SignedRequest, on departure: Departure?) async -> SinkOutcome {
        let outcome = await sink.send(request, on: departure)
        answers.note(outcome)
        return outcome
    }
}

/// What a receiver has said, and when.
package final class CountedAnswers: Sendable {
    private struct State {
        /// When each event was taken that nobody has asked for yet.
        var taken: [ContinuousClock.Instant] = []
        var refused = 0
        var waiting: (count: Int, wake: CheckedContinuation<Void, Never>)?
    }

    private let state = Mutex(State())

    package init() {}

    package var refused: Int { state.withLock { $0.refused } }

    fileprivate func note(_ outcome: SinkOutcome) {
        let moment = ContinuousClock.now
        let wake = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard case .accepted = outcome else {
                state.refused += 1
                return nil
            }
            state.taken.append(moment)
            guard let waiting = state.waiting, state.taken.count >= waiting.count else { return nil }
            state.waiting = nil
            return waiting.wake
        }
        wake?.resume()
    }

    /// Waits until so many more events are taken: when each was. For one task at a time.
    package func next(_ count: Int) async -> [ContinuousClock.Instant] {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.taken.count < count { state.waiting = (count, continuation) }
                return state.taken.count >= count
            }
            if isThere { continuation.resume() }
        }
        return state.withLock { state in
            defer { state.taken = [] }
            return state.taken
        }
    }
}
