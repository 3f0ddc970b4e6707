internal import Foundation

/// Texts that no log, error or metric may show.
public struct Secrets: Sendable, CustomStringConvertible, CustomReflectable {
    private let texts: [String]

    /// Longer ones first, so that one that holds another goes as a whole. Very short ones would hide ordinary
    /// words.
    init(_ texts: [String]) {
        self.texts = Set(texts.filter { $0.utf8.count >= 4 }).sorted {
            ($1.utf8.count, $0) < ($0.utf8.count, $1)
        }
    }

    /// What goes with a request to a receiver: the values of headers, as they are and in their parts, and of the URL's
    /// query what may be a key.
    public init(of headers: [NodeEndpoint.Header], url: String) {
        let query = url.drop { $0 != "?" }.split { "?&=#".contains($0) }.filter { $0.utf8.count >= 8 }
        self.init(headers.flatMap(\.secrets) + query.map(String.init))
    }

    public var isEmpty: Bool { texts.isEmpty }

    public var description: String { "secrets" }
    public var customMirror: Mirror { Mirror(self, children: []) }

    public func hidden(in text: String, limit: Int) -> String {
        let shown = texts.reduce(text) { $0.replacing($1, with: "…") }
        return String(String.UnicodeScalarView(shown.unicodeScalars.prefix(limit).map(Self.printable)))
    }

    /// A node's text must not start a line of its own in a log.
    private static func printable(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        scalar.properties.generalCategory == .control ? " " : scalar
    }
}

extension NodeEndpoint.Header {
    /// The value as it is and in its parts, such as the token behind `Bearer`.
    fileprivate var secrets: [String] { [value] + value.split(separator: " ").map(String.init) }
}

extension NodeEndpoint {
    /// Passwords and header values, as they are and as they travel; parts of the URL that may be a key.
    var secrets: Secrets {
        var texts = headers.flatMap(\.secrets)
        if let credentials {
            let both = "\(credentials.user):\(credentials.password)"
            texts += [credentials.password, both, Data(both.utf8).base64EncodedString()]
        }
        let behindHost = url.dropFirst(8).drop { $0 != "/" && $0 != "?" }
        texts += behindHost.split { "/?&=#".contains($0) }.map(String.init).filter { $0.utf8.count >= 8 }
        return Secrets(texts)
    }
}
