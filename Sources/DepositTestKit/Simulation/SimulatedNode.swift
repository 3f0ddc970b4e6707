internal import DepositCore
internal import NodeRPC

/// One node of a simulated world: what chain it shows, and what is wrong with it.
struct SimulatedNode: Sendable {
    enum View: Hashable, Sendable {
        case best
        case behind(UInt64)
        /// A branch that it does not leave: a stale fork, or one that it has made up.
        case stuck(on: Int)
        /// Two back ends behind one address, of which either answers.
        case flipping(Int)
    }

    enum Fault: Hashable, Sendable {
        case down(NodeError.Fault)
        /// One call in three.
        case shaky(NodeError.Fault)
        case withoutBodies
        /// Its bodies contradict their headers, and the family finds that out.
        case forging
        /// It leaves out headers, at the end or in the middle.
        case short
    }

    /// Which block it calls final.
    enum Word: Hashable, Sendable {
        case honest
        case none
        case behind(UInt64)
        /// Its own head, whatever the network says.
        case boasting
    }

    var view = View.best
    var fault: Fault?
    var word = Word.honest

    /// The faults that its caller sees as an error, whatever it asked for.
    static let errors: [NodeError.Fault] = [
        .unreachable("refused"), .timedOut("30 s"), .http(status: 502, excerpt: "bad gateway"),
        .rateLimited(retryAfterSeconds: 7), .malformed("no JSON"), .missing("what it had"), .syncing("at 3"),
        .rpc(method: "head", code: -32_000, message: "overloaded"),
        .wrongChain(expected: "simulated", found: "another"),
    ]
}

/// What the nodes have shown since it was cleared: what the oracle judges confirmations by.
struct Shown: Sendable {
    private(set) var headers: [Int: Set<Int>] = [:]
    /// Blocks whose bodies were given out.
    private(set) var bodies: Set<Int> = []
    private(set) var highest: Height = 0

    mutating func note(_ block: Int, at height: Height, by node: Int) {
        headers[node, default: []].insert(block)
        highest = max(highest, height)
    }

    mutating func noteBody(_ block: Int) {
        bodies.insert(block)
    }

    /// How many nodes have shown this block, or one that stands on it.
    func witnesses(of block: Int, in tree: BlockTree) -> Int {
        headers.values.count { $0.contains { tree.contains(block, in: $0) } }
    }

    /// How many nodes have shown a block of a branch that parts from this one's below it.
    func dissenters(from block: Int, in tree: BlockTree) -> Int {
        headers.values.count { blocks in
            blocks.contains { !tree.contains(block, in: $0) && !tree.contains($0, in: block) }
        }
    }
}
