/// One HTTP request, to a node, a callback or a daemon's API.
public struct HTTPRequest: Sendable {
    public enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    public var method: Method
    /// `http://…` or `https://…`, without credentials.
    public var url: String
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]
    public var credentials: Credentials?
    /// A unix socket to connect to instead of the URL's host.
    public var unixSocket: String?
    public var route = HTTPRoute()
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

extension HTTPRequest: CustomStringConvertible, CustomReflectable {
    /// Neither path, headers nor body: they may hold secrets.
    public var description: String { "\(method.rawValue) \(unixSocket ?? URLParts.host(of: url))" }
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// Why it cannot be sent as it stands: a line break would begin a header of its own.
    var flaw: String? {
        if url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7f }) {
            return "its URL holds a control character or a space"
        }
        for header in headers {
            let isToken = header.name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x3a && $0 < 0x7f }
            if header.name.isEmpty || !isToken { return "the name of a header is not a token" }
        }
        for header in headers where header.value.utf8.contains(where: { $0 == 0 || $0 == 0x0a || $0 == 0x0d })
        {
            return
                "the header \(header.name) holds a line break; check the file or variable that it comes from"
        }
        return nil
    }
}

/// What one request may cost us at most.
public struct HTTPLimits: Hashable, Sendable {
    public var connectSeconds = 5
    public var totalSeconds = 30
    /// Slower than this for so many seconds, from the first byte of the body on, is dead. Before it the other side may
    /// think as long as it may take in all.
    public var stallBytesPerSecond = 1_024
    public var stallSeconds = 10
    public var bodyBytes = 64 << 20
    public var headerBytes = 64 << 10

    public init() {}

    /// For a request whose whole time is its caller's to set: the other side may spend all of it.
    public init(totalSeconds: Int, bodyBytes: Int = HTTPLimits().bodyBytes) {
        self.totalSeconds = totalSeconds
        stallSeconds = totalSeconds
        self.bodyBytes = bodyBytes
        connectSeconds = min(connectSeconds, totalSeconds)
    }

    /// For a node that is given this time. One that writes while it works may pause within its answer, so that a third
    /// of all the time is not a stall.
    init(ofNode totalSeconds: Int) {
        let stall = max(HTTPLimits().stallSeconds, totalSeconds / 3)
        self.init(totalSeconds: totalSeconds)
        stallSeconds = stall
    }
}

/// A request that got no answer.
public enum HTTPError: Error, Hashable, Sendable {
    case unreachable(String)
    /// The connection ended before the answer did.
    case broken(String)
    case timedOut(String)
    case tooLarge(limit: Int)
    case tooManyHeaders(limit: Int)
    case cancelled
}

extension HTTPError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreachable(let why), .broken(let why): why
        case .timedOut(let why): "timed out: \(why)"
        case .tooLarge(let limit): "the answer is longer than \(limit) bytes"
        case .tooManyHeaders(let limit): "the answer has more than \(limit) bytes of headers"
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

    /// A line `Name: value`, its name in lowercase; nil for any other.
    static func header(in line: UnsafeRawBufferPointer) -> (name: String, value: String)? {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0d).contains(byte) }
        let value = line[(colon + 1)...].drop(while: isSpace)
        let end = value.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? value.startIndex
        let name = line[..<colon].map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }
        return (String(decoding: name, as: UTF8.self), String(decoding: value[..<end], as: UTF8.self))
    }
}
