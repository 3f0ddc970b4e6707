@testable internal import NodeRPC
internal import Testing

@Suite struct NodeCallTests {
    @Test func `one call goes out as an object, several as an array, in order`() async throws {
        let wire = ScriptedWire([
            .success(response(#"{"id":0,"result":1}"#)),
            .success(response(#"[{"id":0,"result":1},{"id":1,"result":2}]"#)),
        ])
        let node = Node(name: "n", wire: wire)
        #expect(try await node.outcomes(calls(1)) == ["1"])
        #expect(try await node.outcomes(calls(2)) == ["1", "2"])
        #expect(
            wire.asked == [
                #"{"jsonrpc":"2.0","id":0,"method":"m0","params":[0]}"#,
                #"[{"jsonrpc":"2.0","id":0,"method":"m0","params":[0]},"#
                    + #"{"jsonrpc":"2.0","id":1,"method":"m1","params":[1]}]"#,
            ])
    }

    @Test func `no calls ask nothing`() async throws {
        let wire = ScriptedWire([])
        #expect(try await Node(name: "n", wire: wire).outcomes([]).isEmpty)
        #expect(wire.asked.isEmpty)
    }

    @Test(arguments: [
        #"[{"id":2,"result":"c"},{"id":0,"result":"a"},{"id":1,"result":"b"}]"#,
        #"[{"id":"2","result":"c"},{"id":"0","result":"a"},{"id":"1","result":"b"}]"#,
        #"[{"id":0,"result":"a"},{"id":7,"result":"x"},{"result":"y"},{"id":1,"result":"b"},"#
            + #"{"id":2,"result":"c"},{"id":-1,"result":"z"},{"id":1.0,"result":"w"},3,null]"#,
    ])
    func `answers are matched by id, whatever their order, spelling and company`(_ body: String) async throws
    {
        #expect(try await node(body).outcomes(calls(3)) == [#""a""#, #""b""#, #""c""#])
    }

    @Test(arguments: [
        #"[{"id":0,"result":"a"},{"id":2,"result":"c"}]"#,
        #"[{"id":0,"result":"a"},{"id":1},{"id":2,"result":"c"}]"#,
        #"[{"id":0,"result":"a"},{"id":null,"result":"b"},{"id":2,"result":"c"}]"#,
    ])
    func `a call without an answer is asked again, and never empty`(_ body: String) async throws {
        let bodies = [body, #"{"id":0,"result":"a"}"#, "[]", #"{"id":2,"result":"c"}"#]
        let wire = ScriptedWire(bodies.map { .success(response($0)) })
        #expect(
            try await Node(name: "n", wire: wire).outcomes(calls(3)) == [
                #""a""#, "left m1 unanswered", #""c""#,
            ])
    }

    @Test func `an empty batch answers nothing`() async throws {
        let wire = ScriptedWire([.success(response("[]")), .success(response("[]"))])
        #expect(await Node(name: "n", wire: wire).fault(of: calls(2)) == .unanswered(method: "m0"))
    }

    @Test func `two answers to one call are refused`() async {
        let twice = #"[{"id":0,"result":"a"},{"id":1,"result":"b"},{"id":0,"result":"z"}]"#
        let wire = ScriptedWire([.success(response(twice)), .success(response(twice))])
        #expect(
            await Node(name: "n", wire: wire).fault(of: calls(2))
                == .malformed("two answers to one call of a batch"))
    }

    @Test(arguments: [
        #"{"id":0,"result":"a"}"#, #"{"id":"0","result":"a"}"#, #"{"id":null,"result":"a"}"#,
        #"{"result":"a"}"#,
        #"{"result":"a","error":null,"id":0}"#, #"[{"id":0,"result":"a"}]"#,
    ])
    func `a single answer comes as nodes really send it`(_ body: String) async throws {
        #expect(try await node(body).outcomes(calls(1)) == [#""a""#])
    }

    @Test func `a single answer to another call is refused`() async {
        #expect(
            await node(#"{"id":7,"result":"a"}"#).fault(of: calls(1))
                == .malformed("an answer to another call"))
    }

    @Test func `null is a result`() async throws {
        #expect(try await node(#"{"id":0,"result":null}"#).outcomes(calls(1)) == ["null"])
        #expect(try await node(#"{"id":0,"result":null,"error":null}"#).outcomes(calls(1)) == ["null"])
    }

    @Test func `errors of single calls stay beside the results of the others`() async throws {
        let body = #"[{"id":1,"error":{"code":-32000,"message":"header not found"}},{"id":0,"result":"a"}]"#
        let again = #"{"id":1,"error":{"code":-32000,"message":"header not found"}}"#
        let wire = ScriptedWire([.success(response(body)), .success(response(again))])
        #expect(
            try await Node(name: "n", wire: wire).outcomes(calls(2))
                == [#""a""#, "answered m1 with error -32000: header not found"])
    }

    @Test(
        arguments: [
            (
                #"{"result":null,"error":{"code":-8,"message":"out of range"},"id":0}"#, 500, -8,
                "out of range"
            ),
            (
                #"{"result":null,"error":{"code":-32601,"message":"Method not found"},"id":0}"#, 404, -32601,
                "Method not found"
            ),
            (#"{"error":{"code":-1,"message":"both"},"result":"x","id":0}"#, 200, -1, "both"),
            (#"{"error":"just a text"}"#, 200, 0, "just a text"),
            (#"{"error":{"detail":[1]}}"#, 400, 0, #"{"detail":[1]}"#),
            (#"{"id":0,"error":{"code":"x","message":7}}"#, 200, 0, #"{"code":"x","message":7}"#),
        ] as [(String, Int, Int64, String)])
    func `an error object counts under any status`(
        _ body: String, _ status: Int, _ code: Int64, _ message: String
    ) async throws {
        let answer = try await node(body, status).call(calls(1)) { replies throws(NodeError) in
            if case .error(let error) = try replies.answer(0) { return error }
            return RPCError(code: 0, message: "no error")
        }
        #expect(answer == RPCError(code: code, message: message))
    }

    @Test(arguments: [1, 2, 3, 4, 6, 7])
    func `more calls than a batch takes go out in several, and answers find back to all of them`(
        _ count: Int
    ) async throws {
        let answers = stride(from: 0, to: count, by: 3).map { start -> Result<HTTPResponse, HTTPError> in
            let objects = (start..<min(start + 3, count)).map { #"{"id":\#($0),"result":\#($0 * 10)}"# }
            return .success(
                response(objects.count == 1 ? objects[0] : "[\(objects.reversed().joined(separator: ","))]"))
        }
        let wire = ScriptedWire(answers)
        let node = Node(name: "n", wire: wire, batchLimit: 3)
        #expect(try await node.outcomes(calls(count)) == (0..<count).map { "\($0 * 10)" })
        #expect(wire.asked.count == answers.count)
    }

    @Test func `an answer to a call of another request is not taken`() async throws {
        let wire = ScriptedWire([
            .success(response(#"[{"id":0,"result":"a"},{"id":1,"result":"b"},{"id":2,"result":"forged"}]"#)),
            .success(response(#"[{"id":2,"result":"c"},{"id":3,"result":"d"}]"#)),
        ])
        let node = Node(name: "n", wire: wire, batchLimit: 2)
        #expect(try await node.outcomes(calls(4)) == [#""a""#, #""b""#, #""c""#, #""d""#])
    }

    @Test func `answers of several requests stand side by side until all were read`() async throws {
        let wire = ScriptedWire((0..<20).map { .success(response(#"{"id":\#($0),"result":{"n":\#($0)}}"#)) })
        let node = Node(name: "n", wire: wire, batchLimit: 1)
        let numbers = try await node.call(calls(20)) { replies throws(NodeError) in
            var numbers: [UInt64?] = []
            for index in 0..<20 { numbers.append(try replies.result(index).member("n")?.unsigned) }
            return numbers
        }
        #expect(numbers == (0..<20).map { UInt64($0) })
    }

    @Test func `a deep answer is read only where depth was asked for`() async throws {
        let deep = String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
        let answer = Result<HTTPResponse, HTTPError>.success(response(#"{"id":0,"result":\#(deep)}"#))
        let node = Node(name: "n", wire: ScriptedWire([answer, answer, answer]))
        for depth in [JSONDepth.answer, JSONDepth.trace, JSONDepth.answer] {
            let isRead = (try? await node.call(calls(1), depth: depth) { _ in true }) ?? false
            #expect(isRead == (depth == JSONDepth.trace))
        }
    }
}
