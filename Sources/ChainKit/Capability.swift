/// Something that not every node of a family can do, and whether one node can.
public struct Capability: Hashable, Sendable {
    /// For people: `receipts by block`, `finality tag`.
    public let name: String
    public let isOffered: Bool

    public init(_ name: String, isOffered: Bool) {
        self.name = name
        self.isOffered = isOffered
    }
}
