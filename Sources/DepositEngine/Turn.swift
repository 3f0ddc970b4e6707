public import DepositCore
public import DepositStore

/// What came of one turn of a chain with one node, or of one beat with all of them.
public struct Turn: Sendable {
    /// Whose turn it was; nil for a beat.
    let seat: Seat?
    /// What was committed, in order.
    public private(set) var changes: [Change] = []
    /// Set when it ended with the chain standing still.
    public internal(set) var halt: (halt: Halt, event: Event)?
    /// Why due deposits are not confirmed; nil where all were.
    public internal(set) var hold: Hold?
    /// Why the next blocks are not scanned though a node has them; nil where nothing keeps them.
    public internal(set) var wait: String?
    /// Errors of nodes that were asked for their word.
    var complaints: [NodeComplaint] = []
    /// Nodes that lose their turn, by their place, and why: no accusation, for honest ones on a short fork lose it too.
    var losing: [Int: String] = [:]
    /// The newest header that the turn's node has shown.
    var head: Head?

    init(_ seat: Seat? = nil) {
        self.seat = seat
    }

    public var events: [Event] { changes.flatMap(\.events) + (halt.map { [$0.event] } ?? []) }

    /// Neither the cursor nor a deposit has moved.
    public var isIdle: Bool { !changes.contains { $0.move != .stay || !$0.deposits.isEmpty } && halt == nil }

    mutating func note(_ changes: [Change]) {
        self.changes += changes
    }
}
