/// Where a callback's events go.
public enum Endpoint: Hashable, Sendable {
    /// `http://…` or `https://…`.
    case http(url: String)
    /// `http+unix:///run/ledger.sock/path`: HTTP over a unix socket.
    case unix(socket: String, path: String)
    /// `exec:/usr/local/bin/credit`: a program that gets the event on its standard input; exit 0 is yes.
    case exec(program: String)

    public init(_ text: String) throws(EndpointError) {
        if text.hasPrefix("http://") || text.hasPrefix("https://") {
            guard let host = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst(2).first,
                !host.isEmpty
            else { throw .noHost(text) }
            guard !host.contains("@") else { throw .credentials }
            self = .http(url: text)
        } else if text.hasPrefix("http+unix://") {
            self = try Self.unix(text, String(text.dropFirst("http+unix://".count)))
        } else if text.hasPrefix("exec:") {
            let program = String(text.dropFirst("exec:".count))
            guard program.hasPrefix("/") else { throw .relativeProgram(text) }
            self = .exec(program: program)
        } else {
            throw .unknownScheme(text)
        }
    }

    /// The socket ends with `.sock`; a colon may stand between it and the path, as in a node's URL.
    private static func unix(_ text: String, _ rest: String) throws(EndpointError) -> Endpoint {
        guard rest.hasPrefix("/") else { throw .noSocket(text) }
        var socket = ""
        var parts = rest.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        while !parts.isEmpty {
            let part = parts.removeFirst()
            guard part.hasSuffix(".sock") || part.hasSuffix(".sock:") else {
                socket += "/" + part
                continue
            }
            socket += "/" + (part.hasSuffix(":") ? part.dropLast() : part)
            return .unix(socket: socket, path: "/" + parts.joined(separator: "/"))
        }
        throw .noSocket(text)
    }
}

extension Endpoint: CustomStringConvertible {
    /// For logs: without the query, where tokens like to hide.
    public var description: String {
        switch self {
        case .http(let url): String(url.prefix { $0 != "?" && $0 != "#" })
        case .unix(let socket, let path): "http+unix://\(socket)\(path.prefix { $0 != "?" })"
        case .exec(let program): "exec:\(program)"
        }
    }
}

/// Why a text names no endpoint.
public enum EndpointError: Error, Hashable, Sendable, CustomStringConvertible {
    case noHost(String)
    case credentials
    case noSocket(String)
    case relativeProgram(String)
    case unknownScheme(String)

    public var description: String {
        switch self {
        case .noHost(let text): "\"\(text)\" names no host"
        case .credentials:
            "a callback's URL holds no user and password: its receiver trusts the signature instead"
        case .noSocket(let text):
            "\"\(text)\" names no unix socket: write http+unix:///run/NAME.sock/path"
        case .relativeProgram(let text): "\"\(text)\" is not an absolute path: write exec:/path/to/program"
        case .unknownScheme(let text):
            "\"\(text)\" is none of http://, https://, http+unix:///run/NAME.sock/path, exec:/path/to/program"
        }
    }
}
