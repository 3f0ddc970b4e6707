import Foundation

@testable import NodeRPC

extension FuzzTarget {
    private static let documents = [
        #"{"jsonrpc":"2.0","id":1,"result":{"number":"0x1b4","hash":"0xab","txs":[{"value":"0x0","to":null}]}}"#,
        #"[{"id":0,"result":"0x1"},{"id":1,"error":{"code":-32000,"message":"not found","data":[1.5e10,{}]}}]"#,
        #"{"result":null,"error":{"code":-8,"message":"Block height out of range"},"id":"x"}"#,
        #"{"a":[[[[[]]]],{"b":{"c":{"d":[true,null,-1,18446744073709551615,1e-7]}}}],"s":"\u00e9\ud83d\ude00\\\""}"#,
    ]

    private static let words = [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud800", "null", "1e999", "-", "0", "\0", "id",
        "result",
        "error", "code", String(repeating: "[", count: 70),
    ]

    /// What the cursor reads of a document, it writes again, and reads the same.
    static let json = FuzzTarget(
        name: "json", shape: .bytes, seeds: documents.map { Array($0.utf8) }, tokens: words,
        executions: 20_000
    ) { input, _ in
        let body = ResponseBody(input)
        let parser = JSONParser()
        guard let json = withExtendedLifetime(body, { try? parser.parse(body.bytes) }) else {
            return .refused
        }
        try require(walk(json) > 0, "an accepted document with nothing in it")
        let text = json.text
        let again = try withJSON(Array(text.utf8)) { $0.text }
        try require(again == text, "read again, \(text) is \(again)")
        return .accepted
    }

    /// Touches everything that can be asked of a value and of what is in it.
    private static func walk(_ json: JSON) -> Int {
        var seen = 1 + (json.string?.utf8.count ?? 0) + (json.bool == true ? 1 : 0)
        seen += json.unsigned == nil && json.signed == nil && json.double == nil ? 0 : 1
        seen += json.member("result") == nil ? 0 : 1
        for (key, value) in json.members { seen += key.count + walk(value) }
        for element in json.elements { seen += walk(element) }
        return seen
    }

    /// Answers to a batch of three calls: each of them is answered, refused by name, or missing.
    static let batch = FuzzTarget(
        name: "batch", shape: .json,
        seeds: [
            #"[{"id":0,"result":"0x1"},{"id":1,"result":{"a":[]}},{"id":2,"result":null}]"#,
            #"[{"id":2,"result":"0x1"},{"id":"1","error":{"code":-32005,"message":"limit"}},{"id":0,"result":1}]"#,
            #"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"batch too large"}}"#,
        ].map { Array($0.utf8) }, tokens: words, executions: 5_000
    ) { input, _ in
        let node = Node(name: "node", wire: SingleAnswer(body: input))
        let calls = (0..<3).map { RPCCall("m\($0)") }
        do throws(NodeError) {
            return try await node.call(calls) { replies throws(NodeError) in
                for index in calls.indices { _ = try replies.result(index).text }
                return .accepted
            }
        } catch {
            try require(error.description.utf8.count < 2_000, "an error without end: \(error)")
            return .refused
        }
    }
}

/// A node that says one thing.
struct SingleAnswer: Wire {
    let body: [UInt8]

    func exchange(_ request: WireRequest) async throws(HTTPError) -> HTTPResponse {
        HTTPResponse(status: 200, body: ResponseBody(body))
    }
}
