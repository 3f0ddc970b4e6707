public import ChainKit
public import DepositCore

/// How one node of a chain is doing.
public struct NodeStatus: Hashable, Sendable {
    /// The name that shows no secret.
    public var name: String
    /// The newest height it has shown; nil while it fails.
    public var head: Height?
    /// What it was last wrong about; nil while it answers.
    public var error: String?
    /// Before this it gets no turn while another node is fit.
    public var restsUntil: Timestamp?
    /// Calls a second that it is held to, having refused more; nil while it is not.
    public var heldTo: Int?
    /// The smallest batch that it is held to, having refused a larger one; nil while it is not.
    public var batchesOf: Int?
    public var capabilities: [Capability]
    /// What is odd about it and decides nothing, in words.
    public var remarks: [String]

    public init(
        name: String, head: Height? = nil, error: String? = nil, restsUntil: Timestamp? = nil,
        heldTo: Int? = nil, batchesOf: Int? = nil, capabilities: [Capability] = [],
        remarks: [String] = []
    ) {
        self.name = name
        self.head = head
        self.error = error
        self.restsUntil = restsUntil
        self.heldTo = heldTo
        self.batchesOf = batchesOf
        self.capabilities = capabilities
        self.remarks = remarks
    }

    var json: JSONText {
        .object([
            "name": .string(name), "head": head.map { .integer($0) } ?? .null, "error": .optional(error),
            "rests_until": .optional(restsUntil?.description),
            "calls_per_second": heldTo.map { .integer(Int64($0)) } ?? .null,
            "calls_per_batch": batchesOf.map { .integer(Int64($0)) } ?? .null,
            "has": .array(capabilities.filter(\.isOffered).map { .string($0.name) }),
            "lacks": .array(capabilities.filter { !$0.isOffered }.map { .string($0.name) }),
            "remarks": .array(remarks.map { .string($0) }),
        ])
    }
}
