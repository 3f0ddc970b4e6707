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
    /// Seconds that one request may take.
    public let patience: Int
    private let habits = Mutex(Habits())
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
            pacer: Pacer(callsPerSecond: endpoint.requestsPerSecond), secrets: endpoint.secrets,
            patience: endpoint.limits.totalSeconds)
    }

    init(
        name: String, wire: any Wire, pacer: Pacer?, batchLimit: Int = 100, secrets: Secrets = Secrets([]),
        patience: Int = HTTPLimits().totalSeconds
    ) {
        self.name = name
        self.wire = wire
        self.pacer = pacer
        self.secrets = secrets
        self.batchLimit = batchLimit
        self.patience = patience
        meters = NodeMeters(node: name)
    }

    /// Calls a second that it is held to, because it has refused more; nil while it is not.
    public var heldTo: Int? { pacer?.held }

    /// The smallest batch that it is held to, because it has refused a larger one; nil while it is not.
    public var batchesOf: Int? {
        habits.withLock { $0.batches.values.filter { $0.calls < $0.most }.map(\.calls).min() }
    }

    /// Sends the calls, in one batch where they fit one, and hands their answers to `read`.
    ///
    /// The answers are valid inside `read` alone. Every call has been answered or is reported as unanswered. Whatever a
    /// batch is refused with, but for our rate, its calls are asked again in smaller ones and at last alone; what then
    /// befalls one call is its own, and thrown where its answer is read.
    ///
    /// - Parameter depth: how deeply an answer may nest: `JSONDepth.trace` where a trace is asked for.
    public func call<Value>(
        _ calls: [RPCCall], depth: Int = JSONDepth.answer, _ read: (RPCReplies) throws(NodeError) -> Value
    ) async throws(NodeError) -> Value {
        var loan = ParserLoan(from: parsers, depth: depth)
        defer { loan.end() }
        var question = Question(calls)
        while !question.isOver {
            let part = question.part(atMost: batchSize(question.method))
            do throws(NodeError) {
                try await ask(&question, part, &loan)
                guard try await isUndoubted(&question, part, &loan) else { continue }
            } catch {
                if part.count > 1, error.mayBeOfBatch {
                    question.refuse(part, for: error.fault)
                    continue
                }
                // A proxy may cut off what is too long for it: the next time fewer are asked.
                if case .broken = error.fault, part.count > 1 {
                    note(question.method) { $0.refuse(part.count) }
                }
                let error = error.asking(question, part)
                if part.count == 1, question.give(up: part.lowerBound, for: error) { continue }
                throw error
            }
            guard question.received <= Self.mostBytes else {
                throw fault(.tooLarge(limit: Self.mostBytes)).asking(question, part)
            }
            if let refused = question.settle(part) {
                note(question.method) { $0.refuse(refused.calls, leaving: refused.left) }
            } else {
                note(question.method) { $0.work(part.count) }
            }
        }
        return try read(RPCReplies(node: name, calls: calls, answers: question.answers))
    }

    /// Puts the answers to a part of the calls in their places.
    private func ask(
        _ question: inout Question, _ part: Range<Int>, _ loan: inout ParserLoan
    ) async throws(NodeError) {
        let calls = question.calls
        var answers = question.answers
        for index in part { answers[index] = .none }
        let response = try await exchange(.post(Self.body(calls[part])), calls: part.count) {
            response throws(NodeError) in
            let parser = loan.parser()
            do throws(NodeError) {
                try match(response, to: calls[part], parser, &answers)
                try assertWhole(answers, calls, part)
            } catch {
                loan.giveBackLast()
                throw error
            }
        }
        question.answers = answers
        question.received += response.body.count
    }

    /// Every call of the part is answered, and none of several with the word that they are too many.
    private func assertWhole(
        _ answers: [RPCReplies.Answer], _ calls: [RPCCall], _ part: Range<Int>
    ) throws(NodeError) {
        for index in part {
            switch answers[index] {
            case .none: throw fault(.unanswered(method: calls[index].method))
            case .error(let error) where part.count > 1 && error.meaning == .tooMuch:
                throw fault(.rpc(method: calls[index].method, code: error.code, message: error.message))
            case .error, .result, .fault: break
            }
        }
    }

    /// Asks a call alone that was answered with an error we do not know: the same again is the call's own, and anything
    /// else shows that so many at once were too many.
    ///
    /// - Returns: false where the part has to be asked again, in smaller ones.
    private func isUndoubted(
        _ question: inout Question, _ part: Range<Int>, _ loan: inout ParserLoan
    ) async throws(NodeError) -> Bool {
        while let (index, error) = question.doubt(in: part, besides: habits.withLock { $0.errors }) {
            try await ask(&question, index..<index + 1, &loan)
            guard case .error(let again) = question.answers[index], again.code == error.code else {
                question.refuse(part, for: nil)
                return false
            }
            habits.withLock { $0.note(OwnError(question.calls[index].method, error)) }
        }
        return true
    }

    /// What the node takes, and no more at once than it is to be asked in a second.
    private func batchSize(_ method: String) -> Int {
        min(habits.withLock { $0.batches[method]?.calls } ?? max(1, batchLimit), pacer?.burst ?? .max)
    }

    private func note(_ method: String, _ body: (inout BatchSize) -> Void) {
        habits.withLock { body(&$0.batches[method, default: BatchSize(most: batchLimit)]) }
    }

    /// Gets a path below the node's URL, such as a REST block. A 404 is `missing`.
    public func get<Value>(
        _ path: String, _ read: (UnsafeRawBufferPointer) throws(NodeError) -> Value
    ) async throws(NodeError) -> Value {
        let response = try await exchange(.get(path: path), calls: 1) { response throws(NodeError) in
            switch response.status {
            case 200: break
            case 404: throw fault(.missing("\(path): \(excerpt(of: response, 200))"))
            default: throw refusal(response, of: "GET \(path)")
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
