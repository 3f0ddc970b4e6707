internal import DepositStore
internal import NodeRPC
internal import Synchronization

/// A handover whose requests are being made ready: they leave once it is durable, and never before.
final class TakenHandover: Sendable {
    let deliveries: [DueDelivery]
    let departure = Departure()
    private let ended = Mutex<Int64?>(nil)

    /// Nil where it is too late to take it.
    init?(_ handover: Handover, clock: any NotifierClock) {
        deliveries = handover.deliveries
        let isTaken = handover.take { [self] isDurable in
            ended.withLock { $0 = clock.uptime }
            departure.end(isOpen: isDurable)
        }
        if !isTaken { return nil }
    }

    /// Nothing came of the transaction, and nothing has left.
    var hasFailed: Bool { departure.isOpen == false }

    /// The uptime at which a request left that was ready at another.
    func left(readyAt ready: Int64) -> Int64 {
        max(ready, ended.withLock { $0 } ?? ready)
    }
}
