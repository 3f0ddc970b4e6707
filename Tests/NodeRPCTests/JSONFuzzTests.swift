internal import DepositTestKit
@testable internal import NodeRPC
internal import Testing

/// Shapes as nodes send them.
private let documents = [
    #"{"jsonrpc":"2.0","id":1,"result":{"number":"0x1b4","hash":"0xab","txs":[{"value":"0x0","to":null}]}}"#,
    #"[{"id":0,"result":"0x1"},{"id":1,"error":{"code":-32000,"message":"not found","data":[1.5e10,{}]}}]"#,
    #"{"result":null,"error":{"code":-8,"message":"Block height out of range"},"id":"x"}"#,
    #"{"a":[[[[[]]]],{"b":{"c":{"d":[true,null,-1,18446744073709551615,1e-7]}}}],"s":"\u00e9\ud83d\ude00\\\""}"#,
]

private let tokens = [
    "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud800", "null", "1e999", "-", "0", "\0", "\u{ff}",
]

private struct Mutator {
    var random: SeededRandom

    mutating func mutate(_ document: String) -> [UInt8] {
        var bytes = Array(document.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let at = Int.random(in: 0...bytes.count, using: &random)
            let end = min(bytes.count, at + Int.random(in: 1...12, using: &random))
            switch Int.random(in: 0...6, using: &random) {
            case 0: if at < bytes.count { bytes[at] = .random(in: 0...255, using: &random) }
            case 1: if at < bytes.count { bytes[at] ^= 1 << UInt8.random(in: 0...7, using: &random) }
            case 2: bytes.removeSubrange(at..<end)
            case 3: bytes.insert(contentsOf: bytes[at..<end], at: at)
            case 4:
                bytes.insert(
                    contentsOf: tokens.randomElement(using: &random).map { Array($0.utf8) } ?? [], at: at)
            case 5: bytes.removeSubrange(at...)
            default: bytes += bytes.reversed().prefix(20)
            }
        }
        return bytes
    }
}

/// Touches everything that can be asked of a value and of what is in it.
private func walk(_ json: JSON) -> Int {
    var seen = 1 + (json.string?.utf8.count ?? 0) + (json.bool == true ? 1 : 0)
    seen += json.unsigned == nil && json.signed == nil && json.double == nil ? 0 : 1
    seen += json.member("result") == nil ? 0 : 1
    for (key, value) in json.members { seen += key.count + walk(value) }
    for element in json.elements { seen += walk(element) }
    return seen
}

@Suite struct JSONFuzzTests {
    @Test(arguments: 0..<8 as Range<UInt64>)
    func `no document breaks the cursor, and what it reads it writes again`(_ seed: UInt64) throws {
        var mutator = Mutator(random: SeededRandom(seed: seed))
        let parser = JSONParser()
        var accepted = 0
        for round in 0..<2_500 {
            let body = ResponseBody(mutator.mutate(documents[round % documents.count]))
            guard let json = withExtendedLifetime(body, { try? parser.parse(body.bytes) }) else { continue }
            accepted += 1
            #expect(walk(json) > 0)
            let text = json.text
            let again = try withJSON(Array(text.utf8)) { $0.text }
            #expect(again == text)
        }
        #expect(accepted > 50)
    }

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
