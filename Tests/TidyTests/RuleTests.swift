internal import Testing

private func file(_ text: String, _ path: String = "Sources/DepositCore/X.swift") -> SourceFile {
    SourceFile(path: path, text: text)
}

private func lines(_ count: Int) -> String {
    String(repeating: "x\n", count: count)
}

/// The rules themselves, held against small bad samples: a rule that cannot fail holds nothing.
@Suite struct RuleTests {
    @Test(
        arguments: [
            ("DepositCore", "import Foundation", "Foundation"),
            ("DepositCore", "internal import NodeRPC", "NodeRPC"),
            ("DepositCore", "@testable public import GRDB", "GRDB"),
            ("DepositCore", "import struct Foundation.Date", "Foundation"),
            ("DepositCore", "import func Glibc.memcpy", "Glibc"),
            ("EVMChain", "internal import BitcoinChain", "BitcoinChain"),
            ("BitcoinChain", "import EVMChain", "EVMChain"), ("EVMChain", "import Foundation", "Foundation"),
            ("ChainKit", "import DepositStore", "DepositStore"),
            ("NodeRPC", "import DepositCore", "DepositCore"),
            ("DepositStore", "import ChainKit", "ChainKit"), ("DepositEngine", "    import GRDB", "GRDB"),
            ("CallbackNotifier", "import Hummingbird", "Hummingbird"),
            ("DepositAPI", "import NodeRPC", "NodeRPC"),
            ("NodeRPC", "@preconcurrency import Yams", "Yams"),
            ("ChainKit", "import Yams; import Crypto", nil),
        ] as [(String, String, String?)])
    func `an import that is not in the table is seen`(_ target: String, _ line: String, _ module: String?) {
        let found = ImportRule.complaints(file("\n\(line)\n", "Sources/\(target)/X.swift"))
        #expect(found.map(\.message) == (module.map { ["\(target) may not import \($0)"] } ?? []))
        #expect(found.allSatisfy { $0.line == 2 })
    }

    @Test func `an import in a comment or a literal is none, and the executable imports what it wants`() {
        #expect(
            ImportRule.complaints(file("// import GRDB\nlet a = \"import GRDB\"\nlet important = 1")).isEmpty)
        #expect(ImportRule.complaints(file("import GRDB", "Sources/depositwatch/Run.swift")).isEmpty)
        #expect(ImportRule.complaints(file("import GRDB", "Tests/DepositCoreTests/X.swift")).isEmpty)
        #expect(ImportRule.complaints(file("import Logging", "Sources/NewRoom/X.swift")).count == 1)
    }

    @Test func `a file of 300 lines is too long`() {
        #expect(SizeRule.complaints(file(lines(299))).isEmpty)
        #expect(
            SizeRule.complaints(file(lines(300))).map(\.message) == ["300 lines; a file has fewer than 300"])
    }

    @Test func `a line of 111 columns is too long, however many bytes it has`() {
        let wide = String(repeating: "é", count: 110)
        #expect(SizeRule.complaints(file(wide)).isEmpty)
        #expect(SizeRule.complaints(file("\n\(wide)x")).map(\.line) == [2])
    }

    @Test(arguments: [
        "func f() {", "    public static func f<T>(_ a: T = { 1 }()) -> [T] {", "init?(_ a: Int) {",
        "deinit {",
        "mutating func f(\n    a: Int\n) throws(E) -> (Int, Int) {",
        "private(set) subscript(i: Int) -> Int {",
        "@discardableResult func f() where T: U {", "func `a sentence`() {",
    ])
    func `a function of 60 lines is too long`(_ head: String) {
        let extra = head.split(separator: "\n").count + 1
        let short = "struct S {\n\(head)\n\(lines(59 - extra))}\nfunc g() { }\n}"
        let long = "struct S {\n\(head)\n\(lines(60 - extra))}\nfunc g() { }\n}"
        #expect(SizeRule.complaints(file(short)).isEmpty)
        #expect(SizeRule.complaints(file(long)).map(\.line) == [2])
    }

    @Test func `a requirement without a body does not borrow the next one's`() {
        let requirements = "protocol P {\n  func a()\n  init(x: Int)\n}\nstruct S {\n\(lines(70))}"
        #expect(SizeRule.functions(in: requirements).isEmpty)
    }

    @Test(arguments: [
        ("try!", "let a = try! f()"), ("force unwrap", "let a = b!"), ("force unwrap", "f(b[0]!.c)"),
        ("force unwrap", "let a = f()!"), ("force unwrap", "a as! B"), ("force unwrap", "var a: Int!"),
        ("fatalError", "fatalError(\"this cannot be\")"), ("floating point", "let a: Double = 1"),
        ("floating point", "let t: TimeInterval"), ("print", "print(a)"), ("print", "  debugPrint(a)"),
        ("Foundation's JSON", "JSONDecoder().decode()"), ("Foundation's JSON", "struct A: Codable {"),
    ])
    func `what is banned is seen`(_ rule: String, _ line: String) {
        let found = BannedRule.all.flatMap { $0.complaints(file("\n\(line)")) }
        #expect(found.map { $0.message.prefix { $0 != ":" } } == [Substring(rule)])
        #expect(found.allSatisfy { $0.line == 2 })
    }

    @Test(arguments: [
        "Thread.sleep(forTimeInterval: 1)", "try await Task.sleep(for: .seconds(1))", "usleep(5)", "sleep(1)",
        "try await Task<Never, Never>.sleep(nanoseconds: 1)", "nanosleep(x)",
    ])
    func `a test that sleeps is seen`(_ line: String) {
        let found = BannedRule.all.flatMap { $0.complaints(file(line, "Tests/XTests/X.swift")) }
        #expect(found.count == 1)
    }

    @Test(arguments: [
        "if a != b, !c { }", "let a = !b", "// try! x! print( Double", "let s = \"try! x! print(\"",
        "x.print(y)",
        "fatalError(\"out of memory\")", "func sleep(until deadline: Instant) async throws {",
        "let Doubled = 1",
        "let s = #\"a\"b!\"#", "let s = \"\\(a != b ? \"x!\" : \"y\")!\"", "/* a! /* b! */ c! */ let d = 1",
        "precondition(!a)",
    ])
    func `what only looks banned is let through`(_ line: String) {
        #expect(BannedRule.all.flatMap { $0.complaints(file(line)) }.isEmpty)
    }

    @Test func `code inside an interpolation is code`() {
        func found(_ text: String) -> [Int?] {
            BannedRule.all.flatMap { $0.complaints(file(text)) }.map { $0.line }
        }
        #expect(found("let s = \"a \\(f(b!)) c\"") == [1])
        #expect(found("let s = \"\"\"\n  \\(b!)\n  c!\n  \"\"\"") == [2])
        #expect(found("let s = #\"\\(b!) \\#(c!)\"#") == [1])
        #expect(found("let s = #\"\\(b!)\"#").isEmpty)
        #expect(found("let s = \"\\\"b!\"; c!") == [1])
    }

    @Test func `a long literal that cannot be broken is let through, a long comment is not`() {
        let long = String(repeating: "x", count: 110)
        #expect(SizeRule.complaints(file("    \"\(long)\", \"y\"),")).isEmpty)
        #expect(SizeRule.complaints(file("let a = \"\"\"\n    \(long)\n    \"\"\"")).isEmpty)
        #expect(SizeRule.complaints(file("    // \(long)")).isEmpty)
        #expect(SizeRule.complaints(file("    // \(long)1234")).count == 1)
        #expect(SizeRule.complaints(file("    let name = something(\"\(long)\", other)")).count == 1)
    }

    @Test func `rules of the core do not bind the executable`() {
        let text = "print(1)\nlet a: Double = 1\nstruct A: Codable {}"
        #expect(BannedRule.all.flatMap { $0.complaints(file(text, "Sources/depositwatch/X.swift")) }.isEmpty)
        #expect(
            BannedRule.all.flatMap { $0.complaints(file("let a: Double", "Sources/NodeRPC/JSON.swift")) }
                .isEmpty)
    }

    @Test func `a chain file without a fixture, with another id, or excused in vain is seen`() {
        let good = "# A chain.\nid: a\nfamily: evm   # yes\n"
        func messages(_ files: [String: String], _ fixtures: Set<String>, _ excused: [String: String])
            -> [String]
        {
            ChainFileRule.complaints(files, fixtures: fixtures, excused: excused).map(\.message)
        }
        #expect(messages(["a": good], ["evm/a"], [:]).isEmpty)
        #expect(messages(["a": good], [], ["a": "why"]).isEmpty)
        #expect(messages(["a": good], ["bitcoin/a"], [:]) == ["no fixture in fixtures/evm/a"])
        #expect(messages(["a": good], ["evm/a"], ["a": "why"]) == ["it has a fixture: take it off the list"])
        #expect(messages(["b": good], ["evm/b"], [:]) == ["the id is not the file's name"])
        #expect(messages([:], [], ["gone": "why"]) == ["excused, but not there"])
    }

    @Test func `what does not belong at the top is seen`() {
        #expect(TopLevelRule.complaints(["Sources", ".ci", "README.md"]).isEmpty)
        #expect(
            TopLevelRule.complaints(["docs", "Sources", "notes.txt"]).map(\.path) == ["docs", "notes.txt"])
    }
}
