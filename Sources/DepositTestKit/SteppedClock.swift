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
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]

        mutating func key() -> Int {
            next += 1
            return next
        }
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
        let key = state.withLock { $0.key() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>]? in
                    if Task.isCancelled { return nil }
                    state.sleepers[key] = (moment(state.milliseconds), continuation)
                    defer { state.waiting = [:] }
                    return Array(state.waiting.values)
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

    /// Waits until somebody sleeps, and moves to the first moment for which somebody does. A cancelled task does not
    /// wait.
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

    /// Steps for as long as `body` runs: it waits for something that takes its time.
    public func running(_ body: () async throws -> Void) async rethrows {
        let time = Task { while !Task.isCancelled { await step() } }
        defer { time.cancel() }
        try await body()
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
        let key = state.withLock { $0.key() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mayGoOn = state.withLock { state in
                    if !state.sleepers.isEmpty || Task.isCancelled { return true }
                    state.waiting[key] = continuation
                    return false
                }
                if mayGoOn { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: key) }?.resume()
        }
    }
}
