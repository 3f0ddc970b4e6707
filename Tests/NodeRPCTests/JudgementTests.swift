@testable internal import NodeRPC
internal import Synchronization
internal import Testing

/// A node that answers each of its calls with the call's own id, unless a rule refuses the request.
private final class RuledWire: Wire {
    /// The methods of a request, by id, and its answer in place of the ordinary one.
    typealias Rule = @Sendable ([(id: UInt64, method: String)]) -> Result<HTTPResponse, HTTPError>?

    private let rule: Rule
    private let sizes = Mutex<[Int]>([])

    init(_ rule: @escaping Rule) {
        self.rule = rule
    }

    /// Calls of each request, refused ones included.
    var asked: [Int] { sizes.withLock { $0 } }

    func exchange(_ request: WireRequest) async throws(HTTPError) -> HTTPResponse {
        guard case .post(let body) = request,
            let calls = try? withJSON(
                body,
                { json in
                    (json.isArray ? Array(json.elements) : [json]).map {
                        (id: $0.member("id")?.unsigned ?? 0, method: $0.member("method")?.string ?? "")
                    }
                })
        else { return response("", 404) }
        sizes.withLock { $0.append(calls.count) }
        if let answer = rule(calls) { return try answer.get() }
        let answers = calls.map { #"{"id":\#($0.id),"result":\#($0.id)}"# }
        return response(calls.count == 1 ? answers[0] : "[\(answers.joined(separator: ","))]")
    }
}

/// A refusal is judged by what follows, not by its words.
@Suite struct JudgementTests {
    /// How a node refuses a batch, as JSON-RPC, proxies and load balancers have shown it.
    static let refusals: [(name: String, answer: Result<HTTPResponse, HTTPError>)] = [
        (
            "an object",
            .success(response(#"{"id":null,"error":{"code":-32600,"message":"Invalid request"}}"#))
        ),
        ("an array of one", .success(response(#"[{"id":null,"error":{"code":-32000,"message":"no"}}]"#))),
        ("an array without id", .success(response(#"[{"error":{"code":-1,"message":"no"}}]"#))),
        (
            "a parse error",
            .success(response(#"{"id":null,"error":{"code":-32700,"message":"Parse error"}}"#))
        ),
        (
            "an error of the first call",
            .success(response(#"[{"id":0,"error":{"code":-32600,"message":"no"}}]"#))
        ),
        ("one answer", .success(response(#"[{"id":0,"result":0}]"#))),
        ("an answer to the first call", .success(response(#"{"id":0,"result":0}"#))),
        ("nothing", .success(response("[]"))), ("an empty body", .success(response(""))),
        ("413", .success(response("<html>", 413))), ("400", .success(response("bad request", 400))),
        ("404", .success(response("not found", 404))), ("500", .success(response("oops", 500))),
        ("502", .success(response("bad gateway", 502))), ("504", .success(response("", 504))),
        ("403", .success(response("", 403))), ("401", .success(response("", 401))),
        ("a page", .success(response("<html>"))), ("half an answer", .success(response(#"[{"id":0,"res"#))),
        ("a timeout", .failure(.timedOut("no answer in 30 s"))),
    ]

    @Test(arguments: refusals.indices)
    func `whatever a batch is refused with, its calls are asked in smaller ones`(_ index: Int) async throws {
        let refusal = Self.refusals[index]
        let wire = RuledWire { $0.count > 3 ? refusal.answer : nil }
        let outcomes = try await Node(name: "n", wire: wire).outcomes(calls(10))
        #expect(outcomes == (0..<10).map { "\($0)" }, "\(refusal.name): \(wire.asked)")
    }

    @Test(arguments: refusals.indices)
    func `a node that takes no batch at all is asked call by call`(_ index: Int) async throws {
        let refusal = Self.refusals[index]
        let wire = RuledWire { $0.count > 1 ? refusal.answer : nil }
        let outcomes = try await Node(name: "n", wire: wire).outcomes(calls(5))
        #expect(outcomes == (0..<5).map { "\($0)" }, "\(refusal.name): \(wire.asked)")
    }

    @Test(arguments: [
        #"{"id":null,"error":{"code":429,"message":"slow down"}}"#,
        #"[{"id":null,"error":{"code":429,"message":"slow down"}}]"#,
        #"[{"id":null,"error":{"code":-32000,"message":"Too many requests"}}]"#,
    ])
    func `a refusal for our rate is never halved away`(_ body: String) async {
        let wire = RuledWire { $0.count > 3 ? .success(response(body)) : nil }
        let node = Node(name: "n", wire: wire)
        #expect(await node.fault(of: calls(10)) == .rateLimited(retryAfterSeconds: nil))
        #expect(wire.asked == [10])
        #expect(node.batchesOf == nil)
    }

    @Test func `what took too long is asked for in far smaller parts, and that is remembered`() async throws {
        let wire = RuledWire { $0.count > 4 ? .failure(.timedOut("no answer in 30 s")) : nil }
        let node = Node(name: "n", wire: wire)
        let calls = (0..<16).map { _ in RPCCall("header") }
        _ = try await node.outcomes(calls)
        #expect(wire.asked == [16, 4, 4, 4, 4])
        _ = try await node.outcomes(calls)
        #expect(wire.asked.suffix(4) == [4, 4, 4, 4] && node.batchesOf == 4)
    }

    @Test func `where a connection breaks the node is asked first who it is, and then for less at once`()
        async throws
    {
        let wire = RuledWire { $0.count > 4 ? .failure(.broken("reset")) : nil }
        let node = Node(name: "n", wire: wire)
        for _ in 0..<2 { #expect(await node.fault(of: calls(16)) == .broken("reset")) }
        _ = try await node.outcomes(calls(16))
        #expect(wire.asked == [16, 8, 4, 4, 4, 4])
        let dead = RuledWire { _ in .failure(.unreachable("refused")) }
        #expect(await Node(name: "n", wire: dead).fault(of: calls(9)) == .unreachable("refused"))
        #expect(dead.asked == [9])
    }

    @Test func `an outage says nothing of how many calls a batch may hold`() async throws {
        let isUp = Atomic(false)
        let wire = RuledWire { _ in
            isUp.load(ordering: .relaxed) ? nil : .success(response("bad gateway", 502))
        }
        let node = Node(name: "n", wire: wire)
        #expect(await node.fault(of: calls(16)) == .http(status: 502, excerpt: "bad gateway"))
        #expect(wire.asked == [16, 8, 4, 2, 1])
        isUp.store(true, ordering: .relaxed)
        _ = try await node.outcomes(calls(16))
        #expect(wire.asked.last == 16)
    }

    @Test func `a node that refuses each call as it refused them all says nothing of a size`() async throws {
        let body = #"{"id":null,"error":{"code":-32000,"message":"the back end is down"}}"#
        let wire = RuledWire { _ in .success(response(body)) }
        let node = Node(name: "n", wire: wire)
        let outcomes = try await node.outcomes(calls(4))
        #expect(outcomes.allSatisfy { $0.hasSuffix("with error -32000: the back end is down") })
        #expect(wire.asked == [4, 2, 1, 1, 1, 1] && node.batchesOf == nil)
    }

    @Test func `a call that comes to nothing alone is the only one that fails`() async throws {
        let wire = RuledWire { calls in
            calls.contains { $0.method == "m3" } ? .success(response("not on the list", 403)) : nil
        }
        let node = Node(name: "n", wire: wire)
        let outcomes = try await node.outcomes(calls(6))
        #expect(
            outcomes[3]
                == "forbids m3 (HTTP 403: not on the list); check user, password or headers, and whether its plan or "
                + "whitelist (bitcoind: rpcwhitelist) holds m3")
        #expect(outcomes.enumerated().filter { $0.offset != 3 }.map(\.element) == ["0", "1", "2", "4", "5"])
        #expect(node.batchesOf == nil, "what may not be asked says nothing of how much may")
        let absences = try await node.call(calls(6)) { replies throws(NodeError) in
            (0..<6).map { replies.absence($0) != nil }
        }
        #expect(absences == [false, false, false, true, false, false])
    }

    @Test func `a node that answers nothing is given up after a call or two`() async {
        let wire = RuledWire { _ in .success(response("gone", 500)) }
        #expect(await Node(name: "n", wire: wire, batchLimit: 1).fault(of: calls(50)) != nil)
        #expect(wire.asked == [1])
        let late = RuledWire { $0[0].id > 1 ? .failure(.timedOut("no answer in 30 s")) : nil }
        #expect(
            await Node(name: "n", wire: late, batchLimit: 1).fault(of: calls(50))
                == .timedOut("no answer in 30 s"))
        #expect(late.asked.count <= 6)
    }

    @Test
    func `an error in a batch is asked again alone once, and taken for the call's own if it comes again`()
        async throws
    {
        let wire = RuledWire { calls in
            guard let bad = calls.first(where: { $0.method == "m2" }) else { return nil }
            let answers = calls.map {
                $0.id == bad.id
                    ? #"{"id":\#($0.id),"error":{"code":-32000,"message":"no such thing"}}"#
                    : #"{"id":\#($0.id),"result":\#($0.id)}"#
            }
            return .success(response(calls.count == 1 ? answers[0] : "[\(answers.joined(separator: ","))]"))
        }
        let node = Node(name: "n", wire: wire)
        for sizes in [[4, 1], [4]] {
            let before = wire.asked.count
            let outcomes = try await node.outcomes(calls(4))
            #expect(outcomes == ["0", "1", "answered m2 with error -32000: no such thing", "3"])
            #expect(Array(wire.asked[before...]) == sizes)
        }
        #expect(node.batchesOf == nil)
    }

    @Test func `an error in a batch that does not come alone was the batch's`() async throws {
        let wire = RuledWire { calls in
            guard calls.count > 2 else { return nil }
            let answers = calls.enumerated().map { place, call in
                place < 2
                    ? #"{"id":\#(call.id),"result":\#(call.id)}"#
                    : #"{"id":\#(call.id),"error":{"code":-32002,"message":"request timed out"}}"#
            }
            return .success(response("[\(answers.joined(separator: ","))]"))
        }
        #expect(try await Node(name: "n", wire: wire).outcomes(calls(4)) == ["0", "1", "2", "3"])
        #expect(wire.asked == [4, 1, 2, 2])
    }

    @Test func `an error says what was asked last, and in which form`() async {
        for (limit, words) in [
            (1, #"n: answered HTTP 500: oops (asked last: m0 [0])"#),
            (100, #"n: answered HTTP 301: moved (asked last: 3 calls at once, the first m0 [0])"#),
        ] {
            let answer = limit == 1 ? response("oops", 500) : response("moved", 301)
            let node = Node(name: "n", wire: RuledWire { _ in .success(answer) }, batchLimit: limit)
            await #expect(throws: NodeError.self) {
                do throws(NodeError) { _ = try await node.outcomes(calls(3)) } catch {
                    #expect("\(error)" == words)
                    throw error
                }
            }
        }
    }

    @Test(arguments: [
        (
            401, #"{"id":0,"error":{"code":-32600,"message":"no key"}}"#,
            "refused our credentials (HTTP 401 to m0: no key)"
        ),
        (
            403, #"[{"id":null,"error":{"message":"not on the Free tier"}}]"#,
            "forbids m0 (HTTP 403: not on the Free tier)"
        ),
        (403, "<html>nginx</html>", "forbids m0 (HTTP 403: <html>nginx</html>)"),
        (403, "", "forbids m0 (HTTP 403, without a word)"),
    ])
    func `401 and 403 name the method and quote the body`(_ status: Int, _ body: String, _ words: String)
        async
    {
        let fault = await node(body, status).fault(of: calls(1))
        #expect(fault.map { "\($0)".hasPrefix(words) } == true, "\(String(describing: fault))")
    }

    @Test func `403 in the words of a limited rate limits our rate`() async {
        #expect(
            await node("daily request count exceeded", 403).fault(of: calls(1))
                == .rateLimited(retryAfterSeconds: nil))
    }
}
