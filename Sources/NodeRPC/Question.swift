/// The calls that are asked together: what has come of each so far, and how many may still go out at once.
///
/// An error belongs to a call only where the call was refused alone. A refusal of several at once is judged by what
/// follows: fewer are asked until some are answered, and only then counts the batch as having been too large.
struct Question {
    let calls: [RPCCall]
    var answers: [RPCReplies.Answer]
    /// Bytes of all answers.
    var received = 0
    private(set) var next = 0
    /// Calls with a result or an error of their own, and calls that came to nothing.
    private var settled = 0
    private var failed = 0
    /// What a refusal in the midst of it has left.
    private var limit = Int.max
    private var refused: Refusal?

    /// A batch of so many was refused, and nothing smaller has worked yet.
    struct Refusal {
        let calls: Int
        var left: Int
    }

    init(_ calls: [RPCCall]) {
        self.calls = calls
        answers = [RPCReplies.Answer](repeating: .none, count: calls.count)
    }

    var isOver: Bool { next >= calls.count }
    /// Questions are told apart by the method that they begin with.
    var method: String { calls.first?.method ?? "" }

    func part(atMost size: Int) -> Range<Int> {
        next..<min(next + max(1, min(size, limit)), calls.count)
    }

    /// Fewer are to be asked than in this part.
    ///
    /// What took too long has cost as long as may be waited, so that far fewer are asked.
    mutating func refuse(_ part: Range<Int>, for fault: NodeError.Fault?) {
        for index in part { answers[index] = .none }
        switch fault {
        case .timedOut: limit = max(1, part.count / 4)
        default: limit = max(1, part.count / 2)
        }
        switch fault {
        // What may not be asked at all says nothing of how much may.
        case .unauthorized: break
        default: refused = Refusal(calls: part.count, left: limit)
        }
    }

    /// This part was answered.
    ///
    /// - Returns: a larger one that was refused before it, where this shows that its size was why.
    mutating func settle(_ part: Range<Int>) -> Refusal? {
        settled += part.count
        next = part.upperBound
        guard let refused, part.contains(where: { answers[$0].isResult }) else { return nil }
        self.refused = nil
        return refused
    }

    /// Notes that a call, asked alone, came to nothing, so that the others are asked all the same.
    ///
    /// - Returns: false where too little has been answered to take that for the fault of this call alone.
    mutating func give(up index: Int, for error: NodeError) -> Bool {
        guard error.mayBeOfOneCall, settled > 0, failed <= settled else { return false }
        failed += 1
        answers[index] = .fault(error)
        next = index + 1
        return true
    }

    /// The first call of this part whose error may be the batch's: the node says it of no call that it was asked alone.
    func doubt(in part: Range<Int>, besides known: Set<OwnError>) -> (index: Int, error: RPCError)? {
        guard part.count > 1 else { return nil }
        for index in part {
            guard case .error(let error) = answers[index], error.meaning == .other, !error.saysNotFound,
                !known.contains(OwnError(calls[index].method, error))
            else { continue }
            return (index, error)
        }
        return nil
    }
}

extension RPCError {
    /// Of a thing that the node does not have: whoever asks for it alone hears the same.
    fileprivate var saysNotFound: Bool {
        let words = message.lowercased()
        return words.contains("not found") || words.contains("unknown block")
            || words.contains("out of range")
    }
}

/// An error that a method gives also where it is asked alone.
struct OwnError: Hashable, Sendable {
    let method: String
    let code: Int64

    init(_ method: String, _ error: RPCError) {
        self.method = method
        code = error.code
    }
}

extension NodeError {
    /// Whether fewer calls at once may be answered. Not where the node asks to be asked more slowly, nor where
    /// what it sends is more than we take; and behind a connection that broke may be another node, which is to be asked
    /// first who it is.
    var mayBeOfBatch: Bool {
        switch fault {
        case .http(let status, _): !(300..<400).contains(status)
        case .timedOut, .unauthorized, .malformed, .rpc, .unanswered: true
        case .unreachable, .broken, .rateLimited, .tooLarge, .missing, .pending, .syncing, .unproven,
            .wrongChain, .unsuited, .cancelled:
            false
        }
    }

    /// Whether other calls may be answered all the same.
    fileprivate var mayBeOfOneCall: Bool {
        if case .broken = fault { true } else { mayBeOfBatch }
    }
}
