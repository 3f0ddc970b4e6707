public import CallbackNotifier
public import DepositCore
public import DepositEngine
internal import Synchronization

/// A clock that moves only when a test moves it: from one moment for which somebody sleeps to the next.
///
/// ```swift
/// try await clock.steps(until: { watcher.health.current.scanned?.height == 12 })
/// ```
public final class SteppedClock: EngineClock, NotifierClock {
    private struct State {
        var milliseconds: Int64
        var sleepers: [Int: (until: Int64, wake: CheckedContinuation<Void, any Error>)] = [:]
        var next = 0
        /// Whoever waits for somebody to fall asleep.
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    public init(_ start: Timestamp = Timestamp(seconds: 1_800_000_000)) {
        state = Mutex(State(milliseconds: start.seconds * 1_000))
    }

    public var now: Timestamp { Timestamp(seconds: state.withLock { $0.milliseconds } / 1_000) }

    public var uptime: Int64 { state.withLock { $0.milliseconds } }

    /// Whether somebody sleeps.
    public var isSlept: Bool { state.withLock { !$0.sleepers.isEmpty } }

    public func sleep(milliseconds: Int) async throws {
        try await sleep { $0 + Int64(milliseconds) }
    }

    public func sleep(until moment: Timestamp) async throws {
        try await sleep { max($0, moment.seconds * 1_000) }
    }

    private func sleep(until moment: (Int64) -> Int64) async throws {
        let key = state.withLock { state in
            state.next += 1
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>]? in
                    if Task.isCancelled { return nil }
                    state.sleepers[key] = (moment(state.milliseconds), continuation)
                    defer { state.waiting = [] }
                    return state.waiting
                }
                guard let waiting else { return continuation.resume(throwing: CancellationError()) }
                for one in waiting { one.resume() }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: key) }?.wake.resume(
                throwing: CancellationError())
        }
    }

    /// Lets time go by at once, as a suspended machine does: whoever sleeps wakes with the next step.
    public func skip(seconds: Int64) {
        state.withLock { $0.milliseconds += 1_000 * seconds }
    }

    /// Waits until somebody sleeps, and moves to the first moment for which somebody does.
    public func step() async {
        await sleeper()
        let first = state.withLock { state -> CheckedContinuation<Void, any Error>? in
            guard let (key, sleeper) = state.sleepers.min(by: { $0.value.until < $1.value.until }) else {
                return nil
            }
            state.sleepers[key] = nil
            state.milliseconds = max(state.milliseconds, sleeper.until)
            return sleeper.wake
        }
        first?.resume()
    }

    /// Steps until the condition holds, which is looked at while somebody sleeps; false when it never did.
    @discardableResult
    public func steps(atMost limit: Int = 500, until condition: () async throws -> Bool) async rethrows
        -> Bool
    {
        for _ in 0..<limit {
            await sleeper()
            if try await condition() { return true }
            await step()
        }
        return false
    }

    private func sleeper() async {
        await withCheckedContinuation { continuation in
            let isAsleep = state.withLock { state in
                if state.sleepers.isEmpty { state.waiting.append(continuation) }
                return !state.sleepers.isEmpty
            }
            if isAsleep { continuation.resume() }
        }
    }
}
