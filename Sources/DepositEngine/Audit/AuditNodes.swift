internal import ChainKit
internal import NodeRPC

/// The nodes that an audit asks: the same one until it fails, then the next.
///
/// A long audit does not end for a busy minute: once any node has answered, all of them are asked again, with pauses.
struct AuditNodes {
    private let nodes: [ChainNode]
    private let clock: any EngineClock
    private var current = 0
    private var verified: Set<Int> = []
    private var hasAnswered = false

    private static let rounds = 5

    /// - Precondition: there is a node.
    init(_ nodes: [ChainNode], _ clock: any EngineClock) {
        precondition(!nodes.isEmpty)
        self.nodes = nodes
        self.clock = clock
    }

    /// The first answer that holds; nil, with what each node was wrong about last, when there is none.
    mutating func ask<Answer>(
        _ failed: (NodeError) throws -> Void, _ question: (ChainNode) async throws -> Answer
    ) async throws -> (answer: Answer?, errors: [NodeError]) {
        var errors: [NodeError] = []
        for round in 0..<(hasAnswered ? Self.rounds : 1) {
            if round > 0 { try await clock.sleep(milliseconds: 500 << round) }
            errors = []
            for _ in nodes {
                do {
                    try await verify()
                    let answer = try await question(nodes[current])
                    hasAnswered = true
                    return (answer, [])
                } catch let error as NodeError {
                    errors.append(error)
                    try failed(error)
                    current = (current + 1) % nodes.count
                }
            }
        }
        return (nil, errors)
    }

    private mutating func verify() async throws {
        guard !verified.contains(current) else { return }
        try await nodes[current].adapter.verifyIdentity()
        verified.insert(current)
    }
}
