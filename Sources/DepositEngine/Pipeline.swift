public import ChainKit
public import DepositCore
public import DepositStore

/// The whole way of a block: poll → next step → scan → settle → commit.
///
/// Only `poll`, `scan` and `commit` touch the world. A crash between any two of them changes nothing: the next turn
/// starts from what was last committed. Catching up and following the head are this one path.
public struct Pipeline: Sendable {
    let spec: ChainSpec
    let store: Store
    let watching: LiveWatchlist
    let clock: any EngineClock
    /// Our own chain. Ahead of the store only between a decision and its commit; an error there ends this pipeline.
    var local: HeaderChain
    var from: Height?

    /// What one turn did.
    public enum Outcome: Sendable {
        case waited(Head)
        case connected([Change], Head)
        case disconnected(Change, Head)
        case halted(Halt, Event)
    }

    /// One turn with one node, whose answers belong together.
    public mutating func turn(_ node: any ChainAdapter) async throws -> Outcome {
        let remote = try await poll(node)
        switch nextStep(local: local, remote: remote) {
        case .wait:
            return try await advanceFinality(remote.head)
        case .connect(let headers):
            return .connected(try await connect(headers, node, remote.head), remote.head)
        case .disconnect(let header):
            return .disconnected(try await disconnect(header), remote.head)
        case .halt(let header):
            return try await halt(header, remote)
        }
    }

    /// Scans a stretch of blocks, the next ones in flight while some are settled, and commits them part by part.
    private mutating func connect(
        _ headers: [Header], _ node: any ChainAdapter, _ head: Head
    ) async throws -> [Change] {
        var changes: [Change] = []
        let scan = Scan(headers, node, watching)
        while let (blocks, generation) = try await scan.next() {
            let part = blocks.map { (block: $0, view: advance(to: $0.header, under: head)) }
            let (rules, now) = (spec.rules, clock.now)
            changes += try await store.connect(part, on: spec.id, scannedWith: generation, now: now) {
                Settlement.settle(
                    $2, in: $0.header.block, move: .connect($0.header), known: $3, rules: rules, view: $1,
                    now: now)
            }
        }
        return changes
    }

    private mutating func advance(to header: Header, under head: Head) -> ChainView {
        local.connect(header)
        local.finalize(spec.rules.finalized(in: local, head: head))
        return ChainView(tip: header.block, finalized: local.finalized)
    }

    /// Undoes our tip: the node's chain does not have it.
    private mutating func disconnect(_ header: Header) async throws -> Change {
        let known = try await store.deposits(in: header.block, on: spec.id)
        local.disconnect(header)
        let view = ChainView(tip: local.tip?.block ?? header.block, finalized: local.finalized)
        let change = Settlement.unsettle(header, known: known, rules: spec.rules, view: view, now: clock.now)
        try await store.commit(change, scannedWith: nil, now: clock.now)
        return change
    }

    /// Finality may advance under a tip that stays.
    private mutating func advanceFinality(_ head: Head) async throws -> Outcome {
        let before = local.finalized
        local.finalize(spec.rules.finalized(in: local, head: head))
        guard let tip = local.tip, local.finalized != before else { return .waited(head) }
        let view = ChainView(tip: tip.block, finalized: local.finalized)
        let known = try await store.known([], dueUnder: view, on: spec.id)
        let change = Settlement.settle(known: known, rules: spec.rules, view: view, now: clock.now)
        try await store.commit(change, scannedWith: nil, now: clock.now)
        return .connected([change], head)
    }
}
