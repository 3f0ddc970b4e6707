extension EVM {
    /// False for a chain id that development nodes take for themselves: Geth's, Hardhat's and Anvil's, Ganache's.
    public var isMainNetwork: Bool { !Self.developmentChains.contains(identity.chainID) }

    private static let developmentChains: Set<UInt64> = [1_337, 31_337, 5_777]
}
