internal import DepositCore
internal import NodeRPC

/// What is remembered of one node, and what follows from it. Pure: time is handed in.
struct NodeRecord: Sendable {
    let name: String
    /// The newest height it has shown.
    private(set) var head: Height?
    /// What it was last wrong about; nil while it answers.
    private(set) var lastError: NodeError.Fault?
    private var verifiedAt: Timestamp?
    private var failuresInARow = 0
    /// Before this it gets no turn while another node is fit.
    private var restsUntil: Timestamp?
    private var restFrom: Timestamp?

    /// Blocks below the best node's head from which on a node counts as lagging.
    private static let lag: UInt64 = 5
    private static let verifiedFor: Int64 = 86_400

    init(name: String) {
        self.name = name
    }

    /// The first that is fit, in the operator's order; where none is, the one that has rested longest.
    static func choose(among records: [NodeRecord], at now: Timestamp) -> Int {
        if let fit = records.firstIndex(where: { $0.isFit(at: now) }) { return fit }
        let rested = records.indices.min { records[$0].restedSince < records[$1].restedSince }
        return rested ?? 0
    }

    private var restedSince: Int64 { restFrom?.seconds ?? .min }

    func isFit(at now: Timestamp) -> Bool {
        restsUntil.map { now >= $0 } ?? true
    }

    func isVerified(at now: Timestamp) -> Bool {
        verifiedAt.map { now.seconds - $0.seconds < Self.verifiedFor } ?? false
    }

    var isRefused: Bool {
        if case .wrongChain = lastError { true } else { false }
    }

    mutating func verify(at now: Timestamp) {
        verifiedAt = now
    }

    /// - Parameter best: the highest head that any node has shown.
    /// - Returns: whether it had failed before.
    mutating func succeed(at height: Height, best: Height, _ now: Timestamp) -> Bool {
        defer {
            lastError = nil
            failuresInARow = 0
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
        return lastError != error.fault
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
        case .wrongChain: return 300
        case .rateLimited(let seconds): return max(Int64(seconds ?? 0), min(doubled, 60))
        // Asking it again costs as long as it took to find that out.
        case .timedOut: return min(10 * doubled, 600)
        case .unreachable, .http, .unauthorized, .tooLarge, .malformed, .rpc, .unanswered, .missing, .syncing,
            .cancelled:
            return min(doubled, 60)
        }
    }
}
