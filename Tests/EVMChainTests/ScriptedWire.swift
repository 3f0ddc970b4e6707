import Foundation
import NodeRPC

/// A node in memory: every call of a batch is answered by a function.
struct ScriptedWire: Wire {
    enum Reply: Sendable {
        case result(String)
        case error(Int, String)
        /// The batch's reply lacks this call.
        case silence
    }

    let answer: @Sendable (_ method: String, _ params: String) -> Reply

    func exchange(_ request: WireRequest) async throws(HTTPError) -> HTTPResponse {
        guard case .post(let bytes) = request, let json = try? JSONSerialization.jsonObject(with: Data(bytes))
        else {
            throw .unreachable("no JSON-RPC request")
        }
        let calls = json as? [[String: Any]] ?? [json as? [String: Any] ?? [:]]
        let replies = calls.compactMap { call -> String? in
            let id = call["id"] as? Int ?? -1
            let params = text(call["params"] ?? [])
            switch answer(call["method"] as? String ?? "", params) {
            case .result(let result): return #"{"jsonrpc":"2.0","id":\#(id),"result":\#(result)}"#
            case .error(let code, let message):
                return #"{"jsonrpc":"2.0","id":\#(id),"error":{"code":\#(code),"message":"\#(message)"}}"#
            case .silence: return nil
            }
        }
        let body = json is [Any] ? "[\(replies.joined(separator: ","))]" : replies.first ?? ""
        return HTTPResponse(status: 200, body: ResponseBody(Array(body.utf8)))
    }
}

/// A value as compact JSON with sorted keys.
func text(_ value: Any) -> String {
    let options: JSONSerialization.WritingOptions = [.fragmentsAllowed, .sortedKeys, .withoutEscapingSlashes]
    let data = try? JSONSerialization.data(withJSONObject: value, options: options)
    return String(decoding: data ?? Data(), as: UTF8.self)
}
