internal import Synchronization

/// Writes down every exchange that passes through it, as lines of a tape with steps.
///
/// An answer that is the same as the request's last one is not written again: the last one sticks.
public final class RecordingWire: Wire {
    private struct State: Sendable {
        var step = 0
        var last: [Tape.Request: Tape.Answer] = [:]
    }

    private let wire: any Wire
    private let write: @Sendable (String) -> Void
    private let state = Mutex(State())

    /// - Parameter write: takes one line of the tape, without its line feed.
    public init(_ wire: any Wire, write: @escaping @Sendable (String) -> Void) {
        self.wire = wire
        self.write = write
    }

    public var step: Int { state.withLock { $0.step } }

    /// What is recorded from here on belongs to the next step.
    public func beginStep() {
        state.withLock { $0.step += 1 }
    }

    public func exchange(_ request: WireRequest) async throws(HTTPError) -> HTTPResponse {
        let response = try await wire.exchange(request)
        switch request {
        case .get(let path):
            let answer: Tape.Answer =
                response.status == 200
                ? .result("\"" + response.body.bytes.map(Self.hex).joined() + "\"")
                : .error(#"{"code":\#(response.status),"message":\#(jsonLiteral(response.body.excerpt()))}"#)
            note(Tape.Request(method: "GET", params: "[\(jsonLiteral(path))]"), answer)
        case .post(let body):
            for (request, answer) in Self.exchanges(body, response) { note(request, answer) }
        }
        return response
    }

    private func note(_ request: Tape.Request, _ answer: Tape.Answer) {
        state.withLock { state in
            guard state.last[request] != answer else { return }
            state.last[request] = answer
            let outcome =
                switch answer {
                case .result(let text): #""result":\#(text)"#
                case .error(let text): #""error":\#(text)"#
                }
            write(
                #"{"step":\#(state.step),"request":{"method":"\#(request.method)","params":\#(request.params)},"#
                    + outcome + "}")
        }
    }

    /// Pairs the calls of a body with the answers of its response, by id.
    private static func exchanges(
        _ body: [UInt8], _ response: HTTPResponse
    ) -> [(Tape.Request, Tape.Answer)] {
        var answers: [String: Tape.Answer] = [:]
        _ = try? withJSON(Array(response.body.bytes)) { json throws(TapeError) in
            for reply in json.isArray ? Array(json.elements) : [json] {
                let id = reply.member("id")?.text ?? ""
                if let error = reply.member("error"), !error.isNull {
                    answers[id] = .error(error.text)
                } else if let result = reply.member("result") {
                    answers[id] = .result(result.text)
                }
            }
        }
        let pairs = try? withJSON(body) { json throws(TapeError) in
            (json.isArray ? Array(json.elements) : [json]).compactMap {
                call -> (Tape.Request, Tape.Answer)? in
                guard let method = call.member("method")?.string, let params = call.member("params")?.text,
                    let answer = answers[call.member("id")?.text ?? ""]
                else { return nil }
                return (Tape.Request(method: method, params: params), answer)
            }
        }
        return pairs ?? []
    }

    private static func hex(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
}
