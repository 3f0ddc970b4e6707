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
    /// The same in words, with what was asked last.
    private(set) var complaint: String?
    /// As its last probe found them.
    private(set) var capabilities: [Capability] = []
    private var verifiedAt: Timestamp?
    private var failuresInARow = 0
    /// Before this it gets no turn while another node is fit.
    private(set) var restsUntil: Timestamp?
    private var restFrom: Timestamp?
    /// Before this it is not asked at all: it has said so itself.
    private var leftAloneUntil: Timestamp?
    /// Before this another has its turn. It is heard and counted all the same.
    private(set) var losesTurnUntil: Timestamp?
    /// From then on it may have it where nobody else can give.
    private var earlyFrom: Timestamp?
    private var turnsLost = 0
    private var lostTurnAt: Timestamp?

    private static let verifiedFor: Int64 = 86_400
    /// Seconds that a `Retry-After` keeps a chain waiting which has no other node.
    private static let longestWait: Int64 = 300

    init(name: String) {
        self.name = name
    }

    /// Where a node stands towards our tip, by what it showed last.
    enum Stand: Sendable {
        /// It shows our tip and has more.
        case ahead
        /// It shows our tip, or nothing is known of it.
        case level
        /// It has less than we have.
        case behind
        /// It shows another block in the place of one of ours.
        case contradicting
        /// It has less than we have or another block, and stands still: nobody waits for it.
        case stale
    }

    /// The first, in the operator's order, that is fit, has not lost its turn and has more than we have; else the first
    /// that may come to have more. Where all that could give have lost their turn, the one whose time ends first has it
    /// early, but not while one in good standing that moves contradicts us or is yet to come up: else liars undo each
    /// other's branches, or one its own, for ever.
    ///
    /// - Returns: nil where nobody may be asked now, or scanning must wait.
    static func choose(among records: [NodeRecord], standing stands: [Stand], at now: Timestamp) -> Int? {
        let fit = records.indices.filter { records[$0].isFit(at: now) }
        guard !fit.isEmpty else {
            return records.indices.filter { records[$0].mayBeAsked(at: now) }.min {
                records[$0].restedSince < records[$1].restedSince
            }
        }
        let good = fit.filter { records[$0].hasTurn(at: now) }
        for stand in [Stand.ahead, .level] {
            if let first = good.first(where: { stands[$0] == stand }) { return first }
        }
        if records.count > 1, good.contains(where: { stands[$0] == .contradicting }) { return nil }
        if let coming = good.first(where: { stands[$0] == .behind }) { return coming }
        let early = fit.filter { !good.contains($0) && records[$0].mayHaveTurnEarly(at: now) }.sorted {
            (records[$0].losesTurnUntil?.seconds ?? 0) < (records[$1].losesTurnUntil?.seconds ?? 0)
        }
        return early.first { stands[$0] == .ahead } ?? good.first ?? early.first
    }

    func hasTurn(at now: Timestamp) -> Bool { losesTurnUntil.map { now >= $0 } ?? true }

    /// Where nobody else can give. Not at once: one that is alone there could undo its own blocks as often as it is
    /// asked, and receivers would hear of each.
    private func mayHaveTurnEarly(at now: Timestamp) -> Bool { earlyFrom.map { now >= $0 } ?? true }

    /// Another has its turn for two beats, twice as long the next time, an hour at most; a day without forgets it.
    /// Where there is no other, eight beats are the most.
    ///
    /// - Parameter beat: in milliseconds.
    mutating func loseTurn(at now: Timestamp, beat: Int) {
        if let last = lostTurnAt, now.seconds - last.seconds > 86_400 { turnsLost = 0 }
        turnsLost += 1
        lostTurnAt = now
        let seconds = Int64(2 * beat / 1_000) << Int64(min(turnsLost - 1, 12))
        let lost = min(max(seconds, 4), 3_600)
        losesTurnUntil = Timestamp(seconds: now.seconds + lost)
        earlyFrom = Timestamp(seconds: now.seconds + min(lost, Int64(8 * beat / 1_000)))
    }

    private var restedSince: Int64 { restFrom?.seconds ?? .min }

    func isFit(at now: Timestamp) -> Bool {
        restsUntil.map { now >= $0 } ?? true
    }

    func mayBeAsked(at now: Timestamp) -> Bool {
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

    /// It gave its answers in its turn.
    ///
    /// - Returns: whether it had failed before.
    mutating func succeed(at height: Height) -> Bool {
        defer {
            (lastError, complaint) = (nil, nil)
            failuresInARow = 0
            leftAloneUntil = nil
            restsUntil = nil
        }
        head = height
        return lastError != nil
    }

    /// It was asked for its word, and nothing else.
    mutating func show(_ height: Height) {
        head = height
    }

    /// - Returns: whether this is another error than the last one.
    mutating func fail(_ error: NodeError, at now: Timestamp) -> Bool {
        defer { (lastError, complaint) = (error.fault, error.words) }
        verifiedAt = nil
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
        case .unreachable, .broken, .http, .unauthorized, .tooLarge, .malformed, .rpc, .unanswered, .missing,
            .pending,
            .syncing,
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
