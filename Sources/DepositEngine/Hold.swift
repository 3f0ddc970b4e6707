public import DepositCore
internal import NodeRPC

/// Why deposits that are due are not confirmed yet, or would not be. It ends by itself once enough nodes agree.
public struct Hold: Hashable, Sendable {
    /// The highest block that waits.
    public let block: BlockRef
    public let reason: String
    /// A node shows something else there, and does not only lag or fail.
    public let isDisagreement: Bool

    init(block: BlockRef, reason: String, isDisagreement: Bool) {
        self.block = block
        self.reason = reason
        self.isDisagreement = isDisagreement
    }

    /// Deposits in `block`, or under it, wait for more nodes to show our chain as far as their policy wants.
    init(_ block: BlockRef, _ agreement: Agreement, _ council: Council) {
        let why =
            "deposits in block \(block.height) \(block.hash) wait: \(agreement.quorum) nodes must each show it as "
            + "deep as their policy wants"
        self.init(block, agreement, council, why, isTold: false)
    }

    /// Who shows a block of ours, who shows another, and who is behind.
    ///
    /// - Parameter isTold: it is an event, whether or not another block is shown.
    init(
        _ block: BlockRef, _ agreement: Agreement, _ council: Council, _ why: String,
        isTold: Bool = true
    ) {
        let names = Dictionary(council.seats.map { ($0.place, $0.node.name) }) { first, _ in first }
        let name = { (word: Sounding) in names[word.node] ?? "node \(word.node)" }
        let fresh = agreement.fresh
        let showing = fresh.filter { $0.shows(block.height) }.map(name)
        let against = fresh.filter { $0.contradicts(block.height) }.map(name)
        let late = agreement.soundings.values.filter { word in !fresh.contains { $0.node == word.node } }.map(
            name)
        var words = [
            why,
            "it is shown by "
                + (showing.isEmpty ? "none" : showing.joined(separator: ", ")),
        ]
        if let agreed = agreement.agreed { words.append("agreed is block \(agreed)") }
        if !against.isEmpty {
            words.append("another block there is shown by \(against.joined(separator: ", "))")
        }
        if !late.isEmpty { words.append("behind is \(late.sorted().joined(separator: ", "))") }
        self.init(
            block: block, reason: words.joined(separator: "; "), isDisagreement: isTold || !against.isEmpty)
    }
}

/// An error of a node that was asked as a witness.
struct NodeComplaint: Sendable {
    let node: String
    let error: NodeError
}

/// Whether the nodes of a chain agree on it: told once when they cease to, and once when they do again.
struct Accord: Sendable {
    private(set) var disagreements: UInt64
    private(set) var agreements: UInt64

    var isBroken: Bool { disagreements > agreements }

    /// The event that a turn's hold makes due, if any.
    mutating func event(_ hold: Hold?, on chain: ChainID, tip: BlockRef, now: Timestamp) -> Event? {
        if let hold, hold.isDisagreement, !isBroken {
            disagreements += 1
            return .disagreed(chain, at: hold.block, reason: hold.reason, occurrence: disagreements, now: now)
        }
        if hold == nil, isBroken {
            agreements += 1
            let reason = "enough nodes show the same blocks again"
            return .agreed(chain, at: tip, reason: reason, occurrence: agreements, now: now)
        }
        return nil
    }
}
