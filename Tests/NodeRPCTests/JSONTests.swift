@testable internal import NodeRPC
internal import Testing

/// The document's own text, written again by the cursor; nil where it is refused.
private func rewritten(_ text: String, depth: Int = JSONDepth.answer) -> String? {
    try? withJSON(Array(text.utf8), depth: depth) { $0.text }
}

private func nested(_ levels: Int) -> String {
    String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
}

@Suite struct JSONTests {
    @Test(arguments: [
        ("{}", JSON.Kind.object), ("[]", .array), (#""a""#, .string), ("-1", .signed), ("1", .signed),
        ("9223372036854775808", .unsigned), ("1.5", .double), ("1e3", .double), ("true", .yes),
        ("false", .no),
        ("null", .null), (" \n\t null \r\n", .null),
    ])
    func `every kind of value is told apart`(_ text: String, _ kind: JSON.Kind) throws {
        #expect(try withJSON(Array(text.utf8)) { $0.kind } == kind)
    }

    @Test func `a value answers to its own kind alone`() throws {
        let text =
            #"{"o":{"x":1},"a":[1],"s":"t","n":7,"neg":-7,"big":18446744073709551615,"d":0.5,"#
            + #""t":true,"z":null}"#
        try withJSON(Array(text.utf8)) { json in
            func value(_ name: StaticString) -> JSON { json.member(name) ?? json }
            #expect(value("o").isObject && value("a").isArray && value("s").isString && value("z").isNull)
            #expect(value("s").string == "t" && value("n").string == nil && value("o").string == nil)
            #expect(value("n").unsigned == 7 && value("n").signed == 7)
            #expect(value("neg").unsigned == nil && value("neg").signed == -7)
            #expect(value("big").unsigned == .max && value("big").signed == nil)
            #expect(value("d").unsigned == nil && value("d").signed == nil && value("d").double == 0.5)
            #expect(value("t").bool == true && value("n").bool == nil && value("s").unsigned == nil)
            #expect(Array(value("s").elements).isEmpty && Array(value("a").members).isEmpty)
            #expect(value("a").member("x") == nil && json.member("absent") == nil && json.member("") == nil)
            #expect(value("o").member("x")?.unsigned == 1)
        }
    }

    @Test func `members and elements come in order, past nested values`() throws {
        let text = #"{"a":[1,[2,{"b":3}],"four",5.5],"c":{"d":{"e":[]}},"f":-1,"g":"x"}"#
        try withJSON(Array(text.utf8)) { json in
            #expect(json.members.map { String(decoding: $0.key, as: UTF8.self) } == ["a", "c", "f", "g"])
            #expect(json.member("a")?.elements.map(\.kind) == [.signed, .array, .string, .double])
            #expect(json.member("f")?.signed == -1 && json.member("g")?.string == "x")
        }
    }

    @Test(arguments: [
        (#""\u0041\n\"\\\/""#, "A\n\"\\/"), (#""\ud83d\ude00é""#, "😀é"), (#""\u0000""#, "\0"), (#""""#, ""),
    ])
    func `a string is unescaped`(_ text: String, _ value: String) throws {
        #expect(try withJSON(Array(text.utf8)) { $0.string } == value)
    }

    @Test(arguments: [
        #"{"a":[1,-2,18446744073709551615,0.5,"x\"\\\u0001",true,false,null,{},[]]}"#,
        "-9223372036854775808", #"{"a":1,"a":2}"#, #"["é😀"]"#,
    ])
    func `a compact document is written again as it was`(_ text: String) {
        #expect(rewritten(text) == text)
    }

    @Test(arguments: [
        "", " ", "{", "[", "\"", "\"a", "{\"a\"", "{\"a\":", "{\"a\":1", "[1", "[1,", "[1,]", "{,}",
        "{\"a\":1,}",
        "nul", "tru", "01", "1.", ".5", "+1", "-", "1e", "0x10", "NaN", "Infinity", "'a'", "{a:1}", "[1]]",
        "{}{}",
        "1 2", #""\x""#, #""\u12""#, #""\ud800""#, "\"\n\"", "<html>", "18446744073709551616",
        "-9223372036854775809",
        "1e400", "\u{feff}", "// c", "\0",
    ])
    func `what is no JSON, or no number of 64 bits, is refused`(_ text: String) {
        #expect(rewritten(text) == nil)
    }

    @Test func `bytes that are no UTF-8 are refused`() {
        for bytes: [UInt8] in [
            [0x22, 0xff, 0x22], [0x22, 0xc0, 0x80, 0x22], [0xef], [0x22, 0xed, 0xa0, 0x80, 0x22],
        ] {
            #expect(throws: (any Error).self) { try withJSON(bytes) { $0.text } }
        }
    }

    @Test func `nesting is refused beyond the depth that was allowed, however short the document`() {
        #expect(rewritten(nested(64)) != nil)
        #expect(rewritten(nested(65)) == nil)
        #expect(rewritten(nested(5), depth: 4) == nil)
        #expect(rewritten(nested(1_000_000)) == nil)
        #expect(rewritten(String(repeating: "[", count: 1_000_000)) == nil)
    }

    @Test func `a trace as deep as the EVM can call is read where a trace is asked for`() {
        let frames = String(repeating: #"{"calls":["#, count: 1_024) + String(repeating: "]}", count: 1_024)
        let answer = #"[{"id":0,"result":[{"result":\#(frames)}]}]"#
        #expect(rewritten(answer, depth: JSONDepth.trace) == answer)
        #expect(rewritten(answer) == nil)
    }

    @Test func `a parser keeps its depth while documents grow and shrink`() {
        let parser = JSONParser(depth: 8)
        func isRead(_ text: String) -> Bool {
            let body = ResponseBody(text.utf8)
            return withExtendedLifetime(body) { (try? parser.parse(body.bytes))?.isArray ?? false }
        }
        for levels in [1, 6, 3, 6] {
            for filling in [0, 10, 100_000, 5] {
                let text = "[\"\(String(repeating: "x", count: filling))\",\(nested(levels))]"
                #expect(isRead(text))
                #expect(!isRead(nested(9)))
            }
        }
    }

    @Test func `slices point into the parser's memory and compare with literals`() throws {
        try withJSON(Array(#"{"hash":"0xab","":"e"}"#.utf8)) { json in
            #expect(json.member("hash")?.bytes?.equals("0xab") == true)
            #expect(json.member("hash")?.bytes?.equals("0xabc") == false)
            #expect(json.member("hash")?.bytes?.equals("0xac") == false)
            #expect(json.member("")?.bytes?.equals("e") == true)
        }
    }

    @Test(arguments: [
        ("a\"b\\c", #""a\"b\\c""#), ("\n\u{1f}", #""\u000a\u001f""#), ("é\u{2028}", "\"é\u{2028}\""),
    ])
    func `a text becomes a literal`(_ text: String, _ literal: String) throws {
        #expect(jsonLiteral(text) == literal)
        #expect(try withJSON(Array(literal.utf8)) { $0.string } == text)
    }
}
