public import ChainKit
public import DepositCore
public import NodeRPC

/// A chain of Bitcoin's family: Bitcoin, Litecoin, Dogecoin, Bitcoin Cash, and whatever a chain file
/// describes.
///
/// A deposit is an output whose script is, to the byte, the one an issued address stands for.
public struct Bitcoin: Chain {
    public static let family = "bitcoin"

    public let spec: ChainSpec
    var network: BitcoinNetwork
    let options: BitcoinOptions
    let asset: AssetID
    /// Seconds since 1970, for who judges headers outside of the engine, which has a clock of its own.
    let now: (@Sendable () -> Int64)?
    /// Shared by all nodes of the chain: what one has proven, another need not prove again.
    let proven = ProvenHeaders()

    public init(_ spec: ChainSpec) throws(ConfigError) {
        try self.init(spec, now: nil)
    }

    /// - Parameter now: refuses headers whose time is more than two hours ahead of it.
    public init(_ spec: ChainSpec, now: (@Sendable () -> Int64)?) throws(ConfigError) {
        self.spec = spec
        self.now = now
        network = try BitcoinNetwork(spec.network)
        options = try BitcoinOptions(spec)
        guard spec.rules.assets.count == 1, let coin = spec.rules.assets.values.first, coin.contract == nil
        else {
            throw ConfigError(
                file: spec.network.file, line: nil,
                message:
                    "assets: a chain of family bitcoin has its own coin alone: "
                    + "list one asset with native: true"
            )
        }
        asset = coin.id
        guard spec.proof == .full else {
            throw ConfigError(
                file: spec.network.file, line: nil,
                message: "proof: blocks of family bitcoin are always proven whole: write proof: full")
        }
    }

    public var blockClock: BlockClock { .aboveMedian }

    public func adapter(on node: Node) -> any ChainAdapter {
        BitcoinAdapter(chain: self, node: node)
    }
}
