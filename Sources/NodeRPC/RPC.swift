/// One JSON-RPC 2.0 call.
public struct RPCCall: Hashable, Sendable {
    public let method: String
    /// The parameters as JSON text, an array: `["0x1b4",false]`.
    public let params: String

    public init(_ method: String, _ params: String = "[]") {
        self.method = method
        self.params = params
    }

    /// For an error that says what was asked: `eth_getBlockReceipts ["0x1b4"]`.
    var words: String {
        params.utf8.count <= 120 ? "\(method) \(params)" : "\(method) \(params.prefix(110))…"
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
        /// Asked alone, the call came to nothing, while others were answered.
        case fault(NodeError)
        case none

        var isResult: Bool {
            if case .result = self { true } else { false }
        }
    }

    /// The answer to the call at `index`: its result, or the node's error. An answer that is not there is an error.
    public func answer(_ index: Int) throws(NodeError) -> Result {
        switch answers[index] {
        case .result(let json): return .result(json)
        case .error(let error): return .error(error)
        case .fault(let error): throw error
        case .none:
            throw NodeError(
                node: node, fault: .unanswered(method: calls[index].method), question: calls[index].words)
        }
    }

    /// How the node says that it has no such method, or not for us: in words of its own, or by a status (401, 403: a
    /// plan or a whitelist; 404, 405, 501). Nil where it says no such thing.
    public func absence(_ index: Int) -> String? {
        switch answers[index] {
        case .error(let error) where error.meaning == .noSuchMethod: "error \(error.code): \(error.message)"
        case .fault(let error): error.saysAbsent ? "\(error.fault)" : nil
        case .result, .error, .none: nil
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
                fault: .rpc(method: calls[index].method, code: error.code, message: error.message),
                question: calls[index].words)
        }
    }

    /// For an adapter that finds fault with the answer to one call.
    public func fault(_ fault: NodeError.Fault, at index: Int) -> NodeError {
        NodeError(node: node, fault: fault, question: calls[index].words)
    }

    /// For an adapter that finds fault with an answer.
    public func fault(_ fault: NodeError.Fault) -> NodeError {
        NodeError(node: node, fault: fault)
    }
}
