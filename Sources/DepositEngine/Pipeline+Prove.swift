internal import ChainKit
internal import DepositCore
internal import DepositStore
internal import NodeRPC

extension Pipeline {
    /// Our blocks that are looked at together for what the higher of them prove of the lower; more where those are not
    /// high enough.
    private static let provingSpans: [UInt64] = [64, 1_024]
    /// Such looks in one turn or beat: a catch-up must not fall behind for them, nor wait.
    private static let provingRounds = 4

    /// Proves what our blocks hold by the later blocks that commit to it, as far as those are agreed, and settles them
    /// anew: what a node has hidden when a block was scanned is found, what it invented goes.
    ///
    /// Every block is proven in its turn, also where nothing was found in it.
    mutating func prove(_ turn: inout Turn, _ council: Council) async throws {
        guard proving?.isReady(at: clock.now) ?? false else { return }
        for _ in 0..<Self.provingRounds {
            guard let agreed = agreedBlock else { return }
            proving?.pass(on: local, upTo: agreed.height)
            guard let next = proving?.next, next <= agreed.height else { return }
            let blocks = try await settled(from: next, upTo: agreed, &turn, council)
            guard !blocks.isEmpty else { return }
            try await settle(blocks, under: agreed, &turn, council)
        }
    }

    /// The next blocks that are proven by agreed ones above them; none where they are to be waited for, or no node
    /// gives what proves them.
    private mutating func settled(
        from next: Height, upTo agreed: BlockRef, _ turn: inout Turn, _ council: Council
    ) async throws -> [Block] {
        let now = clock.now
        for span in Self.provingSpans {
            let heights = next...min(agreed.height, next + (span - 1))
            let sieve = try await sieve(heights)
            var errors: [any Error] = []
            for seat in readers(council) {
                guard agreement.soundings[seat.place]?.shows.map({ $0 >= heights.upperBound }) ?? false else {
                    continue
                }
                do {
                    let below = next > 0 ? local.header(at: next - 1)?.hash : nil
                    let headers = try await headers(at: heights, seat, council, after: below)
                    let blocks = try await reading(from: seat, council).settled(headers, watching: sieve)
                    errors = []
                    if blocks.isEmpty { break }
                    proving?.note(nil, at: now)
                    return blocks
                } catch let error as NodeError {
                    errors.append(error)
                    if !error.isWait {
                        turn.complaints.append(NodeComplaint(node: seat.node.name, error: error))
                    }
                } catch let error as Unwitnessed {
                    errors.append(error)
                }
            }
            if !errors.isEmpty {
                let block = local.header(at: next)?.block ?? agreed
                proving?.note(Hold(unproven: block, errors), at: now)
                return []
            }
            if heights.upperBound == agreed.height { break }
        }
        proving?.note(nil, at: now)
        return []
    }

    /// The watchlist, and in it whoever has a deposit at these heights: an address may have been removed since.
    private func sieve(_ heights: ClosedRange<Height>) async throws -> Watchlist {
        var watchlist = watching.current
        for deposit in try await store.deposits(at: heights, on: spec.id)
        where !watchlist.mayContain(deposit.transfer.to.key) {
            watchlist.add(deposit.transfer.to.key, generation: watchlist.generation)
        }
        return watchlist
    }

    private mutating func settle(
        _ blocks: [Block], under agreed: BlockRef, _ turn: inout Turn, _ council: Council
    ) async throws {
        let view = ChainView(
            tip: agreed, finalized: local.finalized, agreed: agreement.agreed, confirming: .these([]))
        var unwritten: Change?
        for block in blocks {
            let (incoming, known) = try await store.proving(block, on: spec.id)
            let change = Settlement.prove(
                block, incoming, known: known, rules: spec.rules, view: view, now: clock.now
            ).unproven(from: block.header.height + 1)
            proving?.proven(block)
            // Most blocks change nothing but how far it is proven: that is written once.
            unwritten = change.deposits.isEmpty ? change : nil
            guard unwritten == nil else { continue }
            try await store.commit(change, scannedWith: nil, now: clock.now)
            turn.note([change])
            if let lie = lie(of: block, change, council) { turn.complaints.append(lie) }
        }
        if let unwritten { try await store.commit(unwritten, scannedWith: nil, now: clock.now) }
        noteStored()
    }

    /// Of the node that gave a block, where it is proven not to hold what was found in it. What was hidden accuses
    /// nobody: its address may be younger than the scan.
    private func lie(of block: Block, _ change: Change, _ council: Council) -> NodeComplaint? {
        guard change.events.contains(where: { $0.type == .depositOrphaned }),
            let place = agreement.giver(of: block.header),
            let seat = council.seats.first(where: { $0.place == place })
        else { return nil }
        let what = "block \(block.header.height) as it was scanned: a later block proves other receipts"
        return NodeComplaint(node: seat.node.name, error: seat.node.fault(.unproven(what)))
    }

    /// What of these deposits stands in blocks of which it is proven what they hold.
    func proven(_ due: [Deposit]) -> [Deposit] {
        guard let proving else { return due }
        return due.filter { deposit in deposit.block.map(proving.covers) ?? true }
    }
}

extension Hold {
    /// No node gives what proves the blocks from this one on, though later blocks commit to it.
    fileprivate init(unproven block: BlockRef, _ errors: [any Error]) {
        let words = errors.map { error in
            if let error = error as? Unwitnessed { error.words } else { "\(error)" }
        }
        self.init(
            block: block,
            reason:
                "what block \(block.height) \(block.hash) holds is not proven by the block that settles it, so no "
                + "deposit in it or above is confirmed: \(words.joined(separator: "; "))",
            isDisagreement: errors.contains { error in
                if case .unproven? = (error as? NodeError)?.fault { true } else { false }
            })
    }
}
