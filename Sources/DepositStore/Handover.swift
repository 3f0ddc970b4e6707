internal import Synchronization

/// What a transaction makes due to one callback, shown while it is being flushed to the disk: requests that are made
/// ready meanwhile can leave as soon as it is durable, and none may before.
///
/// It is an offer. What nobody takes is claimed like everything else.
public final class Handover: Sendable {
    private enum State {
        case open
        case taken(@Sendable (Bool) -> Void)
        case ended(wasTaken: Bool)
    }

    /// Each is the first of its line, and the endpoint is in no need of being spared.
    public let deliveries: [DueDelivery]
    private let state = Mutex(State.open)

    init(_ deliveries: [DueDelivery]) {
        self.deliveries = deliveries
    }

    /// Whoever takes it sends all of it once it is durable.
    ///
    /// - Parameter ended: told whether it is, on the writer's queue: it must be quick.
    /// - Returns: false where it comes too late, for the transaction has ended.
    public func take(_ ended: @escaping @Sendable (_ isDurable: Bool) -> Void) -> Bool {
        state.withLock { state in
            guard case .open = state else { return false }
            state = .taken(ended)
            return true
        }
    }

    /// Nothing is left of it to be claimed.
    public var isTaken: Bool {
        state.withLock { state in
            switch state {
            case .open: false
            case .taken: true
            case .ended(let wasTaken): wasTaken
            }
        }
    }

    func end(isDurable: Bool) {
        let taker: (@Sendable (Bool) -> Void)? = state.withLock { state in
            if case .taken(let taker) = state {
                state = .ended(wasTaken: true)
                return taker
            }
            state = .ended(wasTaken: false)
            return nil
        }
        taker?(isDurable)
    }
}
