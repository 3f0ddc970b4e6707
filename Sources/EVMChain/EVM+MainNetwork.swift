public import DepositCore

extension EVM {
    /// False for a chain id that development nodes take for themselves: Geth's, Hardhat's and Anvil's, Ganache's.
    public var isMainNetwork: Bool { !Self.developmentChains.contains(identity.chainID) }

    /// A development node's clock is set by whoever runs it, back as well (Ganache's `evm_setTime`).
    public var blockClock: BlockClock { isMainNetwork ? .notBelowParent : .free }

    private static let developmentChains: Set<UInt64> = [1_337, 31_337, 5_777]
}
