/// Calls and types that may not be used, and where they may all the same.
struct BannedRule: Sendable {
    let name: String
    /// Why, or what to do instead.
    let reason: String
    /// Texts of which every line that breaks the rule holds one: looked for first, for a pattern is slow.
    private let traces: [String]
    private let pattern: @Sendable (Substring) -> Bool
    private let applies: @Sendable (SourceFile) -> Bool
    /// An excuse on the line itself, comments and literals included.
    private let excuse: String?

    init(
        _ name: String, _ reason: String, traces: [String], excuse: String? = nil,
        in applies: @escaping @Sendable (SourceFile) -> Bool = { _ in true },
        _ pattern: @escaping @Sendable (Substring) -> Bool
    ) {
        self.name = name
        self.reason = reason
        self.traces = traces
        self.pattern = pattern
        self.applies = applies
        self.excuse = excuse
    }

    func complaints(_ file: SourceFile) -> [Complaint] {
        guard applies(file), traces.contains(where: { file.code.contains($0) }) else { return [] }
        return zip(file.codeLines, file.lines).enumerated().compactMap { index, line in
            guard traces.contains(where: { line.0.contains($0) }), pattern(line.0),
                !(excuse.map { line.1.contains($0) } ?? false)
            else { return nil }
            return Complaint(path: file.path, line: index + 1, message: "\(name): \(reason)")
        }
    }

    /// Targets in which no floating point may touch an amount or a decision.
    private static let exact: Set<String> = [
        "DepositCore", "NodeRPC", "ChainKit", "EVMChain", "BitcoinChain", "DepositStore", "DepositEngine",
        "CallbackNotifier",
    ]
    /// Tests that start programs of others, which tell nobody when they are ready.
    private static let waitsForPrograms: Set<String> = ["Tests/BitcoinChainTests/Support/Litecoind.swift"]
    /// Targets between the socket and the match.
    private static let hot: Set<String> = ["DepositCore", "NodeRPC", "EVMChain", "BitcoinChain"]

    static let all = [
        BannedRule("try!", "handle the error", traces: ["try!"]) { $0.contains(/\btry!/) },
        BannedRule(
            "force unwrap", "unwrap with guard or if let", traces: ["!"],
            in: { $0.path != "Tests/TidyTests/BannedRule.swift" }
        ) { $0.contains(/[\w\)\]\}\>]!(?!=)/) && !$0.contains(/\btry!/) },
        BannedRule(
            "fatalError", "only when out of memory; our own bug is a precondition", traces: ["fatalError"],
            excuse: "out of memory"
        ) { $0.contains(/\bfatalError\(/) },
        BannedRule(
            "sleeping", "a test waits for an event or has a clock of its own", traces: ["sleep"],
            in: { $0.isTest && !waitsForPrograms.contains($0.path) }
        ) { $0.contains(/\b(Thread|Task)\s*(<[^>]*>)?\.sleep\b|\b(u|nano)?sleep\s*\(\s*\w+\s*\)/) },
        BannedRule(
            "floating point", "amounts and decisions are exact",
            traces: ["Double", "Float", "Interval", "NSNumber"],
            in: { !$0.isTest && exact.contains($0.target) && $0.path != "Sources/NodeRPC/JSON.swift" }
        ) { $0.contains(/\b(Double|Float|Float16|Float80|CGFloat|TimeInterval|NSNumber)\b/) },
        BannedRule(
            "print", "log it, or return it", traces: ["rint(", "dump("],
            in: { !$0.isTest && $0.target != "depositwatch" }
        ) { $0.contains(/(^|[^.\w])(debugPrint|print|dump)\(/) },
        BannedRule(
            "Foundation's JSON", "read the tape", traces: ["JSON", "able"],
            in: { !$0.isTest && hot.contains($0.target) }
        ) { $0.contains(/\b(JSONDecoder|JSONEncoder|JSONSerialization|Codable|Decodable|Encodable)\b/) },
    ]
}
