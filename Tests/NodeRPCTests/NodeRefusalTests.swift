@testable internal import NodeRPC
internal import Testing

@Suite struct NodeRefusalTests {
    @Test(
        arguments: [
            (401, .unauthorized(status: 401, method: "m0", words: #"{"id":0,"result":"a"}"#)),
            (403, .unauthorized(status: 403, method: "m0", words: #"{"id":0,"result":"a"}"#)),
            (429, .rateLimited(retryAfterSeconds: nil)),
            (301, .http(status: 301, excerpt: #"{"id":0,"result":"a"}"#)),
            (500, .http(status: 500, excerpt: #"{"id":0,"result":"a"}"#)),
            (503, .http(status: 503, excerpt: #"{"id":0,"result":"a"}"#)),
            (206, .http(status: 206, excerpt: #"{"id":0,"result":"a"}"#)),
        ] as [(Int, NodeError.Fault)])
    func `a result counts under HTTP 200 alone`(_ status: Int, _ fault: NodeError.Fault) async {
        #expect(await node(#"{"id":0,"result":"a"}"#, status).fault(of: calls(1)) == fault)
        #expect(await node(#"[{"id":0,"result":"a"}]"#, status).fault(of: calls(1)) != nil)
    }

    @Test(
        arguments: [
            ("7", 7), ("0", 0), ("3600", 3_600), ("99999999999", 3_600), ("-1", nil), ("soon", nil),
            ("Fri, 31 Dec 1999 23:59:59 GMT", nil), ("", nil),
        ] as [(String, Int?)])
    func `Retry-After is believed up to an hour`(_ header: String, _ seconds: Int?) async {
        let node = node("slow down", 429, [("retry-after", header)])
        #expect(await node.fault(of: calls(1)) == .rateLimited(retryAfterSeconds: seconds))
    }

    @Test func `a 503 that says when to come back limits our rate`() async {
        let busy = node("maintenance", 503, [("retry-after", "9")])
        #expect(await busy.fault(of: calls(1)) == .rateLimited(retryAfterSeconds: 9))
        let full = node("Work queue depth exceeded", 503)
        #expect(await full.fault(of: calls(1)) == .rateLimited(retryAfterSeconds: nil))
    }

    @Test(arguments: [
        #"{"id":0,"error":{"code":429,"message":"too many"}}"#,
        #"{"id":0,"error":{"code":-32005,"message":"daily Rate limit reached"}}"#,
        #"{"id":0,"error":{"code":-32005,"message":"limit exceeded"}}"#,
        #"{"id":0,"error":{"code":-32000,"message":"Too Many Requests"}}"#,
        #"[{"id":0,"error":{"code":429,"message":"too many"}}]"#,
    ])
    func `a rate limit inside HTTP 200 is one`(_ body: String) async {
        #expect(await node(body).fault(of: calls(1)) == .rateLimited(retryAfterSeconds: nil))
    }

    @Test func `a limit on results is not a limit on our rate`() async throws {
        let body = #"{"id":0,"error":{"code":-32005,"message":"query returned more than 10000 results"}}"#
        #expect(
            try await node(body).outcomes(calls(1))
                == ["answered m0 with error -32005: query returned more than 10000 results"])
    }

    @Test(arguments: [
        ("<html><h1>502 Bad Gateway</h1></html>", 502), ("", 500), ("upstream error", 503), ("<html>", 404),
    ])
    func `an error page is the status it came with`(_ body: String, _ status: Int) async {
        #expect(await node(body, status).fault(of: calls(1)) == .http(status: status, excerpt: body))
    }

    @Test(arguments: [
        "<html>welcome to our wifi</html>", "", "{", "[{\"id\":0,\"result\":1}", "null!", "\u{0}",
    ])
    func `HTTP 200 with something else than JSON is malformed`(_ body: String) async {
        guard case .malformed = await node(body).fault(of: calls(1)) else {
            Issue.record("not refused: \(body)")
            return
        }
    }

    @Test(arguments: ["{}", "null", "3", #""x""#, "true", #"{"id":0}"#, #"{"jsonrpc":"2.0","id":0}"#])
    func `HTTP 200 with neither result nor error is malformed`(_ body: String) async {
        #expect(await node(body).fault(of: calls(1)) == .malformed("neither result nor error: \(body)"))
    }

    @Test(
        arguments: [
            (.unreachable("refused"), .unreachable("refused")), (.timedOut("slow"), .timedOut("slow")),
            (.broken("reset"), .broken("reset")),
            (.tooLarge(limit: 9), .tooLarge(limit: 9)), (.cancelled, .cancelled),
        ] as [(HTTPError, NodeError.Fault)])
    func `what happens on the way is the node's fault, by name`(_ error: HTTPError, _ fault: NodeError.Fault)
        async
    {
        let node = Node(name: "n", wire: ScriptedWire([.failure(error)]))
        #expect(await node.fault(of: calls(1)) == fault)
    }

    @Test func `the second of two requests failing fails what reads its answer`() async throws {
        let wire = ScriptedWire([.success(response(#"{"id":0,"result":1}"#)), .failure(.timedOut("slow"))])
        #expect(
            try await Node(name: "n", wire: wire, batchLimit: 1).outcomes(calls(2))
                == ["1", "did not answer in time (slow)"])
    }

    @Test func `a path is got, is missing, or is refused`() async throws {
        func get(_ body: String, _ status: Int) async -> String {
            do throws(NodeError) {
                return try await node(body, status).get("/rest/block/1.bin") {
                    String(decoding: $0, as: UTF8.self)
                }
            } catch {
                return "\(error)"
            }
        }
        #expect(await get("bytes", 200) == "bytes")
        #expect(await get("", 200) == "")
        #expect(await get("gone", 404) == "n: does not have /rest/block/1.bin: gone")
        #expect(
            await get("no", 401)
                == "n: refused our credentials (HTTP 401 to GET /rest/block/1.bin: no); check user, password or headers"
        )
        #expect(await get("oops", 500) == "n: answered HTTP 500: oops")
    }

    @Test func `what a node says cannot begin a line of its own in a log`() async {
        let page = node("a\nERROR forged\r\u{1b}[31m", 500)
        #expect(await page.fault(of: calls(1)) == .http(status: 500, excerpt: "a ERROR forged  [31m"))
        let error = node(#"{"id":0,"error":{"code":1,"message":"a\nb"}}"#)
        #expect(await (try? error.outcomes(calls(1))) == ["answered m0 with error 1: a b"])
    }

    @Test func `a long error is cut`() async throws {
        let long = String(repeating: "x", count: 100_000)
        #expect(
            await node(long, 500).fault(of: calls(1)) == .http(status: 500, excerpt: String(long.prefix(200)))
        )
        let outcomes = try await node(#"{"id":0,"error":{"code":1,"message":"\#(long)"}}"#).outcomes(calls(1))
        #expect(outcomes[0].count < 600)
    }
}
