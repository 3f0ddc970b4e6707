internal import NodeRPC

/// What a scripted node answers to one call.
package enum NodeAnswer: Hashable, Sendable {
    /// A result, as JSON.
    case result([UInt8])
    case error(code: Int, message: String)

    package static func result(_ json: String) -> NodeAnswer { .result(Array(json.utf8)) }
    package static func text(_ text: String) -> NodeAnswer { .result(jsonLiteral(text)) }
    package static let null = NodeAnswer.result("null")
    package static let noSuchMethod = NodeAnswer.error(code: -32_601, message: "Method not found")
}

/// How a family's nodes write their replies to JSON-RPC calls.
package enum ReplyForm: Sendable {
    /// As JSON-RPC 2.0 has it: HTTP 200, and either a result or an error.
    case modern
    /// As bitcoind does: a result and an error, one of them null, and HTTP 404 or 500 for a single call that fails.
    case bitcoind

    package func reply(_ answer: NodeAnswer, id: String) -> [UInt8] {
        var json = JSONWriter()
        switch (self, answer) {
        case (.modern, .result(let result)):
            json.raw(#"{"jsonrpc":"2.0","id":\#(id),"result":"#)
            json.raw(result)
        case (.bitcoind, .result(let result)):
            json.raw(#"{"result":"#)
            json.raw(result)
            json.raw(#","error":null,"id":\#(id)"#)
        case (.modern, .error(let code, let message)):
            json.raw(#"{"jsonrpc":"2.0","id":\#(id),"error":"#)
            json.raw(#"{"code":\#(code),"message":\#(jsonLiteral(message))}"#)
        case (.bitcoind, .error(let code, let message)):
            json.raw(
                #"{"result":null,"error":{"code":\#(code),"message":\#(jsonLiteral(message))},"id":\#(id)"#)
        }
        json.raw("}")
        return json.bytes
    }

    /// The HTTP status of a single call's reply.
    package func status(_ answer: NodeAnswer) -> Int {
        switch (self, answer) {
        case (.bitcoind, .error(code: -32_601, _)): 404
        case (.bitcoind, .error): 500
        case (.bitcoind, .result), (.modern, _): 200
        }
    }
}
