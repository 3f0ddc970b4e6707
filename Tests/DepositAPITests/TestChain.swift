import ChainKit
import DepositCore
import NodeRPC

/// A chain whose addresses are `a-` and letters or digits, in either case; it asks nothing of any node.
struct TestChain: Chain {
    static let family = "test"
    let spec: ChainSpec

    init(_ spec: ChainSpec) throws(ConfigError) {
        self.spec = spec
    }

    init(named name: String) throws {
        let text = """
            id: \(name)
            family: test
            network: {}
            block_interval: 1s
            reorg_window: 10
            finality: {depth: 6}
            proof: full
            assets:
              - {id: COIN, native: true, decimals: 8, minimum: "0.00000010"}
              - {id: TOKEN, contract: "0xtoken", decimals: 6}
            policy:
              - {asset: COIN, below: "1", depth: 1}
              - {depth: 3}
            """
        try self.init(ChainSpec(text, file: "\(name).yaml"))
    }

    func address(_ text: String) throws(AddressError) -> Address {
        let canonical = text.lowercased()
        guard canonical.hasPrefix("a-"),
            canonical.dropFirst(2).allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
        else { throw AddressError("an address here begins with a-, then letters and digits") }
        return Address(key: Array(canonical.utf8), text: canonical)
    }

    func adapter(on node: Node) -> any ChainAdapter {
        preconditionFailure("these tests ask no node")
    }
}
