internal import Synchronization

/// Recorded exchanges with a node, as `tape.jsonl` keeps them: one a line, in the order in which they happened.
///
/// A line is `{"request":{"method":…,"params":[…]},"result":…}`, or `"error":{…}` in place of the result. Asked
/// again, the same request gets its next recorded answer, and the last one sticks. Where lines carry `"step":N`,
/// the tape has a clock of its own: a request gets the newest answer recorded at or before the current step, however
/// often it is asked. A GET is kept as method `GET` with its path, its body as hex.
public final class Tape: Sendable {
    public struct Request: Hashable, Sendable {
        public let method: String
        /// Compact JSON.
        public let params: String

        public init(method: String, params: String) {
            self.method = method
            self.params = params
        }
    }

    public enum Answer: Hashable, Sendable {
        case result(String)
        case error(String)
    }

    private struct Recorded: Sendable {
        let step: Int?
        let answer: Answer
    }

    private struct State: Sendable {
        var step = 0
        var asked: [Request: Int] = [:]
        var unanswered: [Request] = []
    }

    private let answers: [Request: [Recorded]]
    /// The last step of the tape; 0 when its lines carry none.
    public let lastStep: Int
    private let state = Mutex(State())

    /// Fails with the number of the first line that cannot be read.
    public init(_ text: String) throws(TapeError) {
        var answers: [Request: [Recorded]] = [:]
        var lastStep = 0
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard !line.isEmpty else { continue }
            guard let (request, recorded) = Self.read(line) else { throw TapeError(line: index + 1) }
            answers[request, default: []].append(recorded)
            lastStep = max(lastStep, recorded.step ?? 0)
        }
        self.answers = answers
        self.lastStep = lastStep
    }

    public var step: Int { state.withLock { $0.step } }

    /// Moves the tape's clock on by a step; false at its end.
    public func advance() -> Bool {
        state.withLock { state in
            guard state.step < lastStep else { return false }
            state.step += 1
            return true
        }
    }

    /// Requests that the tape had no answer to, oldest first: a replay that has any proves nothing.
    public var unanswered: [Request] { state.withLock { $0.unanswered } }

    public func answer(to request: Request) -> Answer {
        state.withLock { state in
            let count = state.asked[request, default: 0]
            state.asked[request] = count + 1
            let recorded = answers[request] ?? []
            let timed = recorded.filter { $0.step != nil }
            if let answer = timed.last(where: { $0.step ?? 0 <= state.step })?.answer { return answer }
            let untimed = recorded.filter { $0.step == nil }
            if let answer = untimed.isEmpty ? nil : untimed[min(count, untimed.count - 1)].answer {
                return answer
            }
            state.unanswered.append(request)
            let message =
                "the tape has no answer to \(request.method) \(request.params) at step \(state.step)"
            return .error(#"{"code":-32098,"message":\#(jsonLiteral(message))}"#)
        }
    }

    private static func read(_ line: Substring) -> (Request, Recorded)? {
        try? withJSON(Array(line.utf8)) { json throws(TapeError) in
            guard let request = json.member("request"), let method = request.member("method")?.string,
                let params = request.member("params")?.text
            else { throw TapeError(line: 0) }
            let answer: Answer
            if let result = json.member("result") {
                answer = .result(result.text)
            } else if let error = json.member("error") {
                answer = .error(error.text)
            } else {
                throw TapeError(line: 0)
            }
            let step = json.member("step")?.unsigned.flatMap { Int(exactly: $0) }
            return (Request(method: method, params: params), Recorded(step: step, answer: answer))
        }
    }
}

/// A line of a tape that is no exchange.
public struct TapeError: Error, Hashable, Sendable, CustomStringConvertible {
    public let line: Int
    public var description: String {
        "line \(line) is no exchange: expected {\"request\":{\"method\",\"params\"},\"result\" or \"error\"}"
    }
}
