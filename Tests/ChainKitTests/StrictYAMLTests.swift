internal import ChainKit
internal import Testing

private func parsed(_ text: String) throws -> StrictValue {
    try StrictValue(parsing: text, file: "f.yaml")
}

/// The error of reading `text`, as a person sees it.
private func complaint(_ text: String, _ read: (StrictValue) throws -> Void) -> String? {
    do {
        try read(parsed(text))
        return nil
    } catch {
        return "\(error)"
    }
}

/// A mapping of which `a` must and `b` may be there.
private func readAB(_ value: StrictValue) throws {
    var map = try value.map()
    _ = try map.required("a").string()
    _ = try map.optional("b")?.integer()
    try map.finish()
}

@Suite struct StrictYAMLTests {
    @Test(arguments: [
        ("a: x\nb: 1\nc: 2", "f.yaml:3: unknown key c; known keys here: a, b"),
        ("b: 1\n", "f.yaml:1: a is missing; add a: …"),
        ("a: x\nb: two\n", "f.yaml:2: b: expected a whole number from 0 to 2147483647"),
        ("a: [x]\n", "f.yaml:1: a: expected a text"), ("a: {x: 1}\n", "f.yaml:1: a: expected a text"),
        ("a:\n", "f.yaml:1: a: expected a text, found nothing"),
        ("a: ~", "f.yaml:1: a: expected a text, found nothing"),
        ("a: null", "f.yaml:1: a: expected a text, found nothing"),
        ("- a\n- b\n", "f.yaml:1: expected a mapping (key: value)"),
        ("just text", "f.yaml:1: expected a mapping (key: value)"),
        ("", "f.yaml: a is missing; add a: …"), ("# only a comment\n", "f.yaml: a is missing; add a: …"),
    ])
    func `a mistake is told with file, line and cure`(_ text: String, _ message: String) {
        #expect(complaint(text, readAB) == message)
    }

    @Test(arguments: ["a: 1\na: 2\n", "b: 1\nx: {y: 1, y: 2}\na: 1"])
    func `the same key twice is refused`(_ text: String) {
        let message = complaint(text, readAB)
        #expect(message?.contains("the same key twice") == true, "\(message ?? "accepted")")
    }

    @Test(arguments: [
        "b: hunter2\na: \u{1}", "b: hunter2\na: 'x", "b: hunter2\na: *nowhere", "b: hunter2\n\ta: 1",
        "b: hunter2\nb: hunter2\na: 1", "b: hunter2\na: {",
    ])
    func `a document that is none is not quoted, for it may hold a secret`(_ text: String) {
        let message = complaint(text, readAB)
        #expect(
            message?.contains("f.yaml:") == true && message?.contains("hunter2") == false, "\(message ?? "")")
    }

    @Test(arguments: [
        "a: [", "a: 'x", "\ta: 1", "a: b: c", "{a: 1", "a: 1\n b: 2", "a: *nowhere", "a: 1\n---\nb: 2\n",
        "a: \u{1}",
    ])
    func `what is no single YAML document is refused`(_ text: String) {
        let message = complaint(text, readAB)
        #expect(
            message?.hasPrefix("f.yaml") == true && message?.contains("not valid YAML") == true,
            "\(message ?? "accepted")")
    }

    @Test func `a quoted nothing is a text, and so are words that YAML takes for something else`() throws {
        let words = [
            ("\"\"", ""), ("\"null\"", "null"), ("'~'", "~"), ("no", "no"), ("0x1F", "0x1F"), ("1e3", "1e3"),
            ("0.10", "0.10"),
        ]
        for (text, value) in words { #expect(try parsed(text).string() == value) }
    }

    @Test(arguments: [("0", 0), ("2147483647", 2_147_483_647), ("1_000", 1_000), ("\"7\"", 7)])
    func `a whole number is read`(_ text: String, _ value: Int) throws {
        #expect(try parsed(text).integer() == value)
    }

    @Test(arguments: [
        "-1", "2147483648", "1.0", "1e3", "0x10", "", "_", "ten", "١", "99999999999999999999999", "1 000",
    ])
    func `what is no whole number in its range is refused`(_ text: String) {
        #expect(complaint(text) { _ = try $0.integer() } != nil)
    }

    @Test func `a truth is true or false and nothing like it`() throws {
        #expect(try parsed("true").bool() && !parsed("false").bool())
        for text in ["yes", "no", "True", "1", "on", ""] {
            #expect(complaint(text) { _ = try $0.bool() } != nil)
        }
    }

    @Test(arguments: [
        ("250ms", 250), ("2s", 2_000), ("30m", 1_800_000), ("1h", 3_600_000), ("1d", 86_400_000), ("0s", 0),
    ])
    func `a length of time is read in milliseconds`(_ text: String, _ value: Int) throws {
        #expect(try parsed(text).milliseconds() == value)
    }

    @Test(arguments: [
        "2", "s", "ms", "-2s", "1.5s", "2 s", "2sec", "99999999999999999999s", "9223372036854775807d", "",
    ])
    func `what is no length of time is refused`(_ text: String) {
        #expect(complaint(text) { _ = try $0.milliseconds() } != nil)
    }

    @Test func `a value knows its place`() throws {
        var map = try parsed("chains:\n  ethereum:\n    nodes:\n      - x\n      - [y]\n").map()
        var chain = try map.required("chains").map()
        var ethereum = try chain.required("ethereum").map()
        let nodes = try ethereum.required("nodes").list()
        #expect(nodes.map(\.path) == ["chains.ethereum.nodes[0]", "chains.ethereum.nodes[1]"])
        #expect("\(nodes[1].fail("oops"))" == "f.yaml:5: chains.ethereum.nodes[1]: oops")
        #expect(nodes[1].isList && !nodes[0].isList && !nodes[0].isMap)
    }
}
