/// A URL that cannot be used, and why.
public struct InvalidURL: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
}

/// An endpoint's URL split where credentials and unix sockets hide in it.
public struct URLParts: Sendable, CustomStringConvertible, CustomReflectable {
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
            guard Self.isHostAndPort(host), !rest[authorityEnd...].contains("@") else {
                throw InvalidURL(
                    description:
                        "expected host[:port]; in a user or password write / ? # @ : as %2F %3F %23 %40 %3A")
            }
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

    /// The host without its port; an IPv6 address in its brackets.
    public var host: String {
        let authority = Self.host(of: url)
        let end = authority.hasPrefix("[") ? authority.firstIndex(of: "]") : nil
        return end.map { String(authority[...$0]) } ?? String(authority.prefix { $0 != ":" })
    }

    /// Only the host: the rest may hold a key.
    public var description: String { unixSocket ?? Self.host(of: url) }
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// `name`, `name:8545`, `[::1]:8545`. Else a password with an unescaped slash, or behind a mistyped @, would pass
    /// for a host, which is shown.
    private static func isHostAndPort(_ text: Substring) -> Bool {
        var rest = text
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            let address = text[..<end].dropFirst()
            guard address.utf8.allSatisfy({ "0123456789abcdefABCDEF:.".utf8.contains($0) }) else {
                return false
            }
            rest = text[text.index(after: end)...]
        } else {
            rest = text[(text.firstIndex(of: ":") ?? text.endIndex)...]
            let name = text[..<rest.startIndex]
            guard !name.isEmpty, name.allSatisfy(isOfHostName) else { return false }
        }
        guard let colon = rest.popFirst() else { return true }
        return colon == ":" && rest.utf8.allSatisfy { (48...57).contains($0) } && UInt16(rest) ?? 0 > 0
    }

    private static func isOfHostName(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "-._".contains(character))
    }

    /// The host and port of a URL without credentials.
    static func host(of url: String) -> String {
        guard let start = url.firstRange(of: "://")?.upperBound else { return url }
        return String(url[start...].prefix { $0 != "/" && $0 != "?" && $0 != "#" })
    }

    /// `/run/x.sock/path` is the socket `/run/x.sock` and the path `/path`: the socket's name ends in
    /// `.sock`.
    private static func split(_ rest: Substring) -> (socket: String, path: String) {
        for end in rest.ranges(of: ".sock").map(\.upperBound) {
            let path = rest[end...]
            if path.isEmpty { return (String(rest), "/") }
            if path.hasPrefix("/") { return (String(rest[..<end]), String(path)) }
            if path.hasPrefix("?") { return (String(rest[..<end]), "/\(path)") }
        }
        return (String(rest), "/")
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
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard digits.count == 2, digits.allSatisfy(\.isHexDigit), let value = UInt8(digits, radix: 16),
                value != 0
            else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
