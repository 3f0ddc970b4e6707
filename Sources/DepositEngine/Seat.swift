/// A node at its place in the operator's order.
public struct Seat: Sendable {
    public let place: Int
    public let node: ChainNode

    public init(place: Int, node: ChainNode) {
        self.place = place
        self.node = node
    }
}

/// The nodes of a chain as a beat asks them.
public struct Council: Sendable {
    /// Those that are fit, in the operator's order.
    public let seats: [Seat]
    /// Those at rest: asked before anything that was agreed is taken back. Rest spares a node that fails; it is no
    /// verdict on what it knows.
    public let resting: @Sendable () async -> [Seat]

    public init(_ seats: [Seat], resting: @escaping @Sendable () async -> [Seat] = { [] }) {
        self.seats = seats
        self.resting = resting
    }
}
