/// What a client, and all clients together, may cost the API. The length of a body is each call's own.
public struct APILimits: Hashable, Sendable {
    /// Connections at the same time; the next one waits until one of them is closed.
    public var connections = 1_024
    /// A connection on which no request is whole for this long is closed.
    public var idleSeconds: Int64 = 30
    /// A body that is not whole by then is given up.
    public var bodySeconds: Int64 = 30
    public var headerBytes = 64 << 10
    public var headerFieldBytes = 16 << 10
    public var headerFields = 100
    /// Callbacks made through it: each has dispatcher, connections and a share of every event.
    public var callbacks = 100

    public init() {}
}
