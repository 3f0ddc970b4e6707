extension URLParts {
    /// What it leads to in one spelling: two URLs of the same place lead to the same server, whatever they look like.
    ///
    /// Case of scheme and host, a default port, slashes at the end, percent-encoding of plain characters, user and
    /// password make no other place, nor do the names of this machine. A query does: it may choose another back end.
    public var place: String {
        if let unixSocket { return "unix:" + Self.withoutDots(unixSocket) + target }
        let scheme = String(url.prefix { $0 != ":" })
        let authority = Self.host(of: url)
        var host = Self.hostOnly(authority).lowercased()
        if host.hasSuffix(".") { host.removeLast() }
        let standard = scheme == "https" ? 443 : 80
        let written = authority.dropFirst(Self.hostOnly(authority).count).dropFirst()
        let port = written.isEmpty ? standard : Int(written) ?? standard
        return "\(scheme)://\(Self.isThisMachine(host) ? "localhost" : Self.plain(host)):\(port)\(target)"
    }

    /// Whether only this machine reads along.
    public var isLoopback: Bool {
        unixSocket != nil || Self.isThisMachine(host.lowercased())
    }

    /// Whether anybody on the way may read along.
    public var isClearText: Bool {
        url.hasPrefix("http://") && !isLoopback
    }

    /// The path without the slashes at its end, and the query; a fragment is never sent.
    private var target: String {
        let start = url.firstRange(of: "://")?.upperBound ?? url.startIndex
        let sent = url[start...].prefix { $0 != "#" }
        let rest = sent[(sent.firstIndex { $0 == "/" || $0 == "?" } ?? sent.endIndex)...]
        let end = rest.firstIndex(of: "?") ?? rest.endIndex
        var path = Self.withoutDots(Self.unescaped(rest[..<end]))
        while path.last == "/" { path.removeLast() }
        return path + Self.unescaped(rest[end...])
    }

    private static func hostOnly(_ authority: String) -> String {
        guard authority.hasPrefix("["), let end = authority.firstIndex(of: "]") else {
            return String(authority.prefix { $0 != ":" })
        }
        return String(authority[...end])
    }

    private static func isThisMachine(_ host: String) -> Bool {
        if host == "localhost" || host.hasSuffix(".localhost") { return true }
        guard let address = address(in: host)?.plain else { return false }
        return address.bytes.count == 4 ? address.bytes[0] == 127 : address == IPAddress("::1")
    }

    private static func address(in host: String) -> IPAddress? {
        IPAddress(host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host)
    }

    /// An address in the one spelling of the system; any other host as it is.
    private static func plain(_ host: String) -> String {
        address(in: host).map { "\($0.plain)" } ?? host
    }

    /// Without empty parts and `.`, and with `..` followed (RFC 3986 §5.2.4).
    private static func withoutDots(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return parts.map { "/" + $0 }.joined()
    }

    /// With every `%41` that stands for a plain character as that character, and the others in capitals (RFC 3986
    /// §6.2.2).
    private static func unescaped(_ text: Substring) -> String {
        var output: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard byte == UInt8(ascii: "%"), digits.utf8.count == 2, let value = UInt8(digits, radix: 16)
            else {
                output.append(byte)
                continue
            }
            rest = rest.dropFirst(2)
            let isPlain =
                Character(UnicodeScalar(value)).isASCII
                && (Character(UnicodeScalar(value)).isLetter || Character(UnicodeScalar(value)).isNumber
                    || "-._~".utf8.contains(value))
            if isPlain { output.append(value) } else { output += ("%" + digits.uppercased()).utf8 }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
