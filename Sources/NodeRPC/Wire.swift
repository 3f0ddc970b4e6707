/// The way to one node, in bytes: HTTP in production, a tape in replays.
public protocol Wire: Sendable {
    func exchange(_ request: WireRequest) async throws(HTTPError) -> HTTPResponse
}

/// A JSON body to the node's own URL, or a GET of a path below it.
public enum WireRequest: Sendable {
    case post([UInt8])
    case get(path: String)
}

/// One node over HTTP.
public struct HTTPWire: Wire {
    private let endpoint: NodeEndpoint
    private let client: HTTPClient

    public init(_ endpoint: NodeEndpoint, client: HTTPClient = .shared) {
        self.endpoint = endpoint
        self.client = client
    }

    public func exchange(_ request: WireRequest) async throws(HTTPError) -> HTTPResponse {
        var http: HTTPRequest
        switch request {
        case .post(let body):
            http = HTTPRequest(method: .post, url: endpoint.url, body: body)
            http.headers.append(("Content-Type", "application/json"))
        case .get(let path):
            http = HTTPRequest(method: .get, url: endpoint.url(appending: path))
        }
        http.limits = endpoint.limits
        http.headers += endpoint.headers.map { ($0.name, $0.value) }
        http.unixSocket = endpoint.unixSocket
        http.credentials = endpoint.credentials
        return try await client.send(http)
    }
}
