internal import Synchronization

/// Requests that are made ready and may not leave yet: all of them do at once, or none does.
public final class Departure: Sendable {
    private struct State {
        /// Nil until it has ended.
        var isOpen: Bool?
        var exchanges: [HTTPExchange] = []
        var others: [CheckedContinuation<Bool, Never>] = []
    }

    let client: HTTPClient
    private let state = Mutex(State())

    public init(of client: HTTPClient = .shared) {
        self.client = client
    }

    /// Nil until it has ended.
    public var isOpen: Bool? { state.withLock { $0.isOpen } }

    /// How many requests wait for its end.
    var held: Int { state.withLock { $0.exchanges.count } }

    /// Lets them leave, or gives all of them up as cancelled. To be called once.
    public func end(isOpen: Bool) {
        let held = state.withLock { state in
            defer { state = State(isOpen: isOpen) }
            return state
        }
        end(held.exchanges, isOpen)
        for other in held.others { other.resume(returning: isOpen) }
    }

    /// Waits for its end, for what leaves by another way; also when the task is cancelled.
    public func opens() async -> Bool {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if state.isOpen == nil { state.others.append(continuation) }
                return state.isOpen
            }
            if let isOpen { continuation.resume(returning: isOpen) }
        }
    }

    func hold(_ exchange: HTTPExchange) {
        let isOpen = state.withLock { state in
            if state.isOpen == nil { state.exchanges.append(exchange) }
            return state.isOpen
        }
        if let isOpen { end([exchange], isOpen) }
    }

    private func end(_ exchanges: [HTTPExchange], _ isOpen: Bool) {
        if isOpen { return client.submit(exchanges) }
        for exchange in exchanges { exchange.resume(.failure(.cancelled)) }
    }
}
