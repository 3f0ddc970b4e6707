internal import ChainKit
internal import DepositCore
internal import DepositStore
internal import NodeRPC

/// The whole way of a block: look → judge → take back or scan → settle → commit, and due → read again → confirm.
///
/// A turn is one node's, and moves the cursor up. A beat hears all of them, and by it blocks are taken back, made final
/// and confirmed; where there is but one node, its turn is the beat. Only `look`, `scan`, reading again and the commits
/// touch the world. A crash between any two of them changes nothing: what comes next starts from what was last
/// committed. Catching up and following the head are this one path.
public struct Pipeline: Sendable {
    let spec: ChainSpec
    let store: Store
    let watching: LiveWatchlist
    let clock: any EngineClock
    let settings: Watcher.Settings
    let pace: Pace
    let blockClock: BlockClock
    /// There is no other node to hear.
    let isAlone: Bool
    /// What the nodes say of our chain, and what follows from it.
    var agreement: Agreement
    /// Our own chain. Ahead of the store only between a decision and its commit; an error there ends this pipeline.
    var local: HeaderChain
    var from: Height?
    /// What the store knows to be final and agreed.
    var stored: (final: Height?, agreed: Height?)
    var accord: Accord
    /// Nil where each block proves itself.
    var proving: Proving?
    /// Something is due under the tip that too few nodes have shown: they are heard again soon.
    var isUrgent = false
    var lastBeat: Timestamp?
    /// Our tip at the end of the last beat.
    var heardTip: BlockHash?
    /// The tip has risen by a stretch since the last beat.
    var hasRisen = false
    /// The agreed block, and since when it is that.
    var agreedSince: (block: BlockRef?, moment: Timestamp)?
    /// Since when some node contradicts us.
    var contradictedSince: Timestamp?
    /// The backfill that nobody could serve when it was last tried.
    var passedOver: Int64?

    /// One turn with one node, whose answers belong together.
    ///
    /// - Parameter council: the chain's nodes, this one among them, for a second reading of what no hash proves.
    public mutating func turn(_ seat: Seat, in council: Council) async throws -> Turn {
        var turn = Turn(seat)
        let glance = try await look(at: seat, taking: Self.stretch)
        turn.head = glance.head
        agreement.note(glance.word, at: clock.now)
        if isAlone {
            try await takeBack(&turn, council)
            if !turn.isIdle { return turn }
        }
        let stretch = try await stretch(glance, seat)
        try await connect(stretch.headers, glance.head, &turn, council)
        note(stretch, glance, &turn)
        if isAlone { try await prove(&turn, council) }
        if isAlone, turn.isIdle || proving != nil {
            try await confirm(try await due(), under: views(), &turn, council)
        }
        return turn
    }

    /// One beat: every node is heard, and what their words decide is done.
    public mutating func beat(_ council: Council) async throws -> Turn {
        var turn = Turn()
        lastBeat = clock.now
        hasRisen = false
        guard local.tip != nil else {
            try await begin(council, &turn)
            return turn
        }
        agreement.hear(await sound(council.seats, &turn), at: clock.now)
        try await takeBack(&turn, council)
        noteDissent()
        if turn.halt == nil { try await prove(&turn, council) }
        if turn.halt == nil { try await confirm(try await due(), under: views(), &turn, council) }
        heardTip = local.tip?.hash
        return turn
    }

    /// Scans a stretch of blocks, the next ones in flight while some are settled, and commits them part by part.
    mutating func connect(
        _ headers: [Header], _ head: Head, _ turn: inout Turn, _ council: Council
    ) async throws {
        guard let seat = turn.seat, !headers.isEmpty else { return }
        hasRisen = true
        // The other nodes are not to be heard late because this one is slow.
        let (clock, last) = (clock, clock.now.seconds + Int64(pace.turn / 1_000))
        let isAlone = isAlone
        let scan = Scan(headers, reading(from: seat, council), watching) {
            !isAlone && clock.now.seconds > last
        }
        while let (blocks, generation) = try await next(of: scan, &turn) {
            let part = blocks.map { (block: $0, view: advance(to: $0.header, by: seat, under: head)) }
            proving?.scanned(blocks)
            let (rules, now, unproven) = (spec.rules, clock.now, proving?.next)
            // What has just been read needs no second look where there is but one node to look through.
            let confirming = ChainView.Confirming.satisfied(
                in: isAlone && agreedBlock == local.tip?.block
                    ? Set(blocks.filter { !$0.isAwaited }.map(\.header.hash)) : [])
            let counted = isAlone ? nil : agreedBlock
            let (changes, due) = try await store.connect(
                part, on: spec.id, scannedWith: generation, now: now
            ) {
                let view = $1.confirming(confirming)
                return Settlement.settle(
                    $2, in: $0.header.block, move: .connect($0.header), known: $3, rules: rules,
                    view: counted.map { view.counted(under: $0) } ?? view, now: now
                ).unproven(from: unproven)
            }
            turn.note(changes)
            noteStored()
            if isAlone {
                try await confirm(due, under: part.map(\.view), &turn, council)
            } else {
                isUrgent = isUrgent || !due.isEmpty
            }
        }
    }

    /// Another node has the turn where what this one gives is not witnessed: it may stand on a branch of its own.
    private func next(of scan: Scan, _ turn: inout Turn) async throws -> Scan.Part? {
        do {
            return try await scan.next()
        } catch let error as Unwitnessed {
            turn.wait = error.words
            if let seat = turn.seat { turn.losing[seat.place] = error.words }
            return nil
        } catch let error as NodeError where error.isWait {
            turn.wait = "\(error)"
            return nil
        }
    }

    private mutating func advance(to header: Header, by seat: Seat, under head: Head) -> ChainView {
        local.connect(header)
        agreement.connected(header, by: seat.place, at: clock.now)
        local.agree(on: agreement.agreed)
        if isAlone { local.finalize(spec.rules.final(head, showing: header, of: local)) }
        return ChainView(tip: header.block, finalized: local.finalized, agreed: agreement.agreed)
    }

    /// Undoes our tip: the nodes' chain does not have it.
    mutating func disconnect(_ header: Header, _ turn: inout Turn) async throws {
        let known = try await store.deposits(in: header.block, on: spec.id)
        CrashPoint.undoing.pass()
        local.disconnect(header)
        let view = ChainView(tip: local.tip?.block ?? header.block, finalized: local.finalized)
        let change = Settlement.unsettle(header, known: known, rules: spec.rules, view: view, now: clock.now)
        try await store.commit(change, scannedWith: nil, now: clock.now)
        turn.note([change])
    }
}
