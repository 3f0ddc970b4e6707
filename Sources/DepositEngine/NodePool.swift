internal import ChainKit
internal import DepositCore
internal import Logging
internal import NodeRPC
internal import Synchronization

/// The nodes of one chain, the preferred one first, and what is remembered of each.
///
/// A turn is one node's, so that its answers belong together: the first in the operator's order that is fit and has
/// more than we have. A node is
/// asked for its identity before its first turn, after every failure, and once a day, so that one that was replaced,
/// or whose load balancer points elsewhere, is noticed before its blocks are believed.
final class NodePool: Sendable {
    struct Member: Sendable {
        let index: Int
        let node: ChainNode
        let rpc: Node

        var seat: Seat { Seat(place: index, node: node) }
    }

    struct State {
        var records: [NodeRecord]
        /// Those that have been verified before: said once.
        var greeted: Set<Int> = []
        /// Those that are asked more slowly than the operator allows: said once.
        var held: Set<Int> = []
        /// The remarks on each that were said, as they stood then.
        var told: [Int: Set<Remark>] = [:]
        var failuresInARow = 0
        /// Since when the tip has stayed below the head in turns of this node; nil while it does not.
        var behind: (index: Int, tip: Height, since: Timestamp)?
        var heads: HeadWatch
        var isStalled = false
    }

    let members: [Member]
    private let health: ChainHealth
    let clock: any EngineClock
    let logger: Logger
    let state: Mutex<State>
    /// In milliseconds.
    private let beat: Int
    private let agree: Int

    /// - Parameter agree: how many nodes must say the same.
    init(
        _ chain: any Chain, _ nodes: [Node], agree: Int, _ health: ChainHealth, _ clock: any EngineClock,
        _ logger: Logger
    ) {
        self.agree = agree
        beat = Pace.beat(of: chain.spec.blockInterval)
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

    /// The node whose turn it is, its identity proven; nil when it would not answer, none may be asked now, or scanning
    /// must wait.
    func next(_ agreement: Agreement, tip: Height?) async -> Member? {
        let now = clock.now
        let fresh = Set(agreement.fresh.map(\.node))
        let stands = members.map { member in
            let stand = stand(agreement.soundings[member.index], tip)
            let isFallen = stand == .behind || stand == .contradicting
            return isFallen && !fresh.contains(member.index) ? .stale : stand
        }
        let chosen = state.withLock { NodeRecord.choose(among: $0.records, standing: stands, at: now) }
        guard let member = chosen.map({ members[$0] }) else { return nil }
        return await verified(member, inTurn: true) ? member : nil
    }

    private func stand(_ word: Sounding?, _ tip: Height?) -> NodeRecord.Stand {
        guard let word, let tip else { return .level }
        if word.contradicts != nil { return .contradicting }
        if word.head > tip { return word.shows == tip ? .ahead : .level }
        return word.head < tip ? .behind : .level
    }

    /// All nodes, as a beat or a second reading asks them: the fit ones at once, those at rest only when need be. Where
    /// fewer are fit than must agree, that is now.
    func council() async -> Council {
        let now = clock.now
        let isFit = state.withLock { state in
            let fit = state.records.map { $0.isFit(at: now) }
            guard fit.count(where: { $0 }) < agree else { return fit }
            return state.records.map { $0.isFit(at: now) || $0.mayBeAsked(at: now) }
        }
        let seats = await seats(members.filter { isFit[$0.index] })
        return Council(seats) { [self] in
            let resting = state.withLock { state in
                members.filter { !isFit[$0.index] && state.records[$0.index].mayBeAsked(at: now) }
            }
            return await self.seats(resting)
        }
    }

    /// The same beside a node whose turn it is, whose identity is proven.
    func council(besides member: Member) async -> Council {
        members.count == 1 ? Council([member.seat]) : await council()
    }

    /// By their places.
    var names: [String] { members.map(\.node.name) }

    /// Those of these whose identity is proven; one that does not answer now is left out.
    private func seats(_ members: [Member]) async -> [Seat] {
        var seats: [Seat] = []
        for member in members where await verified(member, inTurn: false) { seats.append(member.seat) }
        return seats
    }

    /// What came of a beat: who answered, who failed, who loses its turn, and whether the head moves.
    func heard(_ turn: Turn, _ agreement: Agreement) {
        let now = clock.now
        let stall = state.withLock { state in
            for word in agreement.soundings.values { state.records[word.node].show(word.head) }
            return state.heads.note(agreement.head, at: now)
        }
        note(stall)
        health.update { $0.stall = stall }
        settle(turn)
    }

    private func settle(_ turn: Turn) {
        for complaint in turn.complaints {
            guard let peer = members.first(where: { $0.node.name == complaint.node }) else { continue }
            failed(peer, complaint.error, inTurn: false)
        }
        for (index, why) in turn.losing where members.count > 1 {
            state.withLock { $0.records[index].loseTurn(at: clock.now, beat: beat) }
            logger.info(
                "another node has the turn for a while",
                metadata: ["node": "\(members[index].node.name)", "reason": "\(why)"])
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
        noteRemarks(of: member)
        return true
    }

    /// A turn with this node came to its end.
    func succeeded(_ member: Member, _ turn: Turn, _ agreement: Agreement, tip: Height?) {
        let now = clock.now
        let height = turn.head?.header.height ?? 0
        var turn = turn
        let (recovered, stall) = state.withLock { state in
            state.failuresInARow = 0
            if isBehindTooLong(&state, member, agreement.head, tip, at: now) {
                turn.losing[member.index] = "our tip has stayed below the head for long in its turns"
            }
            let recovered = state.records[member.index].succeed(at: height)
            let best = members.count == 1 ? height : agreement.head
            return (recovered, state.heads.note(best, at: now))
        }
        if recovered { logger.notice("node answers again", metadata: ["node": "\(member.node.name)"]) }
        note(stall)
        noteRate(of: member)
        noteRemarks(of: member)
        settle(turn)
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

    private func isBehindTooLong(
        _ state: inout State, _ member: Member, _ head: Height?, _ tip: Height?, at now: Timestamp
    ) -> Bool {
        guard let head, let tip, tip < head else {
            state.behind = nil
            return false
        }
        guard let behind = state.behind, behind.index == member.index, behind.tip == tip else {
            state.behind = (member.index, tip, now)
            return false
        }
        guard now.seconds - behind.since.seconds >= Int64(max(30_000, 2 * beat)) / 1_000 else { return false }
        state.behind = nil
        return true
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
                "node failed", metadata: ["node": "\(member.node.name)", "error": "\(error.words)"])
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
