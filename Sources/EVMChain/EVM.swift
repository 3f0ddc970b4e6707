public import ChainKit
public import DepositCore
public import NodeRPC

/// The EVM family: any chain with Ethereum's blocks, receipts and JSON-RPC.
public struct EVM: Chain {
    public static let family = "evm"

    public let spec: ChainSpec
    let identity: ChainIdentity
    let rules: ScanRules

    public init(_ spec: ChainSpec) throws(ConfigError) {
        identity = try ChainIdentity(spec.network)
        rules = try ScanRules(spec)
        self.spec = spec.with(assets: spec.rules.assets.values.map(\.withCanonicalContract))
    }

    public var settlesLater: Bool { rules.provesSettled }

    public func address(_ text: String) throws(AddressError) -> Address {
        let account = try EVMAddress.parse(text)
        return Address(key: account.array, text: account.text)
    }

    public func adapter(on node: Node) -> any ChainAdapter {
        EVMAdapter(self, node)
    }
}

extension Asset {
    /// The same asset with its contract in lowercase, which is the spelling of addresses everywhere.
    fileprivate var withCanonicalContract: Asset {
        Asset(
            id: id, contract: contract?.lowercased(), decimals: decimals, minimum: minimum,
            verifiesByBalance: verifiesByBalance)
    }
}
