public import DepositCore
public import DepositStore

/// What the daemon lends to the API: how each chain stands, and the few things a call may set in motion.
public protocol WatchControl: Sendable {
    /// One entry for every configured chain, those that were refused included.
    func statuses() async -> [ChainID: ChainStatus]

    /// Addresses were stored; watches them before it returns. Called in the order of generations, before the
    /// 2xx leaves.
    func addressesAdded(on chain: ChainID, keys: [[UInt8]], generation: Int64)

    /// Stops a chain where it stands, on an operator's word and for the reason that it gives.
    func halt(_ chain: ChainID, reason: String) async throws -> Halting

    /// Takes a halted chain back to `height`, which lies below its tip; it stays halted.
    func rewind(_ chain: ChainID, to height: Height) async throws -> Rewinding

    /// Lets a halted chain go on, on an operator's word.
    func resume(_ chain: ChainID) async throws -> Resumption

    /// Deliveries were put back in line, so the notifier has something to send.
    func deliveriesWaiting() async

    /// Sends a test event to a callback; nil where there is no such callback.
    func test(callback: String) async -> Trial?
}

/// All three are asked for, and take effect with the chain's next turn.
public enum Halting: Hashable, Sendable {
    case halting
    case haltedAlready
}

public enum Rewinding: Hashable, Sendable {
    case rewinding
    case notHalted
}

public enum Resumption: Hashable, Sendable {
    case resumed
    case notHalted
}

/// How one chain stands at this moment, as the daemon knows it without asking the store.
public struct ChainStatus: Hashable, Sendable {
    public enum State: Hashable, Sendable {
        case starting
        /// At the head, or a few blocks below it.
        case following
        /// Far below the head. Both are nil while the rate is not known yet.
        case catchingUp(blocksPerSecond: Int?, secondsLeft: Int?)
        /// Stopped by a reorg too deep to follow unaided.
        case halted(reason: String)
        /// Not watched at all: its configuration or its nodes are wrong.
        case refused(reason: String)
        /// No node answers as it should.
        case waitingForNode(reason: String)
        /// It is followed, but nodes show different blocks where deposits are due, so none is confirmed there.
        case disagreeing(reason: String)
    }

    public var state: State
    /// The newest height that a node has shown.
    public var head: Height?
    /// When that was, by the block's own clock or ours.
    public var headTime: Timestamp?
    /// The newest block whose deposits are stored.
    public var scanned: BlockRef?
    /// The node of the last turn, by the name that shows no secret.
    public var node: String?
    /// Why deposits that are due are not confirmed; nil where all are.
    public var hold: String?
    /// Since when no node shows a new block, where that is unusually long.
    public var stall: String?
    /// The highest block of ours that enough nodes show; confirmations are counted under it.
    public var agreed: BlockRef?
    /// Scanned blocks above that one.
    public var unagreed: UInt64?
    /// Who shows the agreed block since when, and who says otherwise, in words.
    public var agreement: String?
    /// Why the next blocks are not scanned though a node has them; nil where nothing keeps them.
    public var wait: String?
    /// The lowest block of which no later one has proven what it holds yet; nil where each proves itself.
    public var unproven: Height?
    /// Why addresses that were issued late cannot be looked for; nil while they can.
    public var backfillTrouble: String?
    /// In the operator's order.
    public var nodes: [NodeStatus]

    public init(
        _ state: State, head: Height? = nil, headTime: Timestamp? = nil, scanned: BlockRef? = nil,
        node: String? = nil, hold: String? = nil, stall: String? = nil, nodes: [NodeStatus] = []
    ) {
        self.state = state
        self.head = head
        self.headTime = headTime
        self.scanned = scanned
        self.node = node
        self.hold = hold
        self.stall = stall
        self.nodes = nodes
    }

    /// Blocks between the head and what is scanned; nil while either is unknown.
    public var lag: UInt64? {
        guard let head, let scanned else { return nil }
        return head < scanned.height ? 0 : head.rawValue - scanned.height.rawValue
    }
}
