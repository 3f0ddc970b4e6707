/// One JSON-RPC 2.0 call.
public struct RPCCall: Hashable, Sendable {
    public let method: String
    /// The parameters as JSON text, an array: `["0x1b4",false]`.
    public let params: String

    public init(_ method: String, _ params: String = "[]") {
        self.method = method
        self.params = params
    }

    func text(id: Int) -> String {
        #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":\#(params)}"#
    }
}

/// A JSON-RPC error object.
public struct RPCError: Hashable, Sendable {
    public let code: Int64
    public let message: String

    public init(code: Int64, message: String) {
        self.code = code
        self.message = message
    }
}

/// The answers to the calls of one request, matched by id. Valid only inside the closure they were handed to.
public struct RPCReplies {
    let node: String
    let calls: [RPCCall]
    let answers: [Answer]

    enum Answer {
        case result(JSON)
        case error(RPCError)
        case none
    }

    /// The answer to the call at `index`: its result, or the node's error. An answer that is not there is an error.
    public func answer(_ index: Int) throws(NodeError) -> Result {
        switch answers[index] {
        case .result(let json): .result(json)
        case .error(let error): .error(error)
        case .none: throw NodeError(node: node, fault: .unanswered(method: calls[index].method))
        }
    }

    public enum Result {
        case result(JSON)
        case error(RPCError)
    }

    /// The result of the call at `index`; an error object is thrown. `null` is a result: the caller says what it means.
    public func result(_ index: Int) throws(NodeError) -> JSON {
        switch try answer(index) {
        case .result(let json): return json
        case .error(let error):
            throw NodeError(
                node: node,
                fault: .rpc(method: calls[index].method, code: error.code, message: error.message))
        }
    }

    /// For an adapter that finds fault with an answer.
    public func fault(_ fault: NodeError.Fault) -> NodeError {
        NodeError(node: node, fault: fault)
    }
}
