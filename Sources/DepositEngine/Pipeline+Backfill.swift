internal import ChainKit
public import DepositCore
public import DepositStore
internal import NodeRPC

extension Pipeline {
    /// Blocks that one slice of a backfill scans: short, so that following the head is not held up.
    private static let slice: UInt64 = 64

    /// Scans the next slice of blocks for addresses that were issued late; nil when there is nothing to do.
    ///
    /// The slice's headers must be our own where we hold them, and linked to the slice before; where they are not, as
    /// many nodes must show the highest of them as must agree. The store checks the links again in the transaction
    /// that moves the job on, so a reorg in between costs a repetition and nothing else.
    ///
    /// - Throws: `NodeError` where this node does not give what is needed: another may.
    mutating func backfill(_ seat: Seat, in council: Council) async throws -> BackfillProgress? {
        guard let tip = local.tip, let job = try await nextBackfill() else { return nil }
        let heights = job.next...max(job.next, min(job.upTo, job.next + (Self.slice - 1)))
        let keys = try await store.backfillKeys(job)
        var watchlist = Watchlist(capacity: keys.count, seed: .random(in: .min ... .max))
        for key in keys { watchlist.add(key, generation: job.generation, loading: true) }
        // Found here and confirmed at a beat, once the last slice is linked to our own chain.
        let view = ChainView(
            tip: agreedBlock ?? tip.block, finalized: local.finalized, confirming: .these([]))
        var events: [Event] = []
        var left = job
        let blocks = try await blocks(at: heights, for: job, seat, council, watching: watchlist)
        for block in blocks {
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
        if passedOver == job.id { passedOver = nil }
        guard let done = blocks.last?.header.height else { return nil }
        return BackfillProgress(job: job, through: done, events: events)
    }

    /// The blocks of a slice; on a chain where later blocks prove them, as far as agreed ones do.
    private func blocks(
        at heights: ClosedRange<Height>, for job: Backfill, _ seat: Seat, _ council: Council,
        watching watchlist: Watchlist
    ) async throws -> [Block] {
        let reading = reading(from: seat, council)
        guard proving != nil else {
            let headers = try await headers(at: heights, seat, council, after: job.lastHash)
            return try await reading.blocks(headers, watching: watchlist)
        }
        guard let agreed = agreedBlock?.height, agreed >= heights.lowerBound else { return [] }
        for span in [Self.slice, 16 * Self.slice] {
            let top = min(agreed, heights.upperBound + span)
            let headers = try await headers(
                at: heights.lowerBound...top, seat, council, after: job.lastHash)
            let own = headers.prefix { $0.height <= heights.upperBound }
            let blocks = try await reading.settled(
                Array(own), under: Array(headers.dropFirst(own.count)), watching: watchlist)
            if !blocks.isEmpty || top == agreed { return blocks }
        }
        return []
    }

    /// The oldest one, but those that nobody could serve come after the others: an address that is looked for in blocks
    /// which no node keeps must not hold up the rest.
    private func nextBackfill() async throws(StoreError) -> Backfill? {
        let jobs = try await store.backfills(on: spec.id)
        return passedOver.flatMap { last in jobs.first { $0.id > last } } ?? jobs.first
    }

    /// No node could serve the one that was tried: the next is tried first.
    public mutating func passOverBackfill() async throws(StoreError) {
        passedOver = try await nextBackfill()?.id
    }

    func headers(
        at heights: ClosedRange<Height>, _ seat: Seat, _ council: Council, after last: BlockHash?
    ) async throws(NodeError) -> [Header] {
        let ours = local.headers.filter { heights.contains($0.height) }
        if ours.first?.height == heights.lowerBound { return ours }
        let top = ours.first.map { $0.height - 1 } ?? heights.upperBound
        let theirs = try await seat.node.adapter.headers(at: heights.lowerBound...top)
        guard theirs.first?.height == heights.lowerBound, theirs.last?.height == top else {
            let lacking = theirs.first?.height == heights.lowerBound ? top : heights.lowerBound
            throw seat.node.fault(.missing("block \(lacking) to look for late addresses in"))
        }
        // What our chain, or the slice before, stands on decides. A node that shows something else there follows
        // another chain, or two at once: no lie, and no help. Only where there is room for blocks between may the slice
        // end on something else than what our lowest header stands on.
        let above = local.headers.first.flatMap { lowest in
            lowest.parent == theirs.last?.hash || lowest.height <= top + 1 ? lowest : nil
        }
        var below = last
        for header in theirs + (above.map { [$0] } ?? []) {
            guard below.map({ header.parent == $0 }) ?? true else {
                throw seat.node.fault(
                    .missing("block \(header.height - 1) \(header.parent), on which ours stands"))
            }
            below = header.hash
        }
        if above == nil, let highest = theirs.last { try await assertShown(highest, seat, council) }
        return theirs + ours
    }

    /// As many nodes as must agree show this old block, and more than show another there.
    private func assertShown(_ block: Header, _ seat: Seat, _ council: Council) async throws(NodeError) {
        var showing = 1
        var others: [String] = []
        for peer in council.seats where peer.place != seat.place {
            if showing >= settings.agree, others.isEmpty { break }
            let theirs = try? await peer.node.adapter.headers(at: block.height...block.height).first
            guard let theirs, theirs.height == block.height else { continue }
            if theirs.hash == block.hash {
                showing += 1
            } else {
                others.append("\(peer.node.name) shows \(theirs.hash)")
            }
        }
        guard showing >= settings.agree, showing > others.count else {
            let why = others.isEmpty ? "" : ": \(others.joined(separator: "; "))"
            throw seat.node.fault(
                .missing(
                    "an old block that \(settings.agree) nodes show: \(block.height) \(block.hash) is shown by "
                        + "\(showing)\(why)"))
        }
    }
}

/// How far a backfill has come.
public struct BackfillProgress: Sendable {
    public let job: Backfill
    public let through: Height
    public let events: [Event]

    public var isDone: Bool { through >= job.upTo }
}
