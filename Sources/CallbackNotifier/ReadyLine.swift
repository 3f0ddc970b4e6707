internal import DepositStore
internal import Synchronization

/// Claimed deliveries on their way to the workers of one callback, first come first served.
final class ReadyLine: Sendable {
    private struct State {
        var ready: [DueDelivery] = []
        var next = 0
        var isClosed = false
        var idle: [CheckedContinuation<DueDelivery?, Never>] = []

        mutating func pop() -> DueDelivery? {
            guard next < ready.count else { return nil }
            defer { next += 1 }
            return ready[next]
        }
    }

    private let state = Mutex(State())

    func push(_ deliveries: [DueDelivery]) {
        let handed = state.withLock { state in
            state.ready.removeFirst(state.next)
            state.next = 0
            state.ready += deliveries
            var handed: [(CheckedContinuation<DueDelivery?, Never>, DueDelivery)] = []
            while !state.idle.isEmpty, let delivery = state.pop() {
                handed.append((state.idle.removeLast(), delivery))
            }
            return handed
        }
        for (worker, delivery) in handed { worker.resume(returning: delivery) }
    }

    /// The next delivery to send; nil once the line is closed, whatever is left in it.
    func pull() async -> DueDelivery? {
        await withCheckedContinuation { continuation in
            let answer: DueDelivery?? = state.withLock { state in
                if state.isClosed { return .some(nil) }
                if let delivery = state.pop() { return .some(delivery) }
                state.idle.append(continuation)
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    func close() {
        let idle = state.withLock { state in
            state.isClosed = true
            defer { state.idle = [] }
            return state.idle
        }
        for worker in idle { worker.resume(returning: nil) }
    }
}
