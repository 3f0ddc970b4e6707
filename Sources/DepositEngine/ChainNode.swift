public import ChainKit

/// One node of a chain, by the name that people know it by.
public struct ChainNode: Sendable {
    /// Its URL without credentials.
    public let name: String
    public let adapter: any ChainAdapter

    public init(name: String, adapter: any ChainAdapter) {
        self.name = name
        self.adapter = adapter
    }
}

/// The chain's other nodes, asked for only when a second opinion is needed.
public typealias Peers = @Sendable () async -> [ChainNode]
