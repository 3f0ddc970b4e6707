/// Where a node is reached, and with what credentials. Its description never shows them.
public struct NodeEndpoint: Sendable {
    /// `http://…` or `https://…`, without user and password.
    public let url: String
    /// The socket of an `http+unix://` URL.
    public let unixSocket: String?
    public let credentials: Credentials?
    public let headers: [Header]
    /// Requests a second that this node is asked at most; nil for no limit.
    public let requestsPerSecond: Int?
    /// What one request to it may cost.
    public let limits: HTTPLimits
    /// Where it leads, in one spelling: two endpoints of one place are one node.
    public let place: String
    /// Whether what is asked and answered can be read and changed by anybody on the way.
    public let isClearText: Bool

    public struct Header: Hashable, Sendable {
        public let name: String
        public let value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// From `http(s)://[user:password@]host[:port][/path]` or `http+unix:///path/to.sock[/path]`.
    ///
    /// - Parameter timeout: seconds that one request may take, its thinking included.
    public init(
        _ text: String, credentials: Credentials? = nil, headers: [Header] = [],
        requestsPerSecond: Int? = nil,
        timeout: Int? = nil
    ) throws(InvalidURL) {
        let parsed = try URLParts(text)
        url = parsed.url
        unixSocket = parsed.unixSocket
        (place, isClearText) = (parsed.place, parsed.isClearText)
        self.credentials = credentials ?? parsed.credentials
        self.headers = headers
        self.requestsPerSecond = requestsPerSecond
        limits = timeout.map { HTTPLimits(ofNode: $0) } ?? HTTPLimits()
    }

    /// What logs, metrics and errors call this node. Paths and queries often hold API keys, so only the host
    /// is named.
    public var name: String { unixSocket ?? URLParts.host(of: url) }

    /// The path goes before a query, which may hold a key.
    func url(appending path: String) -> String {
        let query = url.firstIndex(of: "?") ?? url.endIndex
        var base = url[..<query]
        while base.last == "/" { base.removeLast() }
        return base + path + url[query...]
    }
}

extension NodeEndpoint: CustomStringConvertible, CustomReflectable {
    public var description: String { name }
    public var customMirror: Mirror { Mirror(self, children: ["name": name]) }
}

extension NodeEndpoint.Header: CustomStringConvertible, CustomReflectable {
    public var description: String { "\(name): …" }
    public var customMirror: Mirror { Mirror(self, children: ["name": name]) }
}

/// A user and password for HTTP basic authentication.
public struct Credentials: Sendable, CustomStringConvertible, CustomReflectable {
    let user: String
    let password: String

    public init(user: String, password: String) {
        self.user = user
        self.password = password
    }

    /// Neither is shown: hosted nodes take an API key for a user.
    public var description: String { "credentials" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
