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
        /// Which nodes show another chain below our tip, and where; empty where none is known to.
        public var dissents: [String] = []
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
    private let reread: Counter
    private let dissenting: Gauge
    private let stalled: Gauge

    public init(_ chain: ChainID) {
        self.chain = chain
        let labels = [("chain", chain.text)]
        scannedHeight = Gauge(label: "depositwatch_chain_scanned_height", dimensions: labels)
        headHeight = Gauge(label: "depositwatch_chain_head_height", dimensions: labels)
        blocks = Counter(label: "depositwatch_chain_blocks_scanned_total", dimensions: labels)
        undone = Counter(label: "depositwatch_chain_blocks_undone_total", dimensions: labels)
        held = Gauge(label: "depositwatch_chain_confirmation_held", dimensions: labels)
        reread = Counter(label: "depositwatch_chain_headers_reread_total", dimensions: labels)
        dissenting = Gauge(label: "depositwatch_chain_dissenting_nodes", dimensions: labels)
        stalled = Gauge(label: "depositwatch_chain_stalled", dimensions: labels)
    }

    public var current: Report { report.withLock { $0 } }

    func update(_ body: (inout Report) -> Void) {
        report.withLock { body(&$0) }
    }

    /// Notes where a turn has brought the chain.
    func note(_ turn: Turn) {
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
        headHeight.record(Int64(turn.head.header.height.rawValue))
        if let scanned { scannedHeight.record(Int64(scanned.height.rawValue)) }
        held.record(turn.hold == nil ? 0 : 1)
        reread.increment(by: Int64(turn.reread))
        dissenting.record(Int64(turn.dissents.count))
        stalled.record(current.stall == nil ? 0 : 1)
        update { report in
            report.head = turn.head.header.height
            report.headTime = turn.head.header.block.time
            report.scanned = scanned ?? report.scanned
            report.finalized = finalized ?? report.finalized
            report.hold = turn.hold
            report.dissents = turn.dissents.values.map(\.words).sorted()
            if turn.isIdle {
                report.state = .following
                report.rate = nil
            }
        }
    }
}
