/// What an error of a node asks of us: nodes and providers each say it in words of their own.
extension RPCError {
    public enum Meaning: Hashable, Sendable {
        /// More was asked for, or would be answered, than the node takes at once: ask for less.
        case tooMuch
        /// More was asked for in a time than the node allows: ask more slowly.
        case tooFast
        /// The node has no such method, or not for us.
        case noSuchMethod
        /// The contract that was called failed, as it would at any node.
        case reverted
        case other
    }

    /// A contract's failure is looked for first, for the rest of its message is the contract's own and may say
    /// anything; then what is too much: the words for a batch that is too long hold those for too many requests.
    public var meaning: Meaning {
        let words = message.lowercased()
        if code == Self.executionReverted || Self.reverted.contains(where: { $0.fits(words) }) {
            return .reverted
        }
        if Self.tooMuch.contains(where: { $0.fits(words) }) { return .tooMuch }
        if code == 429 || code == Self.limitExceeded || Self.tooFast.contains(where: { $0.fits(words) }) {
            return .tooFast
        }
        if code == -32_601 || Self.noSuchMethod.contains(where: { $0.fits(words) }) { return .noSuchMethod }
        return .other
    }

    /// EIP-1474. Infura puts it on too many results too, which their words tell.
    private static let limitExceeded: Int64 = -32_005

    /// Of geth, and of most that came after it.
    private static let executionReverted: Int64 = 3

    /// Geth's words for how a call ends early; "VM execution error" and "VM Exception" are Nethermind's and Hardhat's.
    private static let reverted = phrases(
        "execution reverted", "vm execution error", "vm exception", "out of gas", "invalid opcode",
        "invalid jump destination", "stack underflow", "stack limit reached", "write protection",
        "return data out of bounds")

    /// Answers (geth: 25 MB a batch), batches (geth: 1,000 calls), and ranges and results of logs.
    private static let tooMuch = phrases(
        "too large", "size exceeded", "returned more than*results", "exceeds max results",
        "exceed*max*block range", "block range*too wide", "max range", "range over*blocks",
        "ranges over*blocks",
        "limited to*range", "up to a*block range", "blocks distance", "number of requested blocks",
        "exceeds limit of",
        // Of batches alone.
        "batch of more than", "batch size", "batch*limit", "batch*exceed", "batch*not supported",
        "batch*not allowed", "batch*disabled", "many requests in*batch", "many calls in*batch",
        "requests in a batch")

    private static let tooFast = phrases(
        "rate limit", "rate-limit", "ratelimit", "too many requests", "request limit", "requests per second",
        "calls per second", "request count exceeded", "exceeded*compute units", "exceeded*capacity",
        "throttl",
        "quota", "work queue depth exceeded")

    private static let noSuchMethod = phrases(
        "method*not supported", "method*unsupported", "unsupported*method", "method*does not exist",
        "method*not available", "method*not enabled", "method*not allowed", "method*disabled",
        "available on*plan", "available on*tier")

    private static func phrases(_ texts: String...) -> [Phrase] {
        texts.map { Phrase(parts: $0.split(separator: "*").map(String.init)) }
    }
}

/// Words that follow one another in a message, whatever stands between them.
private struct Phrase: Sendable {
    let parts: [String]

    func fits(_ message: String) -> Bool {
        var rest = message[...]
        for part in parts {
            guard let found = rest.firstRange(of: part) else { return false }
            rest = rest[found.upperBound...]
        }
        return true
    }
}
