@testable internal import NodeRPC
internal import Testing

/// Shapes as nodes send them.
private let documents = [
    #"{"jsonrpc":"2.0","id":1,"result":{"number":"0x1b4","hash":"0xab","txs":[{"value":"0x0","to":null}]}}"#,
    #"[{"id":0,"result":"0x1"},{"id":1,"error":{"code":-32000,"message":"not found","data":[1.5e10,{}]}}]"#,
    #"{"result":null,"error":{"code":-8,"message":"Block height out of range"},"id":"x"}"#,
    #"{"a":[[[[[]]]],{"b":{"c":{"d":[true,null,-1,18446744073709551615,1e-7]}}}],"s":"\u00e9\ud83d\ude00\\\""}"#,
]

@Suite struct JSONBytesTests {
    @Test func `every beginning of a document is refused`() {
        let parser = JSONParser()
        for document in documents {
            for length in 0..<document.utf8.count {
                let body = ResponseBody(document.utf8.prefix(length))
                #expect(throws: MalformedJSON.self) {
                    try withExtendedLifetime(body) { try parser.parse(body.bytes) }
                }
            }
        }
    }

    @Test func `a response grows piece by piece and keeps room for the parser`() throws {
        let parser = JSONParser()
        for size in [0, 1, 4_031, 4_032, 4_033, 4_096, 70_000] {
            let body = ResponseBody()
            let text = "\"" + String(repeating: "y", count: size) + "\""
            for byte in text.utf8 { withUnsafeBytes(of: byte) { body.append($0) } }
            #expect(body.count == size + 2)
            #expect(
                try withExtendedLifetime(body) { try parser.parse(body.bytes).string?.utf8.count } == size)
        }
    }
}
