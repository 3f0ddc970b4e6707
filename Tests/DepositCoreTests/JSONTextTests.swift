@testable internal import DepositCore
internal import Testing

@Suite struct JSONTextTests {
    @Test(arguments: [
        ("plain", #""plain""#), ("", #""""#), (#"a"b"#, #""a\"b""#), (#"a\b"#, #""a\\b""#),
        ("\n\r\t", #""\n\r\t""#), ("\r\n", #""\r\n""#), ("\0", #""\u0000""#), ("\u{1f}", #""\u001f""#),
        ("\u{8}\u{c}", #""\u0008\u000c""#), ("\u{7f}", #""\u007f""#), ("é€😀", #""é€😀""#),
        ("</script>", #""</script>""#), ("e\u{301}", "\"e\u{301}\""), ("\"\u{301}", "\"\\\"\u{301}\""),
    ])
    func `a string is escaped as RFC 8259 demands`(_ text: String, _ written: String) {
        #expect(JSONText.string(text).text == written)
    }

    @Test func `values are written in their order, without white space`() {
        let value: JSONText = .object([
            "z": .null, "a": .integer(Int64.min), "b": .bool(true), "c": .bool(false),
            "list": .array([.string("x"), .array([]), .object([])]), "none": .optional(nil),
            "some": .optional("s"),
            "height": .integer(7 as Height), "q\"": .integer(0 as Int64),
        ])
        let written =
            #"{"z":null,"a":-9223372036854775808,"b":true,"c":false,"list":["x",[],{}],"#
            + #""none":null,"some":"s","height":7,"q\"":0}"#
        #expect(value.text == written)
    }
}
