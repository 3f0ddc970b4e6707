/// A URL that cannot be used, and why.
public struct InvalidURL: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
}

/// An endpoint's URL split where credentials and unix sockets hide in it.
public struct URLParts: Sendable {
    /// `http://…` or `https://…`, without user and password.
    public let url: String
    public let unixSocket: String?
    public let credentials: Credentials?

    public init(_ text: String) throws(InvalidURL) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }), let colon = text.firstRange(of: "://") else {
            throw InvalidURL(description: "not a URL: expected http://, https:// or http+unix://")
        }
        let scheme = text[..<colon.lowerBound].lowercased()
        let rest = text[colon.upperBound...]
        switch scheme {
        case "http", "https":
            let authorityEnd = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
            let authority = rest[..<authorityEnd]
            let host =
                authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
            guard !host.isEmpty else { throw InvalidURL(description: "the URL names no host") }
            url = "\(scheme)://\(host)\(rest[authorityEnd...])"
            unixSocket = nil
            credentials = try authority.lastIndex(of: "@").map { at throws(InvalidURL) in
                try Self.credentials(authority[..<at])
            }
        case "http+unix":
            guard rest.hasPrefix("/") else {
                throw InvalidURL(description: "http+unix:// needs the absolute path of a socket behind it")
            }
            let (socket, path) = Self.split(rest)
            url = "http://localhost\(path)"
            unixSocket = socket
            credentials = nil
        default:
            throw InvalidURL(
                description: "scheme \(scheme):// is not supported: use http, https or http+unix")
        }
    }

    /// The host and port of a URL without credentials.
    static func host(of url: String) -> String {
        guard let start = url.firstRange(of: "://")?.upperBound else { return url }
        return String(url[start...].prefix { $0 != "/" && $0 != "?" && $0 != "#" })
    }

    /// `/run/x.sock/path` is the socket `/run/x.sock` and the path `/path`: the socket's name ends in `.sock`.
    private static func split(_ rest: Substring) -> (socket: String, path: String) {
        guard let end = rest.firstRange(of: ".sock")?.upperBound else { return (String(rest), "/") }
        let path = rest[end...]
        return (String(rest[..<end]), path.isEmpty ? "/" : String(path))
    }

    private static func credentials(_ text: Substring) throws(InvalidURL) -> Credentials {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let user = percentDecoded(parts[0]),
            let password = percentDecoded(parts.count > 1 ? parts[1] : "")
        else { throw InvalidURL(description: "the user or password in the URL is not percent-encoded UTF-8") }
        return Credentials(user: user, password: password)
    }

    private static func percentDecoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
