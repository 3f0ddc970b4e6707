internal import ChainKit
internal import Logging
internal import NodeRPC
internal import Synchronization

/// The nodes of one chain, the preferred one first. A turn is one node's; after a failure the next one takes over.
///
/// A node is asked for its identity before its first turn and again after every failure, so that one that was
/// replaced, or whose load balancer points elsewhere, is noticed before its blocks are believed.
final class NodeRotation: Sendable {
    struct Member: Sendable {
        let index: Int
        let name: String
        let adapter: any ChainAdapter
    }

    private struct State {
        var current = 0
        var verified: Set<Int> = []
        /// Those that have been verified before: said once.
        var greeted: Set<Int> = []
        var failuresInARow = 0
        var refused: [Int: String] = [:]
        var lastError: [Int: String] = [:]
    }

    private let members: [Member]
    private let health: ChainHealth
    private let logger: Logger
    private let state = Mutex(State())

    init(_ chain: any Chain, _ nodes: [Node], _ health: ChainHealth, _ logger: Logger) {
        members = nodes.enumerated().map {
            Member(index: $0.offset, name: $0.element.name, adapter: chain.adapter(on: $0.element))
        }
        self.health = health
        self.logger = logger
    }

    /// The node whose turn it is, its identity proven; nil when it would not answer.
    func next() async -> Member? {
        let (member, isVerified) = state.withLock { (members[$0.current], $0.verified.contains($0.current)) }
        if isVerified { return member }
        do throws(NodeError) {
            try await member.adapter.verifyIdentity()
        } catch {
            failed(member, error)
            return nil
        }
        let isNew = state.withLock { state in
            state.verified.insert(member.index)
            state.refused[member.index] = nil
            return state.greeted.insert(member.index).inserted
        }
        logger.log(
            level: isNew ? .info : .debug, "the node follows the chain it should",
            metadata: ["node": "\(member.name)"])
        return member
    }

    func succeeded(_ member: Member) {
        let recovered = state.withLock { state in
            defer {
                state.failuresInARow = 0
                state.lastError[member.index] = nil
            }
            return state.lastError[member.index] != nil
        }
        if recovered { logger.notice("node answers again", metadata: ["node": "\(member.name)"]) }
        health.update { report in
            report.node = member.name
            report.lastError = nil
            if case .waiting = report.state { report.state = .following }
            if case .refused = report.state { report.state = .following }
            if case .starting = report.state { report.state = .following }
        }
    }

    /// Passes the turn on. The same complaint is logged once, not with every try.
    func failed(_ member: Member, _ error: NodeError) {
        let text = "\(error)"
        let (isNew, isStuck, allRefused) = state.withLock { state in
            state.verified.remove(member.index)
            if case .wrongChain = error.fault { state.refused[member.index] = text }
            let isNew = state.lastError[member.index] != text
            state.lastError[member.index] = text
            state.failuresInARow += 1
            state.current = (member.index + 1) % members.count
            return (isNew, state.failuresInARow >= members.count, state.refused.count == members.count)
        }
        if isNew {
            logger.warning("node failed", metadata: ["node": "\(member.name)", "error": "\(error.fault)"])
        }
        health.update { report in
            report.lastError = text
            if allRefused {
                report.state = .refused(why: text)
            } else if isStuck {
                report.state = .waiting(why: text)
            }
        }
    }

    /// How long to wait before the next try, in milliseconds: doubling from a quarter of a second to thirty.
    var pause: Int {
        let rounds = state.withLock { $0.failuresInARow / max(1, members.count) }
        return rounds == 0 ? 0 : min(250 << min(rounds - 1, 7), 30_000)
    }
}
