internal import ChainKit
internal import NodeRPC

/// The nodes that an audit asks: the same one until it fails, then the next.
///
/// An audit does not end for a busy minute, nor for a back end that is a block behind: once any node has shown that it
/// is of the chain, all of them are asked again, with pauses.
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
        for round in 0..<Self.rounds where round == 0 || hasAnswered {
            if round > 0 { try await clock.sleep(milliseconds: 500 << round) }
            errors = []
            for _ in nodes {
                do {
                    try await verify()
                    return (try await question(nodes[current]), [])
                } catch let error as NodeError {
                    errors.append(error)
                    try failed(error)
                    current = (current + 1) % nodes.count
                }
            }
        }
        return (nil, errors)
    }

    /// The one that answers.
    var name: String { nodes[current].name }

    /// The answers of so many others than the one that answers, or of fewer where fewer can.
    mutating func askOthers<Answer>(
        _ count: Int, _ failed: (NodeError) throws -> Void, _ question: (ChainNode) async throws -> Answer
    ) async throws -> [(node: String, answer: Answer)] {
        var answers: [(node: String, answer: Answer)] = []
        for index in nodes.indices where index != current && answers.count < count {
            do {
                try await verify(index)
                answers.append((nodes[index].name, try await question(nodes[index])))
            } catch let error as NodeError {
                try failed(error)
            }
        }
        return answers
    }

    private mutating func verify(_ index: Int? = nil) async throws {
        let index = index ?? current
        guard !verified.contains(index) else { return }
        try await nodes[index].adapter.verifyIdentity()
        verified.insert(index)
        hasAnswered = true
    }
}
