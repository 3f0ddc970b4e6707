public import ChainKit
internal import NodeRPC

/// One node of a chain, by the name that people know it by.
public struct ChainNode: Sendable {
    /// Its URL without credentials.
    public let name: String
    public let adapter: any ChainAdapter

    public init(name: String, adapter: any ChainAdapter) {
        self.name = name
        self.adapter = adapter
    }

    func fault(_ fault: NodeError.Fault) -> NodeError { NodeError(node: name, fault: fault) }
}
