/// One HTTP request, to a node, a callback or a daemon's API.
public struct HTTPRequest: Sendable {
    public enum Method: String, Sendable { case get = "GET", post = "POST", put = "PUT", delete = "DELETE" }

    public var method: Method
    /// `http://…` or `https://…`, without credentials.
    public var url: String
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]
    public var credentials: Credentials?
    /// A unix socket to connect to instead of the URL's host.
    public var unixSocket: String?
    public var limits: HTTPLimits

    public init(
        method: Method, url: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        unixSocket: String? = nil, limits: HTTPLimits = HTTPLimits()
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.unixSocket = unixSocket
        self.limits = limits
    }
}

/// What one request may cost us at most.
public struct HTTPLimits: Hashable, Sendable {
    public var connectSeconds = 5
    public var totalSeconds = 30
    /// Slower than 1 KiB/s for this long is dead.
    public var stallSeconds = 10
    public var bodyBytes = 64 << 20
    public var headerBytes = 64 << 10

    public init() {}

    /// For a request whose whole time is bounded by its caller's setting.
    public init(totalSeconds: Int, bodyBytes: Int) {
        self.totalSeconds = totalSeconds
        self.bodyBytes = bodyBytes
        connectSeconds = min(connectSeconds, totalSeconds)
    }
}

/// A request that got no answer.
public enum HTTPError: Error, Hashable, Sendable {
    case unreachable(String)
    case timedOut(String)
    case tooLarge(limit: Int)
    case cancelled
}

extension HTTPError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreachable(let why): why
        case .timedOut(let why): "timed out: \(why)"
        case .tooLarge(let limit): "the answer is longer than \(limit) bytes"
        case .cancelled: "cancelled"
        }
    }
}

/// An answer: any status, the whole body.
public struct HTTPResponse: Sendable {
    public let status: Int
    /// Lowercase names.
    public let headers: [(name: String, value: String)]
    public let body: ResponseBody

    public init(status: Int, headers: [(name: String, value: String)] = [], body: ResponseBody) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    public func header(_ name: String) -> String? {
        headers.first { $0.name == name }?.value
    }
}
