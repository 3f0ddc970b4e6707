/// How a request gets to its host, where that is not the ordinary way.
public struct HTTPRoute: Sendable {
    /// A PEM file of the authorities that are believed instead of the system's.
    public var authorities: String?
    /// Shown to a host that asks for one (mutual TLS).
    public var certificate: Certificate?
    public var proxy: Proxy?
    public var source: Source?
    /// Nil: anywhere. With a proxy it is the proxy that must lie within.
    public var reach: Reach?

    public struct Certificate: Hashable, Sendable {
        /// PEM files: the certificate with those that lead to its authority, and its key.
        public let chain: String
        public let key: String

        public init(chain: String, key: String) {
            self.chain = chain
            self.key = key
        }
    }

    public struct Proxy: Sendable {
        /// `http://…` or `https://…`, without credentials. A host behind https is reached through it by CONNECT.
        public let url: String
        public let credentials: Credentials?

        /// - Parameter text: may hold `user:password@`.
        public init(_ text: String, credentials: Credentials? = nil) throws(InvalidURL) {
            let parts = try URLParts(text)
            guard parts.unixSocket == nil else {
                throw InvalidURL(description: "a proxy is named by http:// or https://")
            }
            url = parts.url
            self.credentials = credentials ?? parts.credentials
        }

        /// Only the host.
        public var name: String { URLParts.host(of: url) }
    }

    /// Where connections leave this machine.
    public enum Source: Hashable, Sendable, CustomStringConvertible {
        case address(String)
        case interface(String)

        /// An IP address of this machine, or the name of one of its interfaces.
        public init?(_ text: String) {
            let isAddress = text.contains(":") || text.utf8.allSatisfy { (48...57).contains($0) || $0 == 46 }
            let isName = text.utf8.count < 16 && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != 0x21 }
            guard !text.isEmpty, isAddress || isName else { return nil }
            self = isAddress ? .address(text) : .interface(text)
        }

        public var description: String {
            switch self {
            case .address(let text), .interface(let text): text
            }
        }

        /// As libcurl's `CURLOPT_INTERFACE` wants it, so that a name is never looked up as a host.
        var option: String {
            switch self {
            case .address(let text): "host!\(text)"
            case .interface(let text): "if!\(text)"
            }
        }
    }

    public init() {}
}

extension HTTPRoute: CustomStringConvertible, CustomReflectable {
    public var description: String { "route" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
