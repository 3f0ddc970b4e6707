internal import DepositCore
public import NodeRPC

/// Takes signed requests to one endpoint. Stops when its task is cancelled.
public protocol Sink: Sendable {
    /// - Parameter departure: until that opens nothing may leave; if it never does, the outcome is `cancelled`.
    func send(_ request: SignedRequest, on departure: Departure?) async -> SinkOutcome
}

extension Sink {
    public func send(_ request: SignedRequest) async -> SinkOutcome {
        await send(request, on: nil)
    }
}

/// One attempt as it goes out.
public struct SignedRequest: Hashable, Sendable {
    /// `webhook-id`: the event's id, the same on every attempt.
    public let id: String
    /// `webhook-timestamp`: this attempt's moment, in seconds since 1970.
    public let timestamp: String
    /// `webhook-signature`.
    public let signature: String
    public let body: [UInt8]

    public init(id: String, timestamp: String, signature: String, body: [UInt8]) {
        self.id = id
        self.timestamp = timestamp
        self.signature = signature
        self.body = body
    }
}

/// What came back.
public enum SinkOutcome: Hashable, Sendable {
    /// 2xx, or exit code 0.
    case accepted(status: Int, excerpt: String)
    /// An answer that is not yes. `retryAfter`: seconds the receiver asks to be left alone.
    case refused(status: Int, excerpt: String, retryAfter: Int64?)
    /// No answer, and why.
    case failed(String)
    /// Given up by us before there was an answer: nothing is known, so nothing is recorded.
    case cancelled
}

extension Endpoint {
    /// The way there.
    ///
    /// - Parameters:
    ///   - timeout: in seconds.
    ///   - headers: sent beside our own; a program gets none of them.
    ///   - route: to a host.
    public func sink(
        timeout: Int, clock: any NotifierClock, headers: [NodeEndpoint.Header] = [],
        route: HTTPRoute = HTTPRoute()
    ) -> any Sink {
        switch self {
        case .http(let url):
            HTTPSink(
                url: url, unixSocket: nil, timeout: timeout, clock: clock, headers: headers, route: route)
        case .unix(let socket, let path):
            HTTPSink(
                url: "http://localhost\(path)", unixSocket: socket, timeout: timeout, clock: clock,
                headers: headers, route: HTTPRoute())
        case .exec(let program): ExecSink(program: program, timeout: timeout)
        }
    }
}
