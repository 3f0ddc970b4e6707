internal import Metrics
internal import Synchronization

/// One RPC endpoint of one chain: calls go out in batches, answers come back matched by id.
public final class Node: Sendable {
    public let name: String
    private let wire: any Wire
    private let pacer: Pacer?
    private let batchLimit: Int
    private let parsers = ParserPool()
    private let requests: Counter
    private let failures: Counter
    private let duration: Timer

    /// - Parameter batchLimit: calls that go out in one HTTP request at most; hosted nodes often take only 10 to 100.
    public init(name: String, wire: any Wire, requestsPerSecond: Int? = nil, batchLimit: Int = 100) {
        self.name = name
        self.wire = wire
        self.batchLimit = batchLimit
        pacer = requestsPerSecond.map { Pacer(requestsPerSecond: $0) }
        let node = [("node", name)]
        requests = Counter(label: "depositwatch_node_requests_total", dimensions: node)
        failures = Counter(label: "depositwatch_node_failures_total", dimensions: node)
        duration = Timer(label: "depositwatch_node_request_seconds", dimensions: node)
    }

    public convenience init(_ endpoint: NodeEndpoint, client: HTTPClient = .shared) {
        self.init(
            name: endpoint.name, wire: HTTPWire(endpoint, client: client),
            requestsPerSecond: endpoint.requestsPerSecond)
    }

    /// Sends the calls, in one batch where they fit one, and hands their answers to `read`.
    ///
    /// The answers are valid inside `read` alone. Every call has been answered or is reported as unanswered.
    public func call<Value>(
        _ calls: [RPCCall], _ read: (RPCReplies) throws(NodeError) -> Value
    ) async throws(NodeError) -> Value {
        var responses: [HTTPResponse] = []
        for start in stride(from: 0, to: calls.count, by: batchLimit) {
            let part = calls[start..<min(start + batchLimit, calls.count)]
            responses.append(try await send(.post(Self.body(part)), calls: part.count))
        }
        var borrowed: [JSONParser] = []
        defer { parsers.giveBack(borrowed) }
        var answers = [RPCReplies.Answer](repeating: .none, count: calls.count)
        for response in responses {
            let parser = parsers.borrow()
            borrowed.append(parser)
            try match(response, parser, &answers)
        }
        return try read(RPCReplies(node: name, calls: calls, answers: answers))
    }

    /// Gets a path below the node's URL, such as a REST block. A 404 is `missing`.
    public func get<Value>(
        _ path: String, _ read: (UnsafeRawBufferPointer) throws(NodeError) -> Value
    ) async throws(NodeError) -> Value {
        let response = try await send(.get(path: path), calls: 1)
        switch response.status {
        case 200: return try read(response.body.bytes)
        case 404: throw fault(.missing("\(path): \(response.body.excerpt())"))
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
        _ response: HTTPResponse, _ parser: JSONParser, _ answers: inout [RPCReplies.Answer]
    ) throws(NodeError) {
        if let refusal = clearRefusal(response) { throw refusal }
        let json: JSON
        do { json = try parser.parse(response.body.bytes) } catch {
            if response.status != 200 { throw refusal(response) }
            throw fault(.malformed("\(error.reason), in an answer that begins \(response.body.excerpt(80))"))
        }
        guard json.isArray else {
            // A single answer, or one error for a whole batch: then without a usable id.
            guard let answer = Self.answer(json) else { throw refusal(response) }
            if answers.count == 1 {
                answers[0] = answer
            } else if case .error(let error) = answer {
                throw Self.isRateLimit(error)
                    ? fault(.rateLimited(retryAfterSeconds: nil))
                    : fault(.rpc(method: "batch", code: error.code, message: error.message))
            }
            return
        }
        for element in json.elements {
            guard let id = Self.id(of: element), answers.indices.contains(id) else { continue }
            guard let answer = Self.answer(element) else { continue }
            guard case .none = answers[id] else {
                throw fault(.malformed("two answers to one call of a batch"))
            }
            if case .error(let error) = answer, Self.isRateLimit(error) {
                throw fault(.rateLimited(retryAfterSeconds: nil))
            }
            answers[id] = answer
        }
    }

    private static func id(of answer: JSON) -> Int? {
        guard let id = answer.member("id") else { return nil }
        return id.unsigned.flatMap { Int(exactly: $0) } ?? id.string.flatMap { Int($0) }
    }

    /// An error object wins over a result: bitcoind writes both, one of them null.
    private static func answer(_ json: JSON) -> RPCReplies.Answer? {
        if let error = json.member("error"), !error.isNull {
            let message = error.member("message")?.string ?? error.string ?? error.text
            return .error(
                RPCError(code: error.member("code")?.signed ?? 0, message: String(message.prefix(500))))
        }
        return json.member("result").map { .result($0) }
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
        case 429: fault(.rateLimited(retryAfterSeconds: response.header("retry-after").flatMap { Int($0) }))
        case 200: fault(.malformed("neither result nor error: \(response.body.excerpt(80))"))
        default: fault(.http(status: response.status, excerpt: response.body.excerpt()))
        }
    }
}

extension NodeError.Fault {
    init(_ error: HTTPError) {
        switch error {
        case .unreachable(let why): self = .unreachable(why)
        case .timedOut(let why): self = .timedOut(why)
        case .tooLarge(let limit): self = .tooLarge(limit: limit)
        case .cancelled: self = .cancelled
        }
    }
}

/// Parsers at rest, so that their memory is used again.
private final class ParserPool: Sendable {
    private struct Parsers: @unchecked Sendable { var idle: [JSONParser] = [] }
    private let parsers = Mutex(Parsers())

    func borrow() -> JSONParser {
        let idle = parsers.withLock { Parsers(idle: $0.idle.popLast().map { [$0] } ?? []) }
        return idle.idle.first ?? JSONParser()
    }

    func giveBack(_ borrowed: [JSONParser]) {
        let returned = Parsers(idle: borrowed)
        parsers.withLock { $0.idle.append(contentsOf: returned.idle.prefix(8 - min(8, $0.idle.count))) }
    }
}
