internal import Hummingbird

/// Where the API listens: `127.0.0.1:8420`, `[::1]:8420`, or `unix:/run/depositwatch.sock`.
public enum ListenAddress: Hashable, Sendable {
    case port(host: String, Int)
    case unixSocket(path: String)

    public static let standard = ListenAddress.port(host: "127.0.0.1", 8420)

    /// Nil for anything else; port 0 lets the system choose one.
    public init?(_ text: String) {
        if text.hasPrefix("unix:") {
            let path = text.dropFirst("unix:".count)
            guard path.hasPrefix("/") else { return nil }
            self = .unixSocket(path: String(path))
            return
        }
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty else { return nil }
        self = .port(host: String(host), Int(port))
    }

    /// Whether only this machine can reach it.
    public var isLocal: Bool {
        switch self {
        case .port(let host, _): Self.isLoopback(host)
        case .unixSocket: true
        }
    }

    static func isLoopback(_ host: some StringProtocol) -> Bool {
        if host == "localhost" || host == "::1" || host == "[::1]" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    var bindAddress: BindAddress {
        switch self {
        case .port(let host, let port): .hostname(host, port: port)
        case .unixSocket(let path): .unixDomainSocket(path: path)
        }
    }
}

extension ListenAddress: CustomStringConvertible {
    public var description: String {
        switch self {
        case .port(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unixSocket(let path): "unix:\(path)"
        }
    }
}

extension ListenAddress {
    /// The same with the port that the system chose.
    func description(port: Int?) -> String {
        guard case .port(let host, 0) = self, let port else { return description }
        return ListenAddress.port(host: host, port).description
    }
}
