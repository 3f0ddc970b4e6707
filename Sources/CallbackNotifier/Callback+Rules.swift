/// What a callback may be called and ask for, whoever asks: the configuration or a client of the API.
extension Callback {
    /// Seconds.
    public static let timeouts = 1...600
    public static let concurrencies = 1...1_000
    /// Seconds before an attempt.
    public static let delays = 0...2_592_000
    /// Seconds without a yes, after which it is paused.
    public static let patience = 60...31_536_000

    /// Letters, digits and `- _ .`, up to 64: it stands in paths, logs and metrics.
    public static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
    }

    /// Why a header of this name is not sent beside ours; nil where it may be.
    public static func flaw(ofHeaderNamed name: String) -> String? {
        let lowercase = name.lowercased()
        guard !name.isEmpty, name.utf8.count <= 256, lowercase.utf8.allSatisfy(tokenBytes.contains) else {
            return "\(String(name.prefix(64)).debugDescription) is no name of a header"
        }
        let isOurs =
            reserved.contains(lowercase) || lowercase.hasPrefix("webhook-") || lowercase.hasPrefix("content-")
        return isOurs ? "\(name) is set by depositwatch itself; leave it out" : nil
    }

    /// Why this is no value of a header; nil where it may be sent.
    public static func flaw(ofValueOfHeader name: String, _ value: String) -> String? {
        value.utf8.contains { $0 < 0x20 || $0 == 0x7f }
            ? "the value of \(name) holds a line break or another control character" : nil
    }

    /// RFC 9110 §5.6.2.
    private static let tokenBytes = Set("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz".utf8)
    /// What a request cannot do without, or what speaks of its connection.
    private static let reserved: Set<String> = [
        "accept", "connection", "expect", "host", "http2-settings", "keep-alive", "proxy-authorization",
        "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "user-agent",
    ]
}
