public import ChainKit
public import DepositCore
public import DepositStore
internal import NodeRPC

/// Recomputes scanned blocks from a node, proven as the pipeline proves them, and compares them with what is stored.
///
/// It writes nothing, and each of its reads is short, so that the daemon may run on the same store and its log of
/// writes not grow. So the store moves while the audit runs, and so may the newest blocks.
public struct Audit {
    private let spec: ChainSpec
    private let store: Store
    private let clock: any EngineClock
    private var nodes: AuditNodes
    private let agree: Int
    private let settlesLater: Bool
    private var unlisted: Set<AssetID> = []
    private var hasWaited = false

    /// Blocks that are compared together, as many as a commit takes.
    private static let stretch: UInt64 = 64

    /// - Parameters:
    ///   - agree: how many nodes are asked for each block, and compared with one another: what one leaves out
    ///     that no hash proves, another shows.
    ///   - settlesLater: as the chain says: then blocks are proven by later ones, as far as there are any.
    /// - Precondition: there is a node.
    public init(
        _ spec: ChainSpec, store: Store, nodes: [ChainNode], agree: Int = 1, settlesLater: Bool = false,
        clock: any EngineClock = SystemClock()
    ) {
        self.spec = spec
        self.store = store
        self.clock = clock
        self.agree = agree
        self.settlesLater = settlesLater
        self.nodes = AuditNodes(nodes, clock)
    }

    /// Compares these blocks, lowest first.
    ///
    /// Addresses that are issued meanwhile are left out. What the store says is not judged where no node gives a block.
    ///
    /// - Throws: `AuditError`, `StoreError`, and what `tell` throws.
    public mutating func run(
        _ heights: ClosedRange<Height>, tell: (AuditNews) throws -> Void
    ) async throws {
        guard let span = try await store.scannedSpan(of: spec.id) else {
            throw AuditError.nothingScanned(spec.id)
        }
        guard heights.upperBound <= span.tip else {
            throw AuditError.notScanned(heights.upperBound, tip: span.tip)
        }
        for job in span.backfills where heights.overlaps(job.next...max(job.next, job.upTo)) {
            try tell(.pending(job))
        }
        let watching = try await store.watchlist(of: spec.id, seed: .random(in: .min ... .max))
        var next = heights.lowerBound
        if next < span.from {
            // Nobody has ever asked for these: there is nothing to recompute.
            let last = min(span.from - 1, heights.upperBound)
            try tell(.difference(.unscanned(next...last)))
            try tell(.through(last))
            next = last + 1
        }
        while next <= heights.upperBound {
            let part = next...min(next + (Self.stretch - 1), heights.upperBound)
            let (through, differences) = try await settled(part, watching, under: span.tip, tell)
            for difference in differences { try tell(.difference(difference)) }
            try tell(.through(through))
            next = through + 1
        }
    }

    /// Looks a second time where the chain may just be moving: the daemon follows a fork within a few polls.
    private mutating func settled(
        _ heights: ClosedRange<Height>, _ watching: Watchlist, under tip: Height,
        _ tell: (AuditNews) throws -> Void
    ) async throws -> (through: Height, differences: [AuditDifference]) {
        let first = try await look(at: heights, watching, tell)
        guard !first.differences.isEmpty, heights.upperBound + spec.reorgWindow > tip else { return first }
        if !hasWaited {
            try await clock.sleep(milliseconds: 3 * Watcher.Settings(spec).pollInterval)
            hasWaited = true
        }
        return try await look(at: heights.lowerBound...first.through, watching, tell)
    }

    /// - Returns: how far it came: a node that fails in the middle ends a look there.
    private mutating func look(
        at heights: ClosedRange<Height>, _ watching: Watchlist, _ tell: (AuditNews) throws -> Void
    ) async throws -> (through: Height, differences: [AuditDifference]) {
        var watching = watching
        for deposit in try await store.deposits(at: heights, on: spec.id) {
            try noteUnlisted(deposit.transfer.asset, tell)
            // Its address may have been removed since.
            guard !watching.mayContain(deposit.transfer.to.key) else { continue }
            watching.add(deposit.transfer.to.key, generation: watching.generation)
        }
        let sieve = watching
        let above: UInt64 = settlesLater ? Self.stretch : 0
        let (blocks, errors) = try await nodes.ask({ try tell(.nodeFailed($0)) }) { node in
            try await Self.read(heights, under: above, from: node, watching: sieve)
        }
        guard let blocks, let last = blocks.last else { throw AuditError.noNode(heights, errors) }
        let stored = try await store.stretch(blocks, on: spec.id)
        let comparison = AuditComparison(stored: stored, rules: spec.rules, watching: sieve)
        var differences = comparison.differences(blocks)
        let read = heights.lowerBound...last.header.height
        let others = try await nodes.askOthers(agree - 1, { try tell(.nodeFailed($0)) }) { node in
            try await Self.read(read, under: above, from: node, watching: sieve)
        }
        for other in others {
            let shown = Dictionary(other.answer.map { ($0.header.height, $0) }) { first, _ in first }
            for ours in blocks {
                guard let theirs = shown[ours.header.height] else {
                    try tell(.nodeFailed(Self.lacking(ours.header.height, other.node)))
                    break
                }
                if !ours.says(theirs) { differences.append(.nodes(nodes.name, ours, other.node, theirs)) }
            }
            for difference in comparison.differences(other.answer) where !differences.contains(difference) {
                differences.append(difference)
            }
        }
        return (last.header.height, differences)
    }

    /// A node that fails in the middle shows the blocks below alone.
    private static func lacking(_ height: Height, _ node: String) -> NodeError {
        NodeError(node: node, fault: .missing("block \(height), which another node shows"))
    }

    /// At least the first of these blocks.
    ///
    /// - Parameter above: how many blocks above them may prove what they hold.
    private static func read(
        _ heights: ClosedRange<Height>, under above: UInt64, from node: ChainNode, watching: Watchlist
    ) async throws -> [Block] {
        let all = try await node.adapter.headers(at: heights.lowerBound...(heights.upperBound + above))
        let headers = all.filter { $0.height <= heights.upperBound }
        guard headers.first?.height == heights.lowerBound, headers.last?.height == heights.upperBound else {
            let last = headers.last?.height ?? heights.lowerBound
            throw NodeError(
                node: node.name, fault: .missing("all blocks from \(last) to \(heights.upperBound)"))
        }
        for (lower, upper) in zip(all, all.dropFirst()) where upper.parent != lower.hash {
            throw NodeError(
                node: node.name,
                fault: .unproven(
                    "its block \(upper.height) stands on \(upper.parent), and its block \(lower.height) is \(lower.hash)"
                ))
        }
        var blocks: [Block] = []
        while above > 0, blocks.count < headers.count {
            let settled = try await node.adapter.settled(
                Array(headers.dropFirst(blocks.count)), under: Array(all.dropFirst(headers.count)),
                watching: watching)
            if settled.isEmpty { break }
            blocks += settled
        }
        // The newest blocks are not settled yet: they are compared as they were found.
        let scan = Scan(
            Array(headers.dropFirst(blocks.count)), Reading(node), LiveWatchlist(watching))
        while let part = try await scan.next() { blocks += part.blocks }
        return blocks
    }

    private mutating func noteUnlisted(_ asset: AssetID, _ tell: (AuditNews) throws -> Void) throws {
        guard spec.rules.assets[asset] == nil, unlisted.insert(asset).inserted else { return }
        try tell(.unlisted(asset))
    }
}
