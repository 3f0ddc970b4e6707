public import DepositCore
public import DepositStore

/// One turn of a chain: the node whose it is, what it showed, and what came of it.
public struct Turn: Sendable {
    let node: ChainNode
    private let others: Peers?
    let remote: RemoteView
    /// What was committed, in order.
    public private(set) var changes: [Change] = []
    /// Set when the turn ended with the chain standing still.
    public internal(set) var halt: (halt: Halt, event: Event)?
    /// Why due deposits were not confirmed; nil where all were.
    public internal(set) var hold: Hold?
    /// Errors of peers that were asked for their word.
    var complaints: [NodeComplaint] = []
    /// How many of our headers the sentinel has read again.
    var reread = 0
    /// Other chains that nodes have shown to the sentinel, by the node, in this turn and before.
    var dissents: [String: Dissent] = [:]

    init(_ node: ChainNode, _ others: Peers?, _ remote: RemoteView) {
        self.node = node
        self.others = others
        self.remote = remote
    }

    public var head: Head { remote.head }

    /// No other node could be asked, whatever state it is in.
    var isAlone: Bool { others == nil }

    /// Without those that have failed in this turn: once is enough.
    func peers() async -> [ChainNode] {
        let failed = Set(complaints.map(\.node))
        return (await others?() ?? []).filter { !failed.contains($0.name) }
    }

    public var events: [Event] { changes.flatMap(\.events) + (halt.map { [$0.event] } ?? []) }

    /// Neither the cursor nor a deposit has moved.
    public var isIdle: Bool { changes.isEmpty && halt == nil }

    mutating func note(_ changes: [Change]) {
        self.changes += changes
    }
}
