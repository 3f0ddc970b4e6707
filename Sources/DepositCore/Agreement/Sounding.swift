/// What one node showed of its chain at one moment, held against ours. Asked for by the engine, judged by `Agreement`.
public struct Sounding: Hashable, Sendable {
    /// The node's place in the operator's order.
    public let node: Int
    /// The newest height that it claims.
    public let head: Height
    /// The highest block of ours that it shows, and so all below it; nil: none that we keep.
    public let shows: Height?
    /// From this height up it has other blocks than ours; nil: it contradicts none.
    public let contradicts: Height?
    /// The newest block that it both shows and holds final; nil: none.
    public let final: BlockRef?
    /// Its branch is no lower, or on a chain of work heavier, than the highest agreed block of ours: only then may it
    /// take back what was agreed.
    public let isRival: Bool

    public init(
        node: Int, head: Height, shows: Height?, contradicts: Height? = nil, final: BlockRef? = nil,
        isRival: Bool = false
    ) {
        self.node = node
        self.head = head
        self.shows = shows
        self.contradicts = contradicts
        self.final = final
        self.isRival = isRival
    }

    public func shows(_ height: Height) -> Bool { shows.map { $0 >= height } ?? false }

    public func contradicts(_ height: Height) -> Bool { contradicts.map { $0 <= height } ?? false }

    /// The same node after blocks of ours above `tip` were undone: what it showed and contradicted there is gone.
    func under(_ tip: Height?) -> Sounding {
        guard let tip else { return Sounding(node: node, head: head, shows: nil) }
        return Sounding(
            node: node, head: head, shows: shows.map { min($0, tip) },
            contradicts: contradicts.flatMap { $0 <= tip ? $0 : nil },
            final: final.flatMap { $0.height <= tip ? $0 : nil }, isRival: isRival)
    }

    /// The same node after it gave the blocks up to `tip`.
    func reaching(_ tip: Height) -> Sounding {
        Sounding(node: node, head: max(head, tip), shows: tip, final: final, isRival: isRival)
    }
}
