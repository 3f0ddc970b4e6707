public import ChainKit
public import DepositCore
public import DepositStore
internal import NodeRPC

extension Pipeline {
    /// Opens a chain where the store left it.
    ///
    /// - Parameters:
    ///   - from: the first height to scan, from the configuration; it counts until something was scanned.
    ///   - agree: how many nodes must show a block before anything in it is confirmed.
    public static func open(
        _ spec: ChainSpec, store: Store, watching: LiveWatchlist, clock: any EngineClock, from: Height?,
        agree: Int = 1
    ) async throws(StoreError) -> (pipeline: Pipeline, halt: Halt?) {
        var state = try await store.openChain(spec.id, window: spec.reorgWindow)
        if let from, from != state.from, state.headers.tip == nil {
            try await store.setStart(spec.id, from: from)
            state.from = from
        }
        let pipeline = Pipeline(
            spec: spec, store: store, watching: watching, clock: clock, agree: agree, local: state.headers,
            from: state.from, finalStored: state.headers.finalized,
            accord: Accord(disagreements: state.disagreements, agreements: state.agreements),
            sentinel: Sentinel(from: clock.now))
        return (pipeline, state.halt)
    }

    /// Makes sure that a block of ours has left the chain, and not only this turn's node's.
    ///
    /// A fork is followed when enough nodes lack our block, and more of them than there are rivals: nodes that still
    /// have it. One node that strayed, or lies, takes nothing back on its own.
    ///
    /// - Parameter rivalsFrom: the head below which a node that has our block counts as merely lagging.
    /// - Throws: `unproven` about this turn's node, so that the turn passes to another.
    func assertGone(
        _ ours: Header, _ turn: Turn, agree: Int, rivalsFrom height: Height
    ) async throws {
        let (lacking, having) = await votes(on: ours, of: turn.peers(), rivalsFrom: height)
        guard Self.isGone(lacking: lacking.count + 1, having: having.count, agree: agree) else {
            let others =
                having.isEmpty
                ? "and \(agree) nodes must agree on that"
                : "which \(having.joined(separator: ", ")) still has"
            throw NodeError(
                node: turn.node.name,
                fault: .unproven("its chain lacks our block \(ours.height) \(ours.hash), \(others)"))
        }
    }

    /// Enough nodes lack a block, and more of them than there are that have it.
    static func isGone(lacking: Int, having: Int, agree: Int) -> Bool {
        lacking >= agree && lacking > having
    }

    /// Which of these nodes show another block in the place of ours, and which ours. Those whose heads are below it
    /// say nothing, nor do those that have it and whose heads are below `height`.
    func votes(
        on ours: Header, of peers: [ChainNode], rivalsFrom height: Height
    ) async -> (lacking: [String], having: [String]) {
        var lacking: [String] = []
        var having: [String] = []
        for peer in peers {
            do throws(NodeError) {
                let head = try await peer.adapter.head().header
                guard head.height >= ours.height else { continue }
                // A node that has no block there after all says nothing of ours.
                guard let theirs = try await peer.adapter.headers(at: ours.height...ours.height).first else {
                    continue
                }
                if theirs.hash != ours.hash {
                    lacking.append(peer.name)
                } else if head.height >= height {
                    having.append(peer.name)
                }
            } catch {
                continue
            }
        }
        return (lacking, having)
    }

    /// Stops the chain: nothing is undone, everything is kept, and an event tells the operator.
    func halt(_ header: Header, _ turn: inout Turn) async throws {
        let count = try await store.openChain(spec.id, window: spec.reorgWindow).haltCount + 1
        let why =
            local.finalized.map { header.height <= $0.height } ?? false
            ? "it was final"
            : "it lies \(spec.reorgWindow) blocks or more below the highest tip (reorg_window)"
        let reason = "the node's chain lacks our block \(header.height) \(header.hash), and \(why)"
        let halt = Halt(block: header.block, reason: reason, since: clock.now)
        let event = Event.halted(spec.id, at: header.block, reason: reason, occurrence: count, now: clock.now)
        try await store.halt(spec.id, halt, event: event)
        turn.halt = (halt, event)
    }

    /// Follows the nodes again, however deep their reorg: an operator has said so.
    mutating func resume() async throws(StoreError) -> Event? {
        let state = try await store.openChain(spec.id, window: spec.reorgWindow)
        guard let halt = state.halt else { return nil }
        let event = Event.resumed(
            spec.id, at: halt.block, reason: "resumed by an operator", occurrence: state.haltCount,
            now: clock.now)
        try await store.resume(spec.id, event: event, now: clock.now)
        local.yield()
        finalStored = nil
        return event
    }
}
