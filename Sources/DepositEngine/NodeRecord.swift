internal import ChainKit
internal import DepositCore
internal import NodeRPC

/// What is remembered of one node, and what follows from it. Pure: time is handed in.
struct NodeRecord: Sendable {
    let name: String
    /// The newest height it has shown.
    private(set) var head: Height?
    /// What it was last wrong about; nil while it answers.
    private(set) var lastError: NodeError.Fault?
    /// As its last probe found them.
    private(set) var capabilities: [Capability] = []
    private var verifiedAt: Timestamp?
    private var failuresInARow = 0
    /// Before this it gets no turn while another node is fit.
    private(set) var restsUntil: Timestamp?
    private var restFrom: Timestamp?
    /// Before this it is not asked at all: it has said so itself.
    private var leftAloneUntil: Timestamp?

    /// Blocks below the best node's head from which on a node counts as lagging.
    private static let lag: UInt64 = 5
    private static let verifiedFor: Int64 = 86_400
    /// Seconds that a `Retry-After` keeps a chain waiting which has no other node.
    private static let longestWait: Int64 = 300

    init(name: String) {
        self.name = name
    }

    /// The first that is fit, in the operator's order; where none is, the one that has rested longest of those that
    /// have not asked to be left alone; nil where all have.
    static func choose(among records: [NodeRecord], at now: Timestamp) -> Int? {
        if let fit = records.firstIndex(where: { $0.isFit(at: now) }) { return fit }
        return records.indices.filter { records[$0].mayBeAsked(at: now) }.min {
            records[$0].restedSince < records[$1].restedSince
        }
    }

    private var restedSince: Int64 { restFrom?.seconds ?? .min }

    func isFit(at now: Timestamp) -> Bool {
        restsUntil.map { now >= $0 } ?? true
    }

    private func mayBeAsked(at now: Timestamp) -> Bool {
        leftAloneUntil.map { now >= $0 } ?? true
    }

    func isVerified(at now: Timestamp) -> Bool {
        verifiedAt.map { now.seconds - $0.seconds < Self.verifiedFor } ?? false
    }

    /// Nothing but a change at the node or in the configuration makes it usable.
    var isRefused: Bool {
        switch lastError {
        case .wrongChain, .unsuited: true
        default: false
        }
    }

    mutating func verify(_ found: [Capability], at now: Timestamp) {
        verifiedAt = now
        capabilities = found
    }

    /// It is to be asked again who it is.
    mutating func doubt() {
        verifiedAt = nil
    }

    /// - Parameter best: the highest head that any node has shown.
    /// - Returns: whether it had failed before.
    mutating func succeed(at height: Height, best: Height, _ now: Timestamp) -> Bool {
        defer {
            lastError = nil
            failuresInARow = 0
            leftAloneUntil = nil
        }
        head = height
        if height + Self.lag < best { rest(30, from: now) } else { restsUntil = nil }
        return lastError != nil
    }

    /// It was asked how high it is, and nothing else.
    mutating func show(_ height: Height) {
        head = height
    }

    /// - Returns: whether this is another error than the last one.
    mutating func fail(_ error: NodeError, at now: Timestamp) -> Bool {
        defer { lastError = error.fault }
        verifiedAt = nil
        // What a node that fails has shown is nothing to measure the others by.
        head = nil
        failuresInARow += 1
        rest(seconds(after: error.fault), from: now)
        if case .rateLimited(let seconds?) = error.fault {
            leftAloneUntil = Timestamp(seconds: now.seconds + min(Int64(seconds), Self.longestWait))
        }
        return !error.fault.isSame(as: lastError)
    }

    private mutating func rest(_ seconds: Int64, from now: Timestamp) {
        restFrom = now
        restsUntil = Timestamp(seconds: now.seconds + seconds)
    }

    /// From a second to a minute for one that fails; longer for one that lies, or asks for it.
    private func seconds(after fault: NodeError.Fault) -> Int64 {
        let doubled = Int64(1) << Int64(min(failuresInARow - 1, 6))
        switch fault {
        case .unproven: return min(60 * doubled, 3_600)
        case .wrongChain, .unsuited: return 300
        case .rateLimited(let seconds): return max(Int64(seconds ?? 0), min(doubled, 60))
        // Asking it again costs as long as it took to find that out.
        case .timedOut: return min(10 * doubled, 600)
        case .unreachable, .http, .unauthorized, .tooLarge, .malformed, .rpc, .unanswered, .missing, .syncing,
            .cancelled:
            return min(doubled, 60)
        }
    }
}

extension NodeError.Fault {
    /// Told once: a limited rate may come with other seconds each time.
    fileprivate func isSame(as other: NodeError.Fault?) -> Bool {
        if case .rateLimited = self, case .rateLimited = other { return true }
        return self == other
    }
}
