public import ChainKit
public import DepositCore
public import DepositStore

extension Pipeline {
    /// Blocks that one slice of a backfill scans: short, so that following the head is not held up.
    private static let slice: UInt64 = 64

    /// Scans the next slice of blocks for addresses that were issued late; nil when there is nothing to do.
    ///
    /// The slice's headers must be our own where we hold them, and linked to the slice before; the store checks both
    /// again in the transaction that moves the job on, so a reorg in between costs a repetition and nothing else.
    public mutating func backfill(_ node: any ChainAdapter) async throws -> BackfillProgress? {
        guard let tip = local.tip, let job = try await store.nextBackfill(on: spec.id) else { return nil }
        let heights = job.next...max(job.next, min(job.upTo, job.next + (Self.slice - 1)))
        let headers = try await headers(at: heights, node, job)
        let keys = try await store.backfillKeys(job)
        var watchlist = Watchlist(capacity: keys.count, seed: .random(in: .min ... .max))
        for key in keys { watchlist.add(key, generation: job.generation, loading: true) }
        // Found here and confirmed in a turn, once the last slice is linked to our own chain.
        let view = ChainView(tip: tip.block, finalized: local.finalized, witnessed: .only([]))
        var events: [Event] = []
        var left = job
        for block in try await node.blocks(headers, watching: watchlist) {
            let (incoming, known) = try await store.connecting(
                block, view: view, on: spec.id, backfilling: left)
            let change = Settlement.settle(
                incoming, in: block.header.block, move: .stay, known: known, rules: spec.rules, view: view,
                now: clock.now)
            try await store.commit(change, backfilling: left, through: block.header, now: clock.now)
            CrashPoint.backfilling.pass()
            events += change.events
            guard let next = left.advanced(through: block.header) else { break }
            left = next
        }
        let done = headers.last?.height ?? job.next
        return BackfillProgress(job: job, through: done, events: events)
    }

    private func headers(
        at heights: ClosedRange<Height>, _ node: any ChainAdapter, _ job: Backfill
    ) async throws -> [Header] {
        let ours = local.headers.filter { heights.contains($0.height) }
        if ours.first?.height == heights.lowerBound { return ours }
        let below = ours.first.map { $0.height - 1 } ?? heights.upperBound
        let theirs = try await node.headers(at: heights.lowerBound...below)
        guard theirs.first?.height == heights.lowerBound else {
            throw StoreError.conflict(
                "the node has no block \(heights.lowerBound) to look for late addresses in")
        }
        for (lower, upper) in zip(theirs, theirs.dropFirst() + ours.prefix(1))
        where upper.parent != lower.hash {
            throw StoreError.conflict(
                "the node's block \(lower.height) is not the parent of block \(upper.height)")
        }
        return theirs + ours
    }
}

/// How far a backfill has come.
public struct BackfillProgress: Sendable {
    public let job: Backfill
    public let through: Height
    public let events: [Event]

    public var isDone: Bool { through >= job.upTo }
}
