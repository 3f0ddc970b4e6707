internal import ChainKit
internal import DepositCore
internal import Logging
internal import NodeRPC
internal import Synchronization

/// The nodes of one chain, the preferred one first, and what is remembered of each.
///
/// A turn is one node's, so that its answers belong together: the first in the operator's order that is fit. A node is
/// asked for its identity before its first turn, after every failure, and once a day, so that one that was replaced,
/// or whose load balancer points elsewhere, is noticed before its blocks are believed.
final class NodePool: Sendable {
    struct Member: Sendable {
        let index: Int
        let node: ChainNode
        let rpc: Node
    }

    struct State {
        var records: [NodeRecord]
        /// Those that have been verified before: said once.
        var greeted: Set<Int> = []
        /// Those that are asked more slowly than the operator allows: said once.
        var held: Set<Int> = []
        var failuresInARow = 0
        var comparedAt: Timestamp?
        var heads: HeadWatch
        var isStalled = false
    }

    /// Seconds between two looks at the heads of the nodes that have no turn.
    private static let compareEvery: Int64 = 30

    let members: [Member]
    private let health: ChainHealth
    let clock: any EngineClock
    let logger: Logger
    let state: Mutex<State>

    init(
        _ chain: any Chain, _ nodes: [Node], _ health: ChainHealth, _ clock: any EngineClock, _ logger: Logger
    ) {
        members = nodes.enumerated().map {
            Member(
                index: $0.offset,
                node: ChainNode(name: $0.element.name, adapter: chain.adapter(on: $0.element)),
                rpc: $0.element)
        }
        self.health = health
        self.clock = clock
        self.logger = logger
        state = Mutex(
            State(
                records: nodes.map { NodeRecord(name: $0.name) },
                heads: HeadWatch(blockInterval: chain.spec.blockInterval)))
    }

    /// The node whose turn it is, its identity proven; nil when it would not answer, or all ask to be left alone.
    func next() async -> Member? {
        let now = clock.now
        let chosen = state.withLock { NodeRecord.choose(among: $0.records, at: now) }
        guard let member = chosen.map({ members[$0] }) else { return nil }
        return await verified(member, inTurn: true) ? member : nil
    }

    /// The way to the other nodes, for a second opinion; nil where the chain has none.
    func peers(of member: Member) -> Peers? {
        guard members.count > 1 else { return nil }
        return { [self] in await fit(beside: member).map(\.node) }
    }

    /// The others that are fit; one that does not answer now is left out.
    private func fit(beside member: Member) async -> [Member] {
        let now = clock.now
        let others = state.withLock { state in
            members.filter { $0.index != member.index && state.records[$0.index].isFit(at: now) }
        }
        var peers: [Member] = []
        for other in others where await verified(other, inTurn: false) { peers.append(other) }
        return peers
    }

    /// Notes now and then how high the others are while this one shows nothing new: a node that stands still far below
    /// them has no error to be known by.
    func compareHeads(with member: Member) async {
        let now = clock.now
        let isDue = state.withLock { state in
            if let last = state.comparedAt, now.seconds - last.seconds < Self.compareEvery { return false }
            state.comparedAt = now
            return true
        }
        guard isDue else { return }
        for peer in await fit(beside: member) {
            do throws(NodeError) {
                let head = try await peer.node.adapter.head()
                state.withLock { $0.records[peer.index].show(head.header.height) }
            } catch {
                failed(peer, error, inTurn: false)
            }
        }
    }

    /// - Parameter inTurn: false for a peer that is only asked for its word.
    private func verified(_ member: Member, inTurn: Bool) async -> Bool {
        let now = clock.now
        if state.withLock({ $0.records[member.index].isVerified(at: now) }) { return true }
        let found: [Capability]
        do throws(NodeError) {
            try await member.node.adapter.verifyIdentity()
            found = try await member.node.adapter.probe()
        } catch {
            failed(member, error, inTurn: inTurn)
            return false
        }
        let isNew = state.withLock { state in
            state.records[member.index].verify(found, at: now)
            return state.greeted.insert(member.index).inserted
        }
        let lacks = found.filter { !$0.isOffered }.map(\.name)
        logger.log(
            level: isNew ? .info : .debug, "the node follows the chain it should",
            metadata: ["node": "\(member.node.name)"].merging(
                lacks.isEmpty ? [:] : ["lacks": "\(lacks.joined(separator: ", "))"]
            ) { first, _ in first })
        return true
    }

    /// A turn with this node came to its end.
    func succeeded(_ member: Member, _ turn: Turn) {
        let now = clock.now
        let (recovered, stall) = state.withLock { state in
            state.failuresInARow = 0
            let best = state.records.compactMap(\.head).max() ?? 0
            let height = turn.head.header.height
            let recovered = state.records[member.index].succeed(at: height, best: best, now)
            return (recovered, state.heads.note(max(best, height), at: now))
        }
        if recovered { logger.notice("node answers again", metadata: ["node": "\(member.node.name)"]) }
        note(stall)
        noteRate(of: member)
        for complaint in turn.complaints {
            guard let peer = members.first(where: { $0.node.name == complaint.node }) else { continue }
            failed(peer, complaint.error, inTurn: false)
        }
        health.update { report in
            report.node = member.node.name
            report.trouble = nil
            report.stall = stall
            switch report.state {
            case .waiting, .refused, .starting: report.state = .following
            case .catchingUp, .following, .halted: break
            }
        }
    }

    /// Passes the turn on. The same complaint is logged once, not with every try.
    ///
    /// - Parameter inTurn: false for a peer that was only asked for its word.
    func failed(_ member: Member, _ error: NodeError, inTurn: Bool = true) {
        let now = clock.now
        let (isNew, isStuck, records) = state.withLock { state in
            let isNew = state.records[member.index].fail(error, at: now)
            if inTurn { state.failuresInARow += 1 }
            return (isNew, state.failuresInARow >= members.count, state.records)
        }
        if isNew {
            logger.warning(
                "node failed", metadata: ["node": "\(member.node.name)", "error": "\(error.fault)"])
        }
        noteRate(of: member)
        guard inTurn else { return }
        health.update { report in
            let height = report.scanned.map { $0.height + 1 }
            report.trouble = Trouble(records, at: height, since: report.trouble?.since ?? now)
            guard let words = report.trouble?.words else { return }
            if records.allSatisfy(\.isRefused) {
                report.state = .refused(why: words)
            } else if isStuck {
                report.state = .waiting(why: words)
            }
        }
    }

    /// How long to wait before the next try, in milliseconds: doubling from a quarter of a second to thirty.
    var pause: Int {
        let rounds = state.withLock { $0.failuresInARow / max(1, members.count) }
        return rounds == 0 ? 0 : min(250 << min(rounds - 1, 7), 30_000)
    }
}
