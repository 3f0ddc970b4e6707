internal import ChainKit

/// `script.yaml`: a made-up chain, its nodes, and what happens to both, step by step.
///
/// ```yaml
/// family: evm                     # evm or bitcoin; left out where the folder has a tape
/// settled_since: 3                # evm alone: from this block on, later blocks commit to what a block did
/// nodes: [a, b]                   # by default one, named node
/// steps:                          # a step is a mapping of orders, or a list of such mappings
///   - mine: 5
///   - {mine: [{name: t1, to: "0x…", amount: "5000"}], fault: {is: lags, blocks: 2, node: b}}
///   - [{fork: {branch: b, depth: 2}}, {mine: {on: b, blocks: 3}}, {adopt: b}, {cure: all}]
/// ```
public struct Script: Sendable {
    /// Nil: the nodes answer from a tape.
    public let family: TestChain.Family?
    public let servesREST: Bool
    /// The first block whose results later ones commit to.
    public let settledSince: UInt64?
    public let nodes: [String]
    let steps: StrictValue?
    let count: Int

    public init(_ text: String, file: String) throws {
        var map = try StrictValue(parsing: text, file: file).map()
        family = try map.optional("family").map { try $0.choice(of: TestChain.Family.self) }
        servesREST = try map.optional("rest")?.bool() ?? false
        settledSince = try map.optional("settled_since").map { UInt64(try $0.integer(1...1_000_000)) }
        nodes = try map.optional("nodes").map { try Self.names($0) } ?? ["node"]
        steps = map.optional("steps")
        count = try steps?.list().count ?? 0
        try map.finish()
    }

    /// Names are parts of URLs.
    private static func names(_ value: StrictValue) throws -> [String] {
        let values = try value.list()
        let names = try values.map { value in
            let name = try value.string()
            let isPlain = name.utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) }
            guard isPlain, !["script", "advance", "rest"].contains(name) else {
                throw value.fail(
                    "a node's name is lowercase letters and digits, and not script, advance or rest")
            }
            return name
        }
        guard !names.isEmpty, Set(names).count == names.count else {
            throw value.fail("name at least one node, and no two alike")
        }
        return names
    }
}
