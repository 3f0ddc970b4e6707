public import DepositCore
internal import DepositStore
public import NodeRPC

/// One callback as the operator has configured it.
public struct Callback: Sendable {
    public let name: String
    public let endpoint: Endpoint
    /// Each of them signs; several while they are rotated.
    public let secrets: [Secret]
    public var filter = EventFilter()
    public var schedule = Schedule.standard
    /// How long one attempt may take, in seconds.
    public var timeout = 15
    /// How many deposits' events may be on their way at once.
    public var concurrency = 8
    /// How long its endpoint may take nothing before it is paused, in seconds.
    public var pauseAfter: Int64 = 5 * 86_400
    /// Sent beside our own.
    public var headers: [NodeEndpoint.Header] = []
    public var route = HTTPRoute()

    /// - Precondition: there is a secret: nothing goes out unsigned.
    public init(name: String, endpoint: Endpoint, secrets: [Secret]) {
        precondition(!secrets.isEmpty)
        self.name = name
        self.endpoint = endpoint
        self.secrets = secrets
    }

    var rules: HealthRules { HealthRules(concurrency: concurrency, pauseAfter: pauseAfter) }

    /// The way there.
    public func sink(clock: any NotifierClock) -> any Sink {
        endpoint.sink(timeout: timeout, clock: clock, headers: headers, route: route)
    }
}
