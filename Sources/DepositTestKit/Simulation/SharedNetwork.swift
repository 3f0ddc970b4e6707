internal import Synchronization

/// The network, seen by the world that moves it and by every adapter that asks it.
final class SharedNetwork: Sendable {
    private let network: Mutex<SimulatedNetwork>

    init(_ network: SimulatedNetwork) {
        self.network = Mutex(network)
    }

    var current: SimulatedNetwork { network.withLock { $0 } }

    func with<Value: Sendable, Failure: Error>(
        _ body: (inout SimulatedNetwork) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try network.withLock { network throws(Failure) in try body(&network) }
    }
}
