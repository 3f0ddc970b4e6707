public import ChainKit
public import DepositCore
public import DepositStore
internal import Logging
public import NodeRPC
public import ServiceLifecycle

/// Follows one chain: a turn, a pause, the next turn, with the next node when one fails.
///
/// Never gives up and never skips: whatever a node answers, the next turn starts from what was last committed.
public struct Watcher: Service {
    public struct Settings: Sendable {
        /// The first height to scan; nil: the head at the first start.
        public var from: Height?
        /// Between two questions for the head, in milliseconds.
        public var pollInterval: Int
        /// How many nodes must say the same before anything is decided by it.
        public var agree: Int
        /// Of which blocks that no hash proves in full other nodes are asked for what they hold.
        public var witness: Witness
        /// Nodes that are sounded side by side.
        public var soundingsAtOnce = 16

        public enum Witness: String, Hashable, Sendable, CaseIterable {
            /// All: what one node leaves out, another shows.
            case every
            /// Those alone in which something was found: that nothing was is then one node's word.
            case matched
        }

        /// Asks four times a block interval, but no more often than every 100 ms and at least every 5 s.
        public init(_ spec: ChainSpec, from: Height? = nil, agree: Int = 1, witness: Witness = .every) {
            self.from = from
            self.agree = agree
            self.witness = witness
            pollInterval = min(max(spec.blockInterval / 4, 100), 5_000)
        }
    }

    public let health: ChainHealth
    private let chain: any Chain
    private let nodes: NodePool
    private let store: Store
    private let watching: LiveWatchlist
    private let clock: any EngineClock
    private let settings: Settings
    private let committed: @Sendable ([Event]) -> Void
    private let commands = ChainCommands()
    private let logger: Logger

    /// - Parameter committed: told the events of a turn after it, in their order.
    public init(
        _ chain: any Chain, nodes: [Node], store: Store, watching: LiveWatchlist, settings: Settings,
        clock: any EngineClock = SystemClock(),
        committed: @escaping @Sendable ([Event]) -> Void = { _ in }
    ) {
        self.chain = chain
        self.store = store
        self.watching = watching
        self.clock = clock
        self.settings = settings
        self.committed = committed
        health = ChainHealth(chain.spec.id)
        var logger = Logger(label: "depositwatch.chain")
        logger[metadataKey: "chain"] = "\(chain.spec.id)"
        self.logger = logger
        self.nodes = NodePool(chain, nodes, agree: settings.agree, health, clock, logger)
    }

    /// How each node is doing, in the operator's order.
    public var nodeReports: [NodeReport] { nodes.reports }

    /// Lets a halted chain go on. Takes effect with the next turn.
    public func resume() { commands.ask(.resume) }

    /// Stops the chain on an operator's word. Takes effect with the next turn.
    public func askToHalt(reason: String) { commands.ask(.halt(reason)) }

    /// Takes a halted chain back to a height. Takes effect with the next turn.
    public func askToRewind(to height: Height) { commands.ask(.rewind(height)) }

    public func run() async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await follow()
                } catch let error as StoreError where !error.isFatal {
                    // What was decided no longer fits what is stored: begin again from what is.
                    logger.warning("starting over from the store", metadata: ["reason": "\(error)"])
                    try await clock.sleep(milliseconds: 1_000)
                } catch is CancellationError {
                    return
                }
            }
        }
    }

    /// From opening the chain to the first error of the store, which ends what this pipeline believes.
    private func follow() async throws {
        var (pipeline, halt) = try await Pipeline.open(
            chain, store: store, watching: watching, clock: clock, settings: settings,
            nodes: nodes.members.count)
        var progress = Progress(logger)
        health.update { $0.scanned = pipeline.local.tip?.block }
        while !Task.isCancelled {
            if let standing = halt {
                health.update { $0.state = .halted(standing) }
                halt = try await standStill(&pipeline, standing, &progress)
                continue
            }
            if case .halt(let why) = commands.take() {
                let turn = try await pipeline.halt(why)
                note(turn, pipeline, &progress)
                halt = turn.halt?.halt
                continue
            }
            halt = try await step(&pipeline, &progress)
        }
    }

    /// A beat where it is time for one, and a turn of the node whose turn it is.
    private func step(_ pipeline: inout Pipeline, _ progress: inout Progress) async throws -> Halt? {
        if pipeline.isBeatDue {
            let turn = try await pipeline.beat(await nodes.council())
            nodes.heard(turn, pipeline.agreement)
            note(turn, pipeline, &progress)
            if let halt = turn.halt?.halt { return halt }
        }
        guard pipeline.hasBegun,
            let member = await nodes.next(pipeline.agreement, tip: pipeline.local.tip?.height)
        else {
            try await clock.sleep(milliseconds: max(nodes.pause, settings.pollInterval))
            return nil
        }
        do {
            let turn = try await pipeline.turn(member.seat, in: await nodes.council(besides: member))
            nodes.succeeded(member, turn, pipeline.agreement, tip: pipeline.local.tip?.height)
            note(turn, pipeline, &progress)
            if let halt = turn.halt?.halt { return halt }
            if try await mayRest(turn, &pipeline, member) {
                try await clock.sleep(milliseconds: settings.pollInterval)
            }
        } catch let error as NodeError {
            pipeline.lose(member.seat)
            nodes.failed(member, error)
            try await clock.sleep(milliseconds: nodes.pause)
        }
        return nil
    }

    /// Whether there is nothing to do but wait. A backfill uses the pauses, a slice at a time.
    private func mayRest(
        _ turn: Turn, _ pipeline: inout Pipeline, _ member: NodePool.Member
    ) async throws -> Bool {
        let head = turn.head?.header.height ?? 0
        let isBehind = !turn.isIdle && pipeline.local.tip?.height ?? 0 < head
        guard let progress = try await backfill(&pipeline, member) else { return !isBehind }
        if progress.isDone {
            logger.info(
                "addresses issued late have been looked for",
                metadata: ["addresses": "\(progress.job.addresses)", "through": "\(progress.through)"])
        }
        committed(progress.events)
        return false
    }

    /// Scans a slice for late addresses, by another node where this turn's cannot: it may follow the head well and yet
    /// lack old blocks. Nil when there is none to scan, or nobody gives it: then the head is followed as ever, and the
    /// next pause tries again.
    private func backfill(
        _ pipeline: inout Pipeline, _ member: NodePool.Member
    ) async throws -> BackfillProgress? {
        let council = await nodes.council(besides: member)
        var refusals: [String] = []
        for seat in [member.seat] + council.seats.filter({ $0.place != member.index }) {
            do {
                let progress = try await pipeline.backfill(seat, in: council)
                let isServed = pipeline.passedOver == nil || progress == nil
                health.update { report in
                    report.backfill = progress?.job
                    if isServed { report.backfillTrouble = nil }
                }
                if progress != nil { nodes.note(oldBlocksOf: seat, nil) }
                return progress
            } catch let error as NodeError {
                nodes.note(oldBlocksOf: seat, error)
                refusals.append("\(error)")
            } catch let error as Unwitnessed {
                refusals.append("\(seat.node.name): \(error.words)")
            }
        }
        let trouble = refusals.joined(separator: "; ")
        if health.current.backfillTrouble != trouble {
            logger.warning(
                "late addresses cannot be looked for just now", metadata: ["reason": "\(trouble)"])
        }
        health.update { $0.backfillTrouble = trouble }
        try await pipeline.passOverBackfill()
        return nil
    }

    /// Tells the log, the metrics and the notifier what a turn did.
    private func note(_ turn: Turn, _ pipeline: Pipeline, _ progress: inout Progress) {
        if turn.isIdle, turn.seat != nil { progress.reachedHead() }
        let accounts = pipeline.accounts(nodes.names)
        progress.note(turn, accounts, health)
        health.note(turn, accounts)
        if let halt = turn.halt?.halt {
            logger.critical(
                "chain halted: a reorg is deeper than may be followed unaided; check the nodes, then resume it",
                metadata: [
                    "height": "\(halt.block.height)", "block": "\(halt.block.hash)",
                    "reason": "\(halt.reason)",
                ])
        }
        committed(turn.events)
    }

    /// Waits for an operator's word.
    private func standStill(
        _ pipeline: inout Pipeline, _ halt: Halt, _ progress: inout Progress
    ) async throws -> Halt? {
        switch commands.take() {
        case .resume:
            if let event = try await pipeline.resume() { committed([event]) }
            logger.notice("chain resumed by an operator")
            return nil
        case .rewind(let height):
            do {
                let turn = try await pipeline.rewind(to: height)
                note(turn, pipeline, &progress)
                logger.notice(
                    "chain taken back by an operator; it stands still until it is resumed",
                    metadata: ["height": "\(height)", "undone": "\(turn.changes.count)"])
            } catch let error as StoreError where !error.isFatal {
                logger.error("the chain cannot be taken back so far", metadata: ["reason": "\(error)"])
                throw error
            }
            return halt
        case .halt, nil:
            try await clock.sleep(milliseconds: 500)
            return halt
        }
    }
}
