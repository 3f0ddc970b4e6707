public import ChainKit
public import DepositCore
public import DepositStore
internal import NodeRPC

extension Pipeline {
    /// Opens a chain where the store left it, followed through one node or several.
    ///
    /// - Parameter nodes: how many nodes the chain has.
    public static func open(
        _ chain: any Chain, store: Store, watching: LiveWatchlist, clock: any EngineClock,
        settings: Watcher.Settings, nodes: Int = 1
    ) async throws(StoreError) -> (pipeline: Pipeline, halt: Halt?) {
        let spec = chain.spec
        var state = try await store.openChain(spec.id, window: spec.reorgWindow)
        if let from = settings.from, from != state.from, state.headers.tip == nil {
            try await store.setStart(spec.id, from: from)
            state.from = from
        }
        let headers = state.headers
        // What was agreed of the chain as it stands is not kept apart from what ever was: taking all of it for agreed
        // asks for more before any of it is taken back.
        let standing = headers.tip.map { min($0.height, headers.agreed) }
        let pipeline = Pipeline(
            spec: spec, store: store, watching: watching, clock: clock, settings: settings,
            pace: Pace(
                blockInterval: spec.blockInterval, soundingsAtOnce: settings.soundingsAtOnce,
                clock: clock),
            blockClock: chain.blockClock, isAlone: nodes == 1,
            agreement: Agreement(
                quorum: settings.agree, standing: standing, blockInterval: spec.blockInterval),
            local: headers, from: state.from, stored: (headers.finalized?.height, headers.agreed),
            accord: Accord(disagreements: state.disagreements, agreements: state.agreements),
            proving: chain.settlesLater
                ? Proving(next: state.unproven ?? headers.headers.first?.height) : nil)
        return (pipeline, state.halt)
    }

    /// A chain that is followed through one node.
    public static func open(
        _ chain: any Chain, store: Store, watching: LiveWatchlist, clock: any EngineClock, from: Height?
    ) async throws(StoreError) -> (pipeline: Pipeline, halt: Halt?) {
        try await open(
            chain, store: store, watching: watching, clock: clock,
            settings: Watcher.Settings(chain.spec, from: from))
    }

    /// One turn with the only node there is.
    public mutating func turn(_ node: ChainNode) async throws -> Turn {
        let seat = Seat(place: 0, node: node)
        return try await turn(seat, in: Council([seat]))
    }

    /// A slice of a backfill from the only node there is.
    public mutating func backfill(_ node: ChainNode) async throws -> BackfillProgress? {
        let seat = Seat(place: 0, node: node)
        return try await backfill(seat, in: Council([seat]))
    }

    // MARK: The beginning

    /// The blocks that this turn may scan.
    mutating func stretch(_ glance: Glance, _ seat: Seat) async throws -> Stretch {
        guard local.tip == nil else {
            return Stretch(
                glance.above, on: local, upTo: local.reach, clock: blockClock, now: clock.now)
        }
        // Where there are several nodes, a beat begins.
        guard isAlone else { return stretch([]) }
        let start = from ?? glance.head.header.height
        guard start <= glance.head.header.height else { return stretch([]) }
        let last = min(glance.head.header.height, start + min(Self.stretch, spec.reorgWindow))
        return stretch(try await seat.node.adapter.headers(at: start...last))
    }

    private func stretch(_ headers: [Header]) -> Stretch {
        Stretch(
            headers, on: local, upTo: headers.first.map { $0.height + spec.reorgWindow } ?? 0,
            clock: blockClock, now: clock.now)
    }

    /// Scans the first block: one that as many nodes show as must agree, and more than show another; at `from`, or
    /// without it at the head. So there always is an agreed block to go back to.
    mutating func begin(_ council: Council, _ turn: inout Turn) async throws {
        let words = await sound(council.seats, &turn)
        agreement.hear(words, at: clock.now)
        guard let head = agreement.head else {
            turn.wait = "\(words.count) of the \(settings.agree) nodes that must agree answer"
            return
        }
        let start = from ?? head
        guard start <= head else {
            turn.wait = "it begins at block \(start), and the nodes are at \(head)"
            return
        }
        var votes: [Header: [Seat]] = [:]
        for seat in council.seats {
            do throws(NodeError) {
                let theirs = try await seat.node.adapter.headers(at: start...start).first
                if let theirs, theirs.height == start { votes[theirs, default: []].append(seat) }
            } catch {
                turn.complaints.append(NodeComplaint(node: seat.node.name, error: error))
            }
        }
        let total = votes.values.reduce(0) { $0 + $1.count }
        let winner = votes.max { $0.value.count < $1.value.count }
        guard let (header, seats) = winner, seats.count >= settings.agree, 2 * seats.count > total else {
            let most = winner?.value.count ?? 0
            turn.wait =
                "it begins at block \(start), which \(most) of the \(settings.agree) nodes that must agree show"
            return
        }
        try await begin(at: header, with: seats[0], council, &turn)
    }

    private mutating func begin(
        at header: Header, with seat: Seat, _ council: Council, _ turn: inout Turn
    ) async throws {
        var first = Turn(seat)
        let stretch = stretch([header])
        turn.wait = stretch.refusal
        do {
            try await connect(
                stretch.headers, Head(header: header, finalized: nil), &first, council)
        } catch let error as NodeError {
            turn.complaints.append(NodeComplaint(node: seat.node.name, error: error))
        }
        turn.wait = turn.wait ?? first.wait
        turn.note(first.changes)
        turn.hold = first.hold
    }
}
