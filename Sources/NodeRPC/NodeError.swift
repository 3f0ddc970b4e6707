/// A node did not give an answer that can be used. Nothing is ever scanned past one of these.
public struct NodeError: Error, Hashable, Sendable {
    /// The node's name: its URL without credentials.
    public let node: String
    public let fault: Fault
    /// What was asked last, and in which form; nil where the fault says enough.
    public let question: String?

    public enum Fault: Hashable, Sendable {
        /// No connection.
        case unreachable(String)
        /// The connection ended before the answer did.
        case broken(String)
        case timedOut(String)
        /// An HTTP status that carries no JSON-RPC answer.
        case http(status: Int, excerpt: String)
        /// 401 or 403, for this method, in these words.
        case unauthorized(status: Int, method: String, words: String)
        /// 429, or an error that says so.
        case rateLimited(retryAfterSeconds: Int?)
        case tooLarge(limit: Int)
        /// The answer is no JSON, or not of the shape that this call has.
        case malformed(String)
        /// A JSON-RPC error object.
        case rpc(method: String, code: Int64, message: String)
        /// The reply lacks the answer to one of its calls.
        case unanswered(method: String)
        /// The node has not, or no longer, what it said it has: `null`, "not found", pruned.
        case missing(String)
        /// The node has a block and not yet what comes of it: no fault, and no answer either. It is asked again.
        case pending(String)
        /// The node is up but does not follow its chain yet.
        case syncing(String)
        /// An answer contradicts its own hash, its header, or another answer of the same turn.
        case unproven(String)
        /// The node follows another chain than the chain file names.
        case wrongChain(expected: String, found: String)
        /// It is of the right chain, and lacks what this chain is watched with.
        case unsuited(why: String, remedy: String)
        case cancelled
    }

    public init(node: String, fault: Fault, question: String? = nil) {
        self.node = node
        self.fault = fault
        self.question = question
    }
}

extension NodeError {
    /// What is wrong, and what was asked last: for people, beside the node's name.
    public var words: String { "\(fault)" + (question.map { " (asked last: \($0))" } ?? "") }

    /// Another form of the question, or a part of it, may be answered.
    public var asksForLess: Bool {
        switch fault {
        case .tooLarge: true
        default: mayBeOfBatch
        }
    }

    /// The method is not to be had at this node, or not for us, while others are.
    public var saysAbsent: Bool {
        switch fault {
        case .unauthorized, .http(404, _), .http(405, _), .http(501, _): true
        case .rpc(_, let code, let message): RPCError(code: code, message: message).meaning == .noSuchMethod
        default: false
        }
    }

    /// With what was asked, unless the fault names it already.
    func asking(_ question: Question, _ part: Range<Int>) -> NodeError {
        switch fault {
        case .timedOut, .http, .malformed, .unanswered, .rpc, .tooLarge, .broken: break
        case .unreachable, .unauthorized, .rateLimited, .missing, .pending, .syncing, .unproven, .wrongChain,
            .unsuited,
            .cancelled:
            return self
        }
        let first = question.calls[part.lowerBound].words
        let words = part.count == 1 ? first : "\(part.count) calls at once, the first \(first)"
        return NodeError(node: node, fault: fault, question: self.question ?? words)
    }

    /// Whether the node does not have what was asked for, or not any more.
    public var isAbsence: Bool {
        if case .missing = fault { true } else { false }
    }

    /// Whether the node is right and only has to be waited for.
    public var isWait: Bool {
        if case .pending = fault { true } else { false }
    }
}

extension NodeError: CustomStringConvertible {
    public var description: String { "\(node): \(words)" }
}

extension NodeError.Fault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreachable(let why):
            "cannot be reached (\(why)); check that the node runs and its URL is right"
        case .broken(let why): "broke off before its answer was whole (\(why))"
        case .timedOut(let why): "did not answer in time (\(why))"
        case .http(let status, let excerpt): "answered HTTP \(status): \(excerpt)"
        case .unauthorized(401, let method, let words):
            "refused our credentials (HTTP 401 to \(method)\(words.isEmpty ? "" : ": \(words)")); "
                + "check user, password or headers"
        case .unauthorized(let status, let method, let words):
            "forbids \(method) (HTTP \(status)\(words.isEmpty ? ", without a word" : ": \(words)")); check user, password "
                + "or headers, and whether its plan or whitelist (bitcoind: rpcwhitelist) holds \(method)"
        case .rateLimited(let seconds):
            "limits our rate" + (seconds.map { " for \($0) s" } ?? "")
                + "; it is asked more slowly, and a higher plan or another node helps"
        case .tooLarge(let limit): "answered with more than \(limit) bytes"
        case .malformed(let what): "answered malformed data: \(what)"
        case .rpc(let method, let code, let message): "answered \(method) with error \(code): \(message)"
        case .unanswered(let method): "left \(method) unanswered"
        case .missing(let what): "does not have \(what)"
        case .pending(let what): "has not yet \(what); it is asked again"
        case .syncing(let what): "is still syncing (\(what))"
        case .unproven(let what): "gave an answer that does not hold: \(what)"
        case .wrongChain(let expected, let found):
            "follows another chain: expected \(expected), found \(found); point this chain at a node of its own network"
        case .unsuited(let why, let remedy): "cannot be used: \(why); \(remedy)"
        case .cancelled: "was not waited for"
        }
    }
}
