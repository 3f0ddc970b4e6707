internal import Synchronization

/// One RPC endpoint of one chain: calls go out in batches, answers come back matched by id.
public final class Node: Sendable {
    public let name: String
    /// What is odd about it and decides nothing.
    public let remarks = Remarks()
    let secrets: Secrets
    private let wire: any Wire
    private let pacer: Pacer?
    private let batchLimit: Int
    /// By the method that a batch begins with: a node takes fewer blocks at once than it takes headers.
    private let batches = Mutex<[String: BatchSize]>([:])
    private let parsers = ParserPool()
    private let meters: NodeMeters
    /// What the answers to the calls of one question may cost together.
    private static let mostBytes = HTTPLimits().bodyBytes

    /// A node that is reached over this wire, and asked as often as there is something to ask.
    ///
    /// - Parameter batchLimit: calls that go out in one HTTP request at most; hosted nodes often take only 10
    ///   to 100.
    public convenience init(name: String, wire: any Wire, batchLimit: Int = 100) {
        self.init(name: name, wire: wire, pacer: nil, batchLimit: batchLimit)
    }

    /// A node over HTTP: what it refuses for its rate or its size it is asked more slowly, or in smaller parts.
    public convenience init(_ endpoint: NodeEndpoint, client: HTTPClient = .shared) {
        self.init(endpoint, name: endpoint.name, client)
    }

    convenience init(_ endpoint: NodeEndpoint, name: String, _ client: HTTPClient) {
        self.init(
            name: name, wire: HTTPWire(endpoint, client: client),
            pacer: Pacer(callsPerSecond: endpoint.requestsPerSecond), secrets: endpoint.secrets)
    }

    init(
        name: String, wire: any Wire, pacer: Pacer?, batchLimit: Int = 100, secrets: Secrets = Secrets([])
    ) {
        self.name = name
        self.wire = wire
        self.pacer = pacer
        self.secrets = secrets
        self.batchLimit = batchLimit
        meters = NodeMeters(node: name)
    }

    /// Calls a second that it is held to, because it has refused more; nil while it is not.
    public var heldTo: Int? { pacer?.held }

    /// The smallest batch that it is held to, because it has refused a larger one; nil while it is not.
    public var batchesOf: Int? {
        batches.withLock { $0.values.filter { $0.calls < $0.most }.map(\.calls).min() }
    }

    /// Sends the calls, in one batch where they fit one, and hands their answers to `read`.
    ///
    /// The answers are valid inside `read` alone. Every call has been answered or is reported as unanswered.
    ///
    /// - Parameter depth: how deeply an answer may nest: `JSONDepth.trace` where a trace is asked for.
    public func call<Value>(
        _ calls: [RPCCall], depth: Int = JSONDepth.answer, _ read: (RPCReplies) throws(NodeError) -> Value
    ) async throws(NodeError) -> Value {
        var loan = ParserLoan(from: parsers, depth: depth)
        defer { loan.end() }
        var answers = [RPCReplies.Answer](repeating: .none, count: calls.count)
        var received = 0
        var next = 0
        while next < calls.count {
            let part = next..<min(next + batchSize(calls[0].method), calls.count)
            do throws(NodeError) {
                received += try await ask(calls, part, &loan, &answers)
            } catch {
                guard part.count > 1, error.refusesBatch else { throw error }
                for index in part { answers[index] = .none }
                note(calls[0].method) { $0.refuse(part.count) }
                continue
            }
            guard received <= Self.mostBytes else { throw fault(.tooLarge(limit: Self.mostBytes)) }
            note(calls[0].method) { $0.work(part.count) }
            next = part.upperBound
        }
        return try read(RPCReplies(node: name, calls: calls, answers: answers))
    }

    /// Puts the answers to a part of the calls in their places.
    ///
    /// - Returns: how many bytes they are.
    private func ask(
        _ calls: [RPCCall], _ part: Range<Int>, _ loan: inout ParserLoan, _ answers: inout [RPCReplies.Answer]
    ) async throws(NodeError) -> Int {
        let response = try await exchange(.post(Self.body(calls[part])), calls: part.count) {
            response throws(NodeError) in
            try match(response, to: part, loan.parser(), &answers)
        }
        for index in part where part.count > 1 {
            guard case .error(let error) = answers[index], error.meaning == .tooMuch else { continue }
            throw fault(.rpc(method: calls[index].method, code: error.code, message: error.message))
        }
        return response.body.count
    }

    /// What the node takes, and no more at once than it is to be asked in a second.
    private func batchSize(_ method: String) -> Int {
        min(batches.withLock { $0[method]?.calls } ?? max(1, batchLimit), pacer?.burst ?? .max)
    }

    private func note(_ method: String, _ body: (inout BatchSize) -> Void) {
        batches.withLock { body(&$0[method, default: BatchSize(most: batchLimit)]) }
    }

    /// Gets a path below the node's URL, such as a REST block. A 404 is `missing`.
    public func get<Value>(
        _ path: String, _ read: (UnsafeRawBufferPointer) throws(NodeError) -> Value
    ) async throws(NodeError) -> Value {
        let response = try await exchange(.get(path: path), calls: 1) { response throws(NodeError) in
            switch response.status {
            case 200: break
            case 404: throw fault(.missing("\(path): \(excerpt(of: response, 200))"))
            default: throw refusal(response)
            }
        }
        return try withExtendedLifetime(response.body) { body throws(NodeError) in try read(body.bytes) }
    }

    public func fault(_ fault: NodeError.Fault) -> NodeError {
        NodeError(node: name, fault: fault)
    }

    private static func body(_ calls: ArraySlice<RPCCall>) -> [UInt8] {
        let texts = zip(calls.indices, calls).map { $1.text(id: $0) }
        return Array((texts.count == 1 ? texts[0] : "[\(texts.joined(separator: ","))]").utf8)
    }

    /// Sends a request in its turn, and notes what comes of it.
    ///
    /// - Parameter check: finds in the response what the node refuses.
    private func exchange(
        _ request: WireRequest, calls: Int, _ check: (HTTPResponse) throws(NodeError) -> Void
    ) async throws(NodeError) -> HTTPResponse {
        let began = ContinuousClock.now
        meters.ask(calls)
        var turn = Duration.zero
        do throws(NodeError) {
            let response: HTTPResponse
            do {
                turn = try await pacer?.turn(for: calls) ?? .zero
                response = try await wire.exchange(request)
            } catch {
                throw fault(NodeError.Fault(error as? HTTPError ?? .cancelled))
            }
            meters.answer(after: began.duration(to: .now))
            try check(response)
            pacer?.answered()
            meters.hold(to: heldTo)
            return response
        } catch {
            if case .rateLimited = error.fault { pacer?.refused(askedAt: turn) }
            meters.fail(error.fault)
            meters.hold(to: heldTo)
            throw error
        }
    }
}
