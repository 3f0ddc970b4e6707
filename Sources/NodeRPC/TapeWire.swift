/// Plays a tape in place of a node.
public struct TapeWire: Wire {
    private let tape: Tape

    public init(_ tape: Tape) {
        self.tape = tape
    }

    public func exchange(_ request: WireRequest) async throws(HTTPError) -> HTTPResponse {
        switch request {
        case .post(let body): return tape.response(toPost: body)
        case .get(let path): return tape.response(toGet: path)
        }
    }
}

extension Tape {
    /// What the recorded node would answer to a JSON-RPC body: a single call or a batch.
    public func response(toPost body: [UInt8]) -> HTTPResponse {
        let text = try? withJSON(body) { json throws(TapeError) in
            guard json.isArray else { return reply(to: json) }
            return "[" + json.elements.map { reply(to: $0) }.joined(separator: ",") + "]"
        }
        let invalid = #"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"parse error"}}"#
        return HTTPResponse(status: 200, body: ResponseBody((text ?? invalid).utf8))
    }

    /// What it would answer to a GET.
    public func response(toGet path: String) -> HTTPResponse {
        switch answer(to: Request(method: "GET", params: "[\(jsonLiteral(path))]")) {
        case .result(let hex):
            return HTTPResponse(
                status: 200, body: ResponseBody(Self.bytes(hex: hex.utf8.filter { $0 != 0x22 })))
        case .error(let error):
            return HTTPResponse(status: 404, body: ResponseBody(error.utf8))
        }
    }

    private func reply(to call: JSON) -> String {
        let id = call.member("id")?.text ?? "null"
        guard let method = call.member("method")?.string else {
            return #"{"jsonrpc":"2.0","id":\#(id),"error":{"code":-32600,"message":"no method"}}"#
        }
        switch answer(to: Request(method: method, params: call.member("params")?.text ?? "[]")) {
        case .result(let result): return #"{"jsonrpc":"2.0","id":\#(id),"result":\#(result)}"#
        case .error(let error): return #"{"jsonrpc":"2.0","id":\#(id),"error":\#(error)}"#
        }
    }

    private static func bytes(hex: [UInt8]) -> [UInt8] {
        stride(from: 0, to: hex.count - 1, by: 2).compactMap { index in
            UInt8(String(decoding: hex[index...index + 1], as: UTF8.self), radix: 16)
        }
    }
}
