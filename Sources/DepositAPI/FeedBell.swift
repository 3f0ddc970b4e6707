internal import Synchronization

/// Wakes those who wait for the next event, so that a long poll asks the store only when there is one.
final class FeedBell: Sendable {
    private struct State {
        var rings: UInt64 = 0
        var isClosed = false
        var waiting: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter: UInt64 = 0
    }

    private let state = Mutex(State())

    /// How often it has rung: read before looking for events, so that a ring in between is not missed.
    var rings: UInt64 { state.withLock { $0.rings } }

    func ring() {
        wakeAll { $0.rings += 1 }
    }

    /// Lets everyone go, now and from now on: the server is shutting down.
    func close() {
        wakeAll { $0.isClosed = true }
    }

    /// How many wait at this moment.
    var listeners: Int { state.withLock { $0.waiting.count } }

    var isClosed: Bool { state.withLock { $0.isClosed } }

    private func wakeAll(_ change: (inout State) -> Void) {
        let waiting = state.withLock { state in
            change(&state)
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns once it has rung more often than `heard`, is closed, or the task is cancelled.
    func wait(past heard: UInt64) async {
        let waiter = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.rings > heard || state.isClosed || Task.isCancelled { return true }
                    state.waiting[waiter] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: waiter) }?.resume()
        }
    }

    /// The same, but no longer than `limit`, nor than until the other one is closed.
    func wait(past heard: UInt64, atMost limit: Duration, orUntil other: FeedBell? = nil) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait(past: heard) }
            if let other { group.addTask { await other.wait(past: .max) } }
            group.addTask { try? await Task.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
    }
}
