internal import DepositStore
internal import Synchronization

/// A delivery that a worker is to make ready and send.
struct Outgoing: Sendable {
    let delivery: DueDelivery
    /// Nil where it is durable.
    var handover: TakenHandover?
}

/// Deliveries on their way to the workers of one callback, first come first served.
final class ReadyLine: Sendable {
    private struct State {
        var ready: [Outgoing] = []
        var next = 0
        var isClosed = false
        /// Failures that are not marked yet.
        var unmarked = 0
        var idle: [CheckedContinuation<Outgoing?, Never>] = []

        mutating func pop() -> Outgoing? {
            guard unmarked == 0, next < ready.count else { return nil }
            defer { next += 1 }
            return ready[next]
        }

        /// What idle workers are to go on with.
        mutating func handOut() -> [(CheckedContinuation<Outgoing?, Never>, Outgoing)] {
            var handed: [(CheckedContinuation<Outgoing?, Never>, Outgoing)] = []
            while !idle.isEmpty, let delivery = pop() { handed.append((idle.removeLast(), delivery)) }
            return handed
        }
    }

    private let state = Mutex(State())

    func push(_ deliveries: [DueDelivery], of handover: TakenHandover? = nil) {
        let handed = state.withLock { state in
            state.ready.removeFirst(state.next)
            state.next = 0
            state.ready += deliveries.map { Outgoing(delivery: $0, handover: handover) }
            return state.handOut()
        }
        for (worker, delivery) in handed { worker.resume(returning: delivery) }
    }

    /// The next delivery to send; nil once the line is closed, whatever is left in it.
    func pull() async -> Outgoing? {
        await withCheckedContinuation { continuation in
            let answer: Outgoing?? = state.withLock { state in
                if state.isClosed { return .some(nil) }
                if let outgoing = state.pop() { return .some(outgoing) }
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
            return state.ready[state.next...].map(\.delivery)
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
