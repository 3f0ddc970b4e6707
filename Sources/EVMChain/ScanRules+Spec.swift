internal import ChainKit
internal import DepositCore

extension ScanRules {
    /// Contracts whose Transfer events tell of the chain's own coin: listed beside it, they would count it
    /// twice.
    ///
    /// Polygon's POL, zkSync's ETH, Moonbeam's GLMR, EIP-7708's logs of Ether, Celo's CELO, and the ETH of
    /// Metis and of the first Optimism.
    private static let dualFace: Set<String> = [
        "0x0000000000000000000000000000000000001010", "0x000000000000000000000000000000000000800a",
        "0x0000000000000000000000000000000000000802", "0xfffffffffffffffffffffffffffffffffffffffe",
        "0x471ece3750da237f93b8e339c536989b8978a438", "0xdeaddeaddeaddeaddeaddeaddeaddeaddead0000",
    ]

    init(_ spec: ChainSpec) throws(ConfigError) {
        var native: AssetID?
        var tokens: [AccountBytes: AssetID] = [:]
        var verified: [AssetID: AccountBytes] = [:]
        let assets = spec.rules.assets.values.sorted { $0.id < $1.id }
        for asset in assets {
            guard let contract = asset.contract else {
                if let native {
                    throw spec.fail("\(native) and \(asset.id) are both native; a chain has one coin")
                }
                native = asset.id
                continue
            }
            let account = try Self.contract(contract, of: asset.id, spec)
            if let other = tokens.updateValue(asset.id, forKey: account) {
                throw spec.fail("\(other) and \(asset.id) have the same contract \(contract); list it once")
            }
            if asset.verifiesByBalance { verified[asset.id] = account }
        }
        let options = try Options(spec.options)
        proof = spec.proof
        self.native = native
        self.tokens = tokens
        self.verified = verified
        layout = options.layout
        types = TransactionTypes(options.types)
        settles = options.settles ?? options.layout.hasSettledFields
        tracer = options.tracer
        withdrawals = options.withdrawals
        stateSync = options.stateSync
        stateSyncRooted = options.stateSyncRooted
        byzantium = options.byzantium
        if settles, provesHeader, !layout.hasSettledFields {
            throw spec.fail(
                "settled: true with proof: full needs a header that has settled fields: avalanche")
        }
    }

    private static func contract(
        _ text: String, of asset: AssetID, _ spec: ChainSpec
    ) throws(ConfigError) -> AccountBytes {
        let account: AccountBytes
        do { account = try EVMAddress.parse(text) } catch {
            throw spec.fail("contract of asset \(asset): \(error.description)")
        }
        guard !dualFace.contains(account.text) else {
            throw spec.fail(
                "contract of asset \(asset): \(text) logs transfers of the chain's own coin, which would "
                    + "then be credited twice; remove the contract and list the coin with native: true")
        }
        return account
    }
}

/// A chain file's `options` for this family. All may be left out.
private struct Options {
    /// `header: ethereum | avalanche`.
    var layout = HeaderLayout.ethereum
    /// `transactions: ethereum | optimism | arbitrum | scroll`, whose types there are beside Ethereum's own; without
    /// it, the fields of a transaction tell.
    var types: TransactionTypes.Family?
    /// `settled: true | false`; left out, as the header has the fields for it.
    var settles: Bool?
    /// `internal_transfers: call_tracer | trace_block`; without it, value that moves inside a call is not
    /// seen.
    var tracer: ScanRules.Tracer?
    /// `withdrawals: true`.
    var withdrawals = false
    /// `state_sync: true`.
    var stateSync = false
    /// `state_sync_rooted: HEIGHT`, beside `state_sync: true`.
    var stateSyncRooted: Height?
    /// `byzantium: HEIGHT`, on a chain that is older than the fork.
    var byzantium: Height?

    init(_ value: StrictValue?) throws(ConfigError) {
        guard var map = try value?.map() else { return }
        if let entry = map.optional("header") { layout = try entry.choice(of: HeaderLayout.self) }
        if let entry = map.optional("transactions") {
            types = try entry.choice(of: TransactionTypes.Family.self)
        }
        if let entry = map.optional("settled") { settles = try entry.bool() }
        if let entry = map.optional("internal_transfers") {
            tracer = try entry.choice(of: ScanRules.Tracer.self)
        }
        if let entry = map.optional("withdrawals") { withdrawals = try entry.bool() }
        if let entry = map.optional("state_sync") { stateSync = try entry.bool() }
        if let entry = map.optional("state_sync_rooted") {
            guard stateSync else { throw entry.fail("says nothing without state_sync: true") }
            stateSyncRooted = try entry.height()
        }
        if let entry = map.optional("byzantium") { byzantium = try entry.height() }
        try map.finish()
    }
}

extension StrictValue {
    fileprivate func height() throws(ConfigError) -> Height {
        let number = try integer()
        guard let height = Height(UInt64(number)) else { throw fail("is higher than any chain") }
        return height
    }
}

extension ChainSpec {
    fileprivate func fail(_ message: String) -> ConfigError {
        ConfigError(file: network.file, line: nil, message: message)
    }
}
