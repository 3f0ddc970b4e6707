internal import ChainKit
public import DepositCore

/// How a chain and its nodes stand to one another: which block is agreed, by whom, since when, and who says otherwise.
public struct Accounts: Hashable, Sendable {
    /// A node that shows another chain than ours.
    public struct Contradiction: Hashable, Sendable {
        public let node: String
        /// From this height up.
        public let from: Height
    }

    /// The highest head that as many nodes reach as must agree; nil while fewer answer.
    public let head: Height?
    public let tip: BlockRef?
    /// The highest block of ours that enough nodes show; confirmations are counted under it.
    public let agreed: BlockRef?
    /// Since when it is the agreed block.
    public let since: Timestamp?
    /// The nodes that show it, in the operator's order.
    public let showing: [String]
    public let contradicting: [Contradiction]
    /// Nodes that answer and have not kept up with the head: their words count for nothing.
    public let behind: [String]
    /// How many must agree.
    public let quorum: Int
    /// The lowest block of which no later one has proven what it holds yet; nil where each proves itself.
    public let unproven: Height?
    public let isAlone: Bool
    /// The nodes were heard since our tip last moved, so that all that may be decided under it is.
    public let isCurrent: Bool

    /// Blocks of ours that are scanned and not agreed yet.
    public var unagreed: UInt64 {
        guard let tip, let agreed, tip.height > agreed.height else { return 0 }
        return tip.height.rawValue - agreed.height.rawValue
    }

    /// For `/v1/chains`, the console and the log.
    public var words: String {
        guard let agreed else {
            return "no block is agreed: \(showing.count) of the \(quorum) nodes that must agree have kept up"
        }
        var words = "block \(agreed.height) is agreed by \(showing.joined(separator: ", "))"
        if let since { words += " since \(since)" }
        if unagreed > 0 { words += "; our tip stands \(unagreed) above it" }
        for other in contradicting { words += "; \(other.node) shows another chain from \(other.from) on" }
        if !behind.isEmpty { words += "; behind: \(behind.joined(separator: ", "))" }
        return words
    }
}

extension Pipeline {
    /// - Parameter names: of the nodes, by their places.
    func accounts(_ names: [String]) -> Accounts {
        let name = { (word: Sounding) in names.indices.contains(word.node) ? names[word.node] : "a node" }
        let agreed = agreedBlock
        let fresh = agreement.fresh
        let behind = agreement.soundings.values.filter { word in !fresh.contains { $0.node == word.node } }
        return Accounts(
            head: agreement.head, tip: local.tip?.block, agreed: agreed, since: agreedSince?.moment,
            showing: agreed.map { block in fresh.filter { $0.shows(block.height) }.map(name) }
                ?? fresh.map(name),
            contradicting: fresh.compactMap { word in
                word.contradicts.map { Accounts.Contradiction(node: name(word), from: $0) }
            },
            behind: behind.sorted { $0.node < $1.node }.map(name), quorum: settings.agree,
            unproven: proving.map { $0.next ?? 0 }, isAlone: isAlone,
            isCurrent: isAlone || local.tip != nil && heardTip == local.tip?.hash)
    }

    /// Whether the nodes are to be heard: a beat has passed since they were, or deposits wait for their words.
    public var isBeatDue: Bool {
        guard !isAlone else { return false }
        guard let lastBeat else { return true }
        let passed = clock.now.seconds - lastBeat.seconds
        let isCatchingUp = local.tip.map { $0.height >= local.agreed + min(Self.stretch, spec.reorgWindow) }
        return passed >= Int64(pace.beat / 1_000) || isUrgent && passed >= 1
            || (isCatchingUp ?? false) && (passed >= 1 || hasRisen)
    }

    /// Where there are several nodes, a beat begins a chain, and turns go on from there.
    var hasBegun: Bool { isAlone || local.tip != nil }

    /// A node did not answer in its turn.
    mutating func lose(_ seat: Seat) {
        agreement.lose(seat.place, at: clock.now)
    }
}
