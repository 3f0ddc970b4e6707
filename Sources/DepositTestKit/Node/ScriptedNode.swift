public import NodeRPC
internal import Synchronization

/// A node that a test can make lag, lie and break, on a made-up chain.
///
/// In process it is a ``Wire``; ``NodeServer`` puts it behind real HTTP. Several nodes may share one chain, each with
/// faults of its own.
///
/// ```swift
/// node.inflict(.droppedReceipt)                                    // until it is cured
/// node.inflict(.nullAnswer, on: "eth_getBlockReceipts")            // one method
/// node.inflict(.rateLimited(retryAfter: 5), times: 3)              // three requests
/// node.cure()
/// ```
public final class ScriptedNode: Sendable {
    private struct State {
        var rules: [FaultRule] = []
        var requests = 0
        var struck = 0
        var asked: [String: Int] = [:]
    }

    public let name: String
    private let source: any NodeSource
    private let state = Mutex(State())

    init(_ name: String, source: any NodeSource) {
        self.name = name
        self.source = source
    }

    /// The node as a watcher takes it, in process.
    public var node: Node { Node(name: name, wire: self) }

    /// Makes something wrong with the node.
    ///
    /// - Parameters:
    ///   - method: the one that it strikes, `GET` for paths that are got; by default all. Where a batch holds the
    ///     method, what is wrong with a body strikes the whole batch.
    ///   - times: how many requests it strikes; by default all until it is cured.
    public func inflict(_ fault: NodeFault, on method: String? = nil, times: Int? = nil) {
        state.withLock { $0.rules.append(FaultRule(fault: fault, method: method, left: times)) }
    }

    /// Ends every fault.
    public func cure() {
        state.withLock { $0.rules = [] }
    }

    /// How many requests a fault has struck.
    public var struck: Int { state.withLock { $0.struck } }

    /// How often the method was called.
    public func asked(_ method: String) -> Int { state.withLock { $0.asked[method, default: 0] } }

    func reply(to request: WireRequest) -> NodeReply {
        switch request {
        case .get(let path):
            let trouble = trouble(for: ["GET"])
            guard let body = source.answer(toGet: path, as: trouble.outlook("GET")) else {
                return NodeReply(status: 404, body: Array("not found".utf8)).bent(by: trouble.faults)
            }
            return NodeReply(contentType: "application/octet-stream", body: body)
                .bent(by: trouble.faults)
        case .post(let body):
            let reply = try? withJSON(body) { self.reply(to: $0) }
            return reply
                ?? NodeReply(
                    body: source.form.reply(.error(code: -32_700, message: "Parse error"), id: "null"))
        }
    }

    private func reply(to json: JSON) -> NodeReply {
        let calls = json.isArray ? Array(json.elements) : [json]
        let methods = calls.map { $0.member("method")?.string ?? "" }
        let trouble = trouble(for: methods)
        if json.isArray, let refusal = trouble.refusal(ofBatch: calls.count) {
            return NodeReply(body: source.form.reply(refusal, id: "null")).bent(by: trouble.faults)
        }
        var answers: [[UInt8]] = []
        var status = 200
        for (call, method) in zip(calls, methods) {
            let parameters = call.member("params")?.elements.map { $0 } ?? []
            let answer =
                trouble.replacement(method)
                ?? source.answer(method, parameters, as: trouble.outlook(method))
            status = source.form.status(answer)
            answers.append(source.form.reply(answer, id: call.member("id")?.text ?? "null"))
        }
        guard json.isArray else {
            return NodeReply(status: status, body: answers[0]).bent(by: trouble.faults)
        }
        if trouble.faults.contains(.shortBatch) { answers.removeLast() }
        if trouble.faults.contains(.shuffledBatch) { answers.reverse() }
        var batch = JSONWriter()
        batch.list(answers) { $0.raw($1) }
        return NodeReply(body: batch.bytes).bent(by: trouble.faults)
    }

    /// What strikes a request with these calls; what strikes a number of requests has one fewer left.
    private func trouble(for methods: [String]) -> Trouble {
        state.withLock { state in
            for method in methods { state.asked[method, default: 0] += 1 }
            state.requests += 1
            var rules: [FaultRule] = []
            for index in state.rules.indices
            where methods.contains(where: { state.rules[index].strikes($0) }) {
                rules.append(state.rules[index])
                if let left = state.rules[index].left { state.rules[index].left = left - 1 }
            }
            if !rules.isEmpty { state.struck += 1 }
            return Trouble(rules, isFlipped: state.requests.isMultiple(of: 2))
        }
    }
}

extension ScriptedNode: Wire {
    /// Answers within the limits that HTTP would hold it to, without the waiting.
    public func exchange(_ request: WireRequest) async throws(HTTPError) -> HTTPResponse {
        let reply = reply(to: request)
        let limits = HTTPLimits()
        if reply.isBroken { throw .unreachable("the connection was reset") }
        if reply.delay > limits.totalSeconds * 1_000 {
            throw .timedOut("no answer in \(limits.totalSeconds) s")
        }
        if max(reply.body.count, reply.paddedTo) > limits.bodyBytes {
            throw .tooLarge(limit: limits.bodyBytes)
        }
        return HTTPResponse(
            status: reply.status, headers: reply.retryAfter.map { [("retry-after", "\($0)")] } ?? [],
            body: ResponseBody(reply.body))
    }
}
