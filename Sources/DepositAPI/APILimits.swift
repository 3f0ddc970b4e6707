/// What a client, and all clients together, may cost the API. The length of a body is each call's own.
public struct APILimits: Hashable, Sendable {
    /// Connections at the same time; for one more the one gives way that has been silent the longest.
    public var connections = 1_024
    /// A connection on which no request is whole for this long is closed, and one whose answer is not taken.
    public var idleSeconds: Int64 = 30
    /// A body that is not whole by then is given up.
    public var bodySeconds: Int64 = 30
    public var headerBytes = 64 << 10
    public var headerFieldBytes = 16 << 10
    public var headerFields = 100
    /// Callbacks made through it: each has dispatcher, connections and a share of every event.
    public var callbacks = 100

    public init() {}

    /// For a process that may open so many files: half of them at least are for the store, nodes and callbacks.
    public init(descriptors: Int) {
        connections = max(8, min(connections, descriptors / 2))
    }

    /// Of one address, or one /64 of IPv6.
    public var connectionsPerPeer: Int { max(1, connections - connections / 4) }

    /// Calls at work at the same time that a token has let in, long polls among them; the rest is for newcomers.
    public var calls: Int { max(1, connections - max(1, connections / 8)) }
    public var callsPerPeer: Int { max(1, connectionsPerPeer - max(1, connections / 8)) }
}
