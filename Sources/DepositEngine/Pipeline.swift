internal import ChainKit
internal import DepositCore
internal import DepositStore

/// The whole way of a block: poll → next step → scan → settle → commit, and what is due → witness → confirm;
/// in idle turns the sentinel looks back.
///
/// Only `poll`, `scan`, `witness` and the commits touch the world. A crash between any two of them changes nothing:
/// the next turn starts from what was last committed. Catching up and following the head are this one path.
public struct Pipeline: Sendable {
    let spec: ChainSpec
    let store: Store
    let watching: LiveWatchlist
    let clock: any EngineClock
    /// How many nodes must show a block before anything in it is confirmed, or taken back.
    let agree: Int
    /// Our own chain. Ahead of the store only between a decision and its commit; an error there ends this pipeline.
    var local: HeaderChain
    var from: Height?
    /// The newest final block that the store knows of.
    var finalStored: BlockRef?
    var accord: Accord
    var sentinel: Sentinel

    /// One turn with one node, whose answers belong together.
    ///
    /// - Parameter peers: the chain's other nodes, for a second opinion on what is confirmed or taken back; nil where
    ///   it has no others.
    public mutating func turn(_ node: ChainNode, peers: Peers? = nil) async throws -> Turn {
        let remote = try await poll(node)
        var turn = Turn(node, peers, remote)
        switch nextStep(local: local, remote: remote) {
        case .wait:
            let ceiling = await finalityCeiling(&turn)
            let views = view(under: remote.head, finalUpTo: ceiling)
            try await confirm(try await due(under: views), under: views, &turn)
            if turn.isIdle { try await patrol(&turn) }
        case .connect(let headers):
            try await connect(headers, &turn)
        case .disconnect(let header):
            try await assertGone(header, turn, agree: agree, rivalsFrom: remote.head.header.height)
            try await disconnect(header, &turn)
        case .halt(let header):
            try await assertGone(header, turn, agree: 1, rivalsFrom: header.height)
            try await halt(header, &turn)
        }
        turn.dissents = sentinel.dissents
        return turn
    }

    /// Scans a stretch of blocks, the next ones in flight while some are settled, and commits them part by part.
    private mutating func connect(_ headers: [Header], _ turn: inout Turn) async throws {
        let scan = Scan(headers, turn.node.adapter, watching)
        let ceiling = await finalityCeiling(&turn)
        while let (blocks, generation) = try await scan.next() {
            let part = blocks.map {
                (block: $0, view: advance(to: $0.header, under: turn.head, finalUpTo: ceiling))
            }
            let (rules, now, standing) = (spec.rules, clock.now, standing(blocks, turn))
            let (changes, due) = try await store.connect(
                part, on: spec.id, scannedWith: generation, now: now
            ) {
                Settlement.settle(
                    $2, in: $0.header.block, move: .connect($0.header), known: $3, rules: rules,
                    view: $1.witnessing(standing), now: now)
            }
            turn.note(changes)
            finalStored = local.finalized
            try await confirm(due, under: part.map(\.view), &turn)
        }
    }

    private mutating func advance(
        to header: Header, under head: Head, finalUpTo ceiling: Height?
    ) -> ChainView {
        local.connect(header)
        local.finalize(final(under: head, upTo: ceiling))
        return ChainView(tip: header.block, finalized: local.finalized)
    }

    /// Finality may advance under a tip that stays.
    private mutating func view(under head: Head, finalUpTo ceiling: Height?) -> [ChainView] {
        local.finalize(final(under: head, upTo: ceiling))
        return local.tip.map { [ChainView(tip: $0.block, finalized: local.finalized)] } ?? []
    }

    /// Undoes our tip: the nodes' chain does not have it.
    private mutating func disconnect(_ header: Header, _ turn: inout Turn) async throws {
        let known = try await store.deposits(in: header.block, on: spec.id)
        CrashPoint.undoing.pass()
        local.disconnect(header)
        sentinel.forget(from: header.height)
        let view = ChainView(tip: local.tip?.block ?? header.block, finalized: local.finalized)
        let change = Settlement.unsettle(header, known: known, rules: spec.rules, view: view, now: clock.now)
        try await store.commit(change, scannedWith: nil, now: clock.now)
        turn.note([change])
    }
}
