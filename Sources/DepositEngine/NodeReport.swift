public import ChainKit
public import DepositCore

/// How one node of a chain is doing.
public struct NodeReport: Hashable, Sendable {
    public let name: String
    /// The newest height it has shown; nil while it fails.
    public let head: Height?
    /// What it was last wrong about; nil while it answers.
    public let complaint: String?
    /// Before this it gets no turn while another node is fit.
    public let restsUntil: Timestamp?
    /// Calls a second that it is held to, having refused more; nil while it is not.
    public let heldTo: Int?
    /// The smallest batch that it is held to, having refused a larger one; nil while it is not.
    public let batchesOf: Int?
    public let capabilities: [Capability]
    /// What is odd about it and decides nothing, in words.
    public let remarks: [String]
}
