internal import Metrics
internal import Synchronization

/// One RPC endpoint of one chain: calls go out in batches, answers come back matched by id.
public final class Node: Sendable {
    public let name: String
    private let wire: any Wire
    private let pacer: Pacer?
    private let batchLimit: Int
    private let secrets: Secrets
    private let parsers = ParserPool()
    private let requests: Counter
    private let failures: Counter
    private let duration: Timer

    /// - Parameter batchLimit: calls that go out in one HTTP request at most; hosted nodes often take only 10
    ///   to 100.
    public convenience init(
        name: String, wire: any Wire, requestsPerSecond: Int? = nil, batchLimit: Int = 100
    ) {
        self.init(name, wire, requestsPerSecond, batchLimit, Secrets([]))
    }

    public convenience init(_ endpoint: NodeEndpoint, client: HTTPClient = .shared) {
        self.init(
            endpoint.name, HTTPWire(endpoint, client: client), endpoint.requestsPerSecond, 100,
            endpoint.secrets)
    }

    private init(
        _ name: String, _ wire: any Wire, _ requestsPerSecond: Int?, _ batchLimit: Int, _ secrets: Secrets
    ) {
        self.name = name
        self.wire = wire
        self.secrets = secrets
        self.batchLimit = max(1, batchLimit)
        pacer = requestsPerSecond.map { Pacer(requestsPerSecond: $0) }
        let node = [("node", name)]
        requests = Counter(label: "depositwatch_node_requests_total", dimensions: node)
        failures = Counter(label: "depositwatch_node_failures_total", dimensions: node)
        duration = Timer(label: "depositwatch_node_request_seconds", dimensions: node)
    }

    /// The nodes of a chain, with a thread of their own for what they send: a node without measure keeps that thread
    /// busy, and other chains are not to wait for it.
    public static func ofOneChain(_ endpoints: [NodeEndpoint]) -> [Node] {
        let client = HTTPClient()
        return endpoints.map { Node($0, client: client) }
    }

    /// Sends the calls, in one batch where they fit one, and hands their answers to `read`.
    ///
    /// The answers are valid inside `read` alone. Every call has been answered or is reported as unanswered.
    ///
    /// - Parameter depth: how deeply an answer may nest: `JSONDepth.trace` where a trace is asked for.
    public func call<Value>(
        _ calls: [RPCCall], depth: Int = JSONDepth.answer, _ read: (RPCReplies) throws(NodeError) -> Value
    ) async throws(NodeError) -> Value {
        var responses: [(part: Range<Int>, response: HTTPResponse)] = []
        for start in stride(from: 0, to: calls.count, by: batchLimit) {
            let part = start..<min(start + batchLimit, calls.count)
            responses.append((part, try await send(.post(Self.body(calls[part])), calls: part.count)))
        }
        var borrowed: [JSONParser] = []
        defer { parsers.giveBack(borrowed) }
        var answers = [RPCReplies.Answer](repeating: .none, count: calls.count)
        for (part, response) in responses {
            let parser = parsers.borrow(depth: depth)
            borrowed.append(parser)
            try match(response, to: part, parser, &answers)
        }
        return try read(RPCReplies(node: name, calls: calls, answers: answers))
    }

    /// Gets a path below the node's URL, such as a REST block. A 404 is `missing`.
    public func get<Value>(
        _ path: String, _ read: (UnsafeRawBufferPointer) throws(NodeError) -> Value
    ) async throws(NodeError) -> Value {
        let response = try await send(.get(path: path), calls: 1)
        switch response.status {
        case 200:
            return try withExtendedLifetime(response.body) { body throws(NodeError) in try read(body.bytes) }
        case 404: throw fault(.missing("\(path): \(excerpt(of: response, 200))"))
        default: throw refusal(response)
        }
    }

    public func fault(_ fault: NodeError.Fault) -> NodeError {
        NodeError(node: name, fault: fault)
    }

    private static func body(_ calls: ArraySlice<RPCCall>) -> [UInt8] {
        let texts = zip(calls.indices, calls).map { $1.text(id: $0) }
        return Array((texts.count == 1 ? texts[0] : "[\(texts.joined(separator: ","))]").utf8)
    }

    private func send(_ request: WireRequest, calls: Int) async throws(NodeError) -> HTTPResponse {
        let start = ContinuousClock.now
        requests.increment(by: Int64(calls))
        do {
            if let pacer { try await pacer.turn(for: calls) }
            let response = try await wire.exchange(request)
            duration.record(duration: start.duration(to: .now))
            return response
        } catch {
            failures.increment()
            throw fault(NodeError.Fault(error as? HTTPError ?? .cancelled))
        }
    }

    /// Sorts a response's answers to their calls by id.
    private func match(
        _ response: HTTPResponse, to part: Range<Int>, _ parser: JSONParser,
        _ answers: inout [RPCReplies.Answer]
    ) throws(NodeError) {
        if let refusal = clearRefusal(response) { throw refusal }
        let json: JSON
        do throws(MalformedJSON) {
            json = try withExtendedLifetime(response.body) { body throws(MalformedJSON) in
                try parser.parse(body.bytes)
            }
        } catch {
            if response.status != 200 { throw refusal(response) }
            throw fault(.malformed("\(error.reason), in an answer that begins \(excerpt(of: response, 80))"))
        }
        guard json.isArray else {
            guard let answer = try answer(json, response) else { throw refusal(response) }
            if part.count == 1 {
                let id = Self.id(of: json)
                guard id == nil || id == part.lowerBound else {
                    throw fault(.malformed("an answer to another call"))
                }
                answers[part.lowerBound] = answer
            } else if case .error(let error) = answer {
                // One error for a whole batch, without a usable id.
                throw fault(.rpc(method: "batch", code: error.code, message: error.message))
            }
            return
        }
        for element in json.elements {
            guard let id = Self.id(of: element), part.contains(id),
                let answer = try answer(element, response)
            else { continue }
            guard case .none = answers[id] else {
                throw fault(.malformed("two answers to one call of a batch"))
            }
            answers[id] = answer
        }
    }

    private static func id(of answer: JSON) -> Int? {
        guard let id = answer.member("id") else { return nil }
        return id.unsigned.flatMap { Int(exactly: $0) } ?? id.string.flatMap { Int($0) }
    }

    /// An error object wins over a result: bitcoind writes both, one of them null. A result counts under HTTP
    /// 200 alone.
    private func answer(_ json: JSON, _ response: HTTPResponse) throws(NodeError) -> RPCReplies.Answer? {
        if let json = json.member("error"), !json.isNull {
            let message = json.member("message")?.string ?? json.string ?? json.text
            let error = RPCError(
                code: json.member("code")?.signed ?? 0, message: secrets.hidden(in: message, limit: 500))
            if Self.isRateLimit(error) { throw fault(.rateLimited(retryAfterSeconds: nil)) }
            return .error(error)
        }
        guard let result = json.member("result") else { return nil }
        guard response.status == 200 else { throw refusal(response) }
        return .result(result)
    }

    /// -32005 is "limit exceeded" by EIP-1474; hosted nodes use it, and 429, inside HTTP 200.
    private static func isRateLimit(_ error: RPCError) -> Bool {
        error.code == 429
            || (error.code == -32_005 && error.message.lowercased().firstRange(of: "rate") != nil)
    }

    /// Statuses that are not about a call, whatever their body says.
    private func clearRefusal(_ response: HTTPResponse) -> NodeError? {
        switch response.status {
        case 401, 403, 429, 300..<400: refusal(response)
        default: nil
        }
    }

    private func refusal(_ response: HTTPResponse) -> NodeError {
        switch response.status {
        case 401, 403: fault(.unauthorized(status: response.status))
        case 429: fault(.rateLimited(retryAfterSeconds: Self.retryAfter(response)))
        case 200: fault(.malformed("neither result nor error: \(excerpt(of: response, 80))"))
        default: fault(.http(status: response.status, excerpt: excerpt(of: response, 200)))
        }
    }

    /// Whole seconds, an hour at most; nil for a date or nonsense.
    private static func retryAfter(_ response: HTTPResponse) -> Int? {
        guard let seconds = response.header("retry-after").flatMap({ Int($0) }), seconds >= 0 else {
            return nil
        }
        return min(seconds, 3_600)
    }

    /// Error pages quote what they were asked, and a URL may hold a key.
    private func excerpt(of response: HTTPResponse, _ limit: Int) -> String {
        secrets.hidden(in: response.body.excerpt(4_096), limit: limit)
    }
}

extension NodeError.Fault {
    init(_ error: HTTPError) {
        switch error {
        case .unreachable(let why): self = .unreachable(why)
        case .timedOut(let why): self = .timedOut(why)
        case .tooLarge(let limit): self = .tooLarge(limit: limit)
        case .tooManyHeaders(let limit): self = .malformed("more than \(limit) bytes of headers")
        case .cancelled: self = .cancelled
        }
    }
}
