public import ChainKit
internal import DepositCore
public import NodeRPC

/// A chain of Bitcoin's family: Bitcoin, Litecoin, Dogecoin, Bitcoin Cash, and whatever a chain file
/// describes.
///
/// A deposit is an output whose script is, to the byte, the one an issued address stands for.
public struct Bitcoin: Chain {
    public static let family = "bitcoin"

    public let spec: ChainSpec
    let network: BitcoinNetwork
    let options: BitcoinOptions
    let asset: AssetID

    public init(_ spec: ChainSpec) throws(ConfigError) {
        self.spec = spec
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

    public func adapter(on node: Node) -> any ChainAdapter {
        BitcoinAdapter(chain: self, node: node)
    }
}
