@testable internal import NodeRPC
internal import Synchronization

/// A node that answers from a list, one request after the other, and keeps what it was asked.
final class ScriptedWire: Wire {
    private struct State {
        var answers: [Result<HTTPResponse, HTTPError>]
        var asked: [String] = []
    }

    private let state: Mutex<State>

    init(_ answers: [Result<HTTPResponse, HTTPError>]) {
        state = Mutex(State(answers: answers))
    }

    var asked: [String] { state.withLock { $0.asked } }

    func exchange(_ request: WireRequest) async throws(HTTPError) -> HTTPResponse {
        let answer = state.withLock { state -> Result<HTTPResponse, HTTPError> in
            switch request {
            case .post(let body): state.asked.append(String(decoding: body, as: UTF8.self))
            case .get(let path): state.asked.append("GET \(path)")
            }
            return state.answers.isEmpty
                ? .failure(.unreachable("the script is over")) : state.answers.removeFirst()
        }
        return try answer.get()
    }
}

func response(
    _ body: String, _ status: Int = 200, _ headers: [(name: String, value: String)] = []
) -> HTTPResponse {
    HTTPResponse(status: status, headers: headers, body: ResponseBody(body.utf8))
}

/// A node that gives one answer, and the calls of a test: `a` has id 0, `b` 1, and so on.
func node(_ body: String, _ status: Int = 200, _ headers: [(name: String, value: String)] = []) -> Node {
    Node(name: "n", wire: ScriptedWire([.success(response(body, status, headers))]))
}

func calls(_ count: Int) -> [RPCCall] {
    (0..<count).map { RPCCall("m\($0)", "[\($0)]") }
}

extension Node {
    /// Each call's result as JSON, or its fault in words.
    func outcomes(_ calls: [RPCCall]) async throws(NodeError) -> [String] {
        try await call(calls) { replies throws(NodeError) in
            calls.indices.map { index in
                do throws(NodeError) { return try replies.result(index).text } catch {
                    return "\(error.fault)"
                }
            }
        }
    }

    /// What the whole request fails with; nil when it does not.
    func fault(of calls: [RPCCall]) async -> NodeError.Fault? {
        do throws(NodeError) {
            _ = try await outcomes(calls)
            return nil
        } catch {
            return error.fault
        }
    }
}
