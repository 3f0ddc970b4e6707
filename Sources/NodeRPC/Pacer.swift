internal import Synchronization

/// Holds calls back so that no more of them start in each second than a node takes.
final class Pacer: Sendable {
    private struct State {
        var rate: AdaptiveRate
        var nextFree: Duration = .zero
    }

    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Duration
    private let state: Mutex<State>

    /// - Parameter callsPerSecond: what the operator allows; nil: as many as the node takes.
    convenience init(callsPerSecond: Int?) {
        let clock = ContinuousClock()
        let start = clock.now
        self.init(callsPerSecond: callsPerSecond, clock: clock) { start.duration(to: clock.now) }
    }

    init(callsPerSecond: Int?, clock: any Clock<Duration>, now: @escaping @Sendable () -> Duration) {
        self.clock = clock
        self.now = now
        state = Mutex(State(rate: AdaptiveRate(limit: callsPerSecond)))
    }

    /// Calls that may go out at once; nil: any number.
    var burst: Int? { state.withLock { $0.rate.perSecond } }

    /// What the node is held to for having refused more; nil while nothing holds it back but the operator.
    var held: Int? { state.withLock { $0.rate.held } }

    /// Waits for this request's turn. Turns are given in the order of asking.
    ///
    /// - Returns: when that was.
    func turn(for calls: Int) async throws(CancellationError) -> Duration {
        let (asked, start) = state.withLock { state in
            let asked = now()
            let start = max(asked, state.nextFree)
            state.rate.ask(calls, at: start)
            if let perSecond = state.rate.perSecond {
                state.nextFree = start + .seconds(1) * calls / perSecond
            }
            return (asked, start)
        }
        guard start > asked else { return start }
        do { try await clock.sleep(for: start - asked) } catch { throw CancellationError() }
        return start
    }

    /// The node has answered what was asked at this moment.
    func answered() {
        state.withLock { $0.rate.answer(at: now()) }
    }

    /// The node has refused, for its rate, what was asked at this moment.
    func refused(askedAt start: Duration) {
        state.withLock { $0.rate.refuse(askedAt: start, now: now()) }
    }
}
