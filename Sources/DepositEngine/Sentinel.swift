internal import DepositCore

/// Which recent headers of ours are read again, and when. Pure: time is handed in.
///
/// The poll looks at our tip alone. Since each header names its parent, a node that shows our tip has every block below
/// it, and a fork shows at the tip – at that node. What the poll cannot see is a node that it does not ask, on another
/// chain for as long as nothing is due; a node whose blocks by height are not those that its head stands on, as behind
/// a load balancer or with a damaged index; and a stored header that is no longer what was stored.
struct Sentinel: Sendable {
    /// The other chains that nodes have shown and not taken back since, by the node.
    private(set) var dissents: [String: Dissent] = [:]
    private var due: Timestamp
    /// The highest height of the next handful; nil: from the top.
    private var next: Height?

    /// Seconds between two handfuls.
    private static let interval: Int64 = 300
    private static let handful = 8
    /// Forks of so few blocks are daily business, and the poll's.
    private static let margin: UInt64 = 6

    init(from now: Timestamp) {
        due = Timestamp(seconds: now.seconds + Self.interval)
    }

    /// The headers to be read again now, lowest first, the ones below them the next time; empty while it is too early.
    mutating func patrol(of local: HeaderChain, at now: Timestamp) -> [Header] {
        guard now >= due, let tip = local.tip, tip.height.rawValue > Self.margin else { return [] }
        due = Timestamp(seconds: now.seconds + Self.interval)
        let lowest = tip.height - local.window
        let top = tip.height - Self.margin
        let highest = next.map { min($0, top) } ?? top
        let headers = local.headers.filter { $0.height >= lowest && $0.height <= highest }
            .suffix(Self.handful)
        let isLowest = headers.count < Self.handful || headers.first.map { $0.height <= lowest } ?? true
        next = isLowest ? nil : headers.first.map { $0.height - 1 }
        return Array(headers)
    }

    mutating func note(_ dissent: Dissent) {
        dissents[dissent.node] = dissents[dissent.node] ?? dissent
    }

    /// A node has shown our headers up to this one, and so those below them.
    mutating func note(agreementOf node: String, through height: Height) {
        if let dissent = dissents[node], height >= dissent.ours.height { dissents[node] = nil }
    }

    /// A block of ours is undone: where others differed from it says nothing any more.
    mutating func forget(from height: Height) {
        dissents = dissents.filter { $0.value.ours.height < height }
    }
}

/// A node shows another block than ours, well below our tip.
struct Dissent: Hashable, Sendable {
    let node: String
    let ours: BlockRef
    let theirs: BlockHash
    let since: Timestamp

    var words: String { "\(node) shows \(theirs) at \(ours.height), and not \(ours.hash), since \(since)" }
}
