public import DepositCore
public import DepositStore
internal import Metrics
internal import Synchronization

/// How a chain is doing, for `/readyz`, the console, metrics and the log.
public final class ChainHealth: Sendable {
    public enum State: Hashable, Sendable {
        case starting
        case catchingUp
        case following
        /// No node gives a usable answer.
        case waiting(why: String)
        /// Every node follows another chain: nothing is scanned until that is mended.
        case refused(why: String)
        case halted(Halt)
    }

    public struct Report: Sendable {
        public var state: State = .starting
        /// The newest height that a node has shown.
        public var head: Height?
        /// By that block's own clock.
        public var headTime: Timestamp?
        public var scanned: BlockRef?
        public var finalized: BlockRef?
        /// Blocks scanned a second, lately; nil when following the head.
        public var rate: Int?
        public var backfill: Backfill?
        /// Why no node gives the blocks that a backfill must scan; nil while one does.
        public var backfillTrouble: String?
        /// The node of the last turn.
        public var node: String?
        /// Why the next block is not to be had; nil while a node gives it.
        public var trouble: Trouble?
        /// Why deposits that are due are not confirmed; nil where all are.
        public var hold: Hold?
        /// Which block is agreed, by whom, and how far our tip stands above it; nil before the first beat.
        public var accounts: Accounts?
        /// Why the next blocks are not scanned though a node has them; nil where nothing keeps them.
        public var wait: String?
        /// Set while no node shows a new block for much longer than blocks are apart.
        public var stall: Stall?

        /// Seconds until the head is reached at the present rate.
        public var secondsLeft: Int? {
            guard let rate, rate > 0, let head, let scanned else { return nil }
            return Int(scanned.height.confirmations(under: head) / UInt64(rate))
        }
    }

    public let chain: ChainID
    private let report = Mutex(Report())
    private let scannedHeight: Gauge
    private let headHeight: Gauge
    private let blocks: Counter
    private let undone: Counter
    private let held: Gauge
    private let agreed: Gauge
    private let contradicting: Gauge
    private let stalled: Gauge

    public init(_ chain: ChainID) {
        self.chain = chain
        let labels = [("chain", chain.text)]
        scannedHeight = Gauge(label: "depositwatch_chain_scanned_height", dimensions: labels)
        headHeight = Gauge(label: "depositwatch_chain_head_height", dimensions: labels)
        blocks = Counter(label: "depositwatch_chain_blocks_scanned_total", dimensions: labels)
        undone = Counter(label: "depositwatch_chain_blocks_undone_total", dimensions: labels)
        held = Gauge(label: "depositwatch_chain_confirmation_held", dimensions: labels)
        agreed = Gauge(label: "depositwatch_chain_agreed_height", dimensions: labels)
        contradicting = Gauge(label: "depositwatch_chain_contradicting_nodes", dimensions: labels)
        stalled = Gauge(label: "depositwatch_chain_stalled", dimensions: labels)
    }

    public var current: Report { report.withLock { $0 } }

    func update(_ body: (inout Report) -> Void) {
        report.withLock { body(&$0) }
    }

    /// Notes where a turn or a beat has brought the chain.
    func note(_ turn: Turn, _ accounts: Accounts) {
        var scanned: BlockRef?
        var finalized: BlockRef?
        for change in turn.changes {
            finalized = change.finalized ?? finalized
            switch change.move {
            case .connect(let header):
                blocks.increment()
                scanned = header.block
            case .disconnect: undone.increment()
            case .stay: break
            }
        }
        let head = accounts.head ?? turn.head?.header.height
        if let head { headHeight.record(Int64(head.rawValue)) }
        if let scanned { scannedHeight.record(Int64(scanned.height.rawValue)) }
        if let block = accounts.agreed { agreed.record(Int64(block.height.rawValue)) }
        contradicting.record(Int64(accounts.contradicting.count))
        stalled.record(current.stall == nil ? 0 : 1)
        update { report in
            report.head = head ?? report.head
            if let shown = turn.head?.header, shown.height == head { report.headTime = shown.block.time }
            report.scanned = accounts.tip ?? scanned ?? report.scanned
            report.finalized = finalized ?? report.finalized
            report.accounts = accounts
            report.wait = turn.wait ?? (turn.seat == nil ? report.wait : nil)
            if accounts.isAlone || turn.seat == nil { report.hold = turn.hold }
            if turn.isIdle, turn.seat != nil {
                report.state = .following
                report.rate = nil
            }
        }
        held.record(current.hold == nil ? 0 : 1)
    }
}
