public import DepositCore

/// Why a chain does not go on: which height, which nodes, what each was wrong about, since when.
public struct Trouble: Hashable, Sendable {
    /// The block that is needed next; nil before the first.
    public let height: Height?
    public let since: Timestamp
    /// Every node and what it was last wrong about, in the operator's order; those that answer are left out.
    public let nodes: [Complaint]

    public struct Complaint: Hashable, Sendable {
        public let node: String
        public let what: String
    }

    init(_ records: [NodeRecord], at height: Height?, since: Timestamp) {
        self.height = height
        self.since = since
        nodes = records.compactMap { record in
            record.complaint.map { Complaint(node: record.name, what: $0) }
        }
    }

    /// For `/readyz`, the console and the log.
    public var words: String {
        let place = height.map { "block \($0) is not to be had" } ?? "no block is to be had"
        let why = nodes.map { "\($0.node) \($0.what)" }.joined(separator: "; ")
        return "\(place) since \(since): \(why)"
    }
}
