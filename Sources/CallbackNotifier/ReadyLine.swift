internal import DepositStore
internal import Synchronization

/// Claimed deliveries on their way to the workers of one callback, first come first served.
final class ReadyLine: Sendable {
    private struct State {
        var ready: [DueDelivery] = []
        var next = 0
        var isClosed = false
        /// Failures that are not marked yet.
        var unmarked = 0
        var idle: [CheckedContinuation<DueDelivery?, Never>] = []

        mutating func pop() -> DueDelivery? {
            guard unmarked == 0, next < ready.count else { return nil }
            defer { next += 1 }
            return ready[next]
        }

        /// What idle workers are to go on with.
        mutating func handOut() -> [(CheckedContinuation<DueDelivery?, Never>, DueDelivery)] {
            var handed: [(CheckedContinuation<DueDelivery?, Never>, DueDelivery)] = []
            while !idle.isEmpty, let delivery = pop() { handed.append((idle.removeLast(), delivery)) }
            return handed
        }
    }

    private let state = Mutex(State())

    func push(_ deliveries: [DueDelivery]) {
        let handed = state.withLock { state in
            state.ready.removeFirst(state.next)
            state.next = 0
            state.ready += deliveries
            return state.handOut()
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

    /// Holds back what no worker has begun with: an attempt has failed, and that may be a reason to send nothing more.
    func hold() {
        state.withLock { $0.unmarked += 1 }
    }

    /// So many failures are marked.
    func release(_ failures: Int) {
        let handed = state.withLock { state in
            state.unmarked -= failures
            return state.handOut()
        }
        for (worker, delivery) in handed { worker.resume(returning: delivery) }
    }

    /// Takes back what no worker has begun with.
    func withdraw() -> [DueDelivery] {
        state.withLock { state in
            defer { (state.ready, state.next) = ([], 0) }
            return Array(state.ready[state.next...])
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
