@testable internal import ChainKit
internal import DepositCore
internal import Testing

private let good = """
    id: polygon
    family: evm
    network: {chain_id: 137}
    block_interval: 2s
    reorg_window: 2000
    finality: {tag: finalized}
    policy:
      - {asset: USDC, below: "1000", depth: 12}
      - {asset: POL, depth: 64, finality: finalized}
      - {finality: finalized, or_depth: 256, after: 30m}
    assets:
      - {id: POL, native: true, decimals: 18, minimum: "0.01"}
      - {id: USDC, contract: "0x3c499c542cef5e3811e1192ce70d8cc03d5c3359", decimals: 6}
    proof: full
    options: {internal_transfers: trace}
    """

/// One change to the good file, and what is said of it. An empty `old` means: add a line.
struct Refusal: CustomTestStringConvertible, Sendable {
    let old: String
    let new: String
    let message: String

    init(_ old: String, _ new: String, _ message: String) {
        self.old = old
        self.new = new
        self.message = message
    }

    var testDescription: String { "\(old) → \(new)" }
}

private let refusals = [
    Refusal("id: polygon\n", "", "polygon.yaml:1: id is missing; add id: …"),
    Refusal("family: evm\n", "", "polygon.yaml:1: family is missing; add family: …"),
    Refusal("network: {chain_id: 137}\n", "", "polygon.yaml:1: network is missing; add network: …"),
    Refusal("block_interval: 2s\n", "", "polygon.yaml:1: block_interval is missing; add block_interval: …"),
    Refusal("reorg_window: 2000\n", "", "polygon.yaml:1: reorg_window is missing; add reorg_window: …"),
    Refusal("finality: {tag: finalized}\n", "", "polygon.yaml:1: finality is missing; add finality: …"),
    Refusal("proof: full\n", "", "polygon.yaml:1: proof is missing; add proof: …"),
    Refusal("proof: full", "prof: full", "polygon.yaml:1: proof is missing; add proof: …"),
    Refusal(
        "", "url: http://x",
        "polygon.yaml:16: unknown key url; known keys here: assets, block_interval, family, finality, id, network, "
            + "options, policy, proof, reorg_window"),
    Refusal(
        "id: polygon", "id: Polygon",
        "polygon.yaml:1: id: expected lowercase letters, digits and hyphens, such as bitcoin-cash"),
    Refusal(
        "id: polygon", "id: \"a\\nb\"",
        "polygon.yaml:1: id: expected lowercase letters, digits and hyphens, such as bitcoin-cash"),
    Refusal("id: polygon", "id:", "polygon.yaml:1: id: expected a text, found nothing"),
    Refusal(
        "block_interval: 2s", "block_interval: 2",
        "polygon.yaml:4: block_interval: expected a length of time such as 250ms, 2s, 30m or 1h"),
    Refusal(
        "block_interval: 2s", "block_interval: 0s", "polygon.yaml:4: block_interval: expected from 1ms to 1d"),
    Refusal(
        "block_interval: 2s", "block_interval: 2d", "polygon.yaml:4: block_interval: expected from 1ms to 1d"),
    Refusal(
        "reorg_window: 2000", "reorg_window: 0",
        "polygon.yaml:5: reorg_window: expected a whole number from 1 to 1000000"),
    Refusal(
        "reorg_window: 2000", "reorg_window: 1000001",
        "polygon.yaml:5: reorg_window: expected a whole number from 1 to 1000000"),
    Refusal(
        "{tag: finalized}", "sometimes",
        "polygon.yaml:6: finality: expected instant, {tag: finalized} or {depth: N}"),
    Refusal("{tag: finalized}", "{tag: safe}", "polygon.yaml:6: finality.tag: the only tag is finalized"),
    Refusal(
        "{tag: finalized}", "{depth: 0}",
        "polygon.yaml:6: finality.depth: expected a whole number from 1 to 1000000"),
    Refusal("{tag: finalized}", "{}", "polygon.yaml:6: finality: depth is missing; add depth: …"),
    Refusal(
        "{tag: finalized}", "{tag: finalized, depth: 3}",
        "polygon.yaml:6: finality: unknown key depth; known keys here: tag"),
    Refusal(
        "{tag: finalized}", "{depth: 4001}",
        "polygon.yaml:6: finality: depth 4001 is more than twice the reorg_window; widen reorg_window to 2001"
    ),
    Refusal(
        "proof: full", "proof: some", "polygon.yaml:14: proof: expected one of count, bloom, receipts, full"),

    Refusal(
        "{asset: USDC, below", "{asset: USDT, below",
        "polygon.yaml:8: policy[0].asset: asset USDT is not listed in this chain's file"),
    Refusal(
        "below: \"1000\"", "below: \"1,000\"",
        "polygon.yaml:8: policy[0].below: expected whole units of the asset, such as \"1000\""),
    Refusal(
        "below: \"1000\"", "below: \"0.0000001\"",
        "polygon.yaml:8: policy[0].below: USDC has only 6 decimals and 256 bits"),
    Refusal(
        "depth: 12}", "depth: 0}",
        "polygon.yaml:8: policy[0].depth: expected a whole number from 1 to 1000000"),
    Refusal(
        ", depth: 12}", "}",
        "polygon.yaml:8: policy[0]: the rule requires nothing: add depth: N or finality: finalized"),
    Refusal(
        "depth: 12}", "dept: 12, depth: 1}",
        "polygon.yaml:8: policy[0]: unknown key dept; known keys here: after, asset, below, depth, finality, or_depth"
    ),
    Refusal(
        "depth: 12}", "depth: 12, or_depth: 5}",
        "polygon.yaml:8: policy[0].or_depth: or_depth stands in for finality: add finality: finalized"),
    Refusal(
        "depth: 12}", "depth: 12, after: 5m}",
        "polygon.yaml:8: policy[0].after: after belongs to or_depth: add or_depth: N"),
    Refusal(
        "finality: finalized}", "finality: safe}",
        "polygon.yaml:9: policy[1].finality: the only finality is finalized"),
    Refusal(", after: 30m", "", "polygon.yaml:10: policy[2]: after is missing; add after: …"),
    Refusal(
        "after: 30m", "after: 500ms", "polygon.yaml:10: policy[2].after: expected whole seconds, such as 30m"),
    Refusal(
        "after: 30m", "after: 0s", "polygon.yaml:10: policy[2].after: expected whole seconds, such as 30m"),
    Refusal(
        "{finality: finalized, or_depth", "{asset: POL, finality: finalized, or_depth",
        "polygon.yaml:8: policy: the last rule must match every deposit: end with one that has no asset or below"
    ),

    Refusal(
        "native: true, ", "", "polygon.yaml:12: assets[0]: asset POL needs either contract: … or native: true"
    ),
    Refusal(
        "native: true", "native: true, contract: x",
        "polygon.yaml:12: assets[0]: asset POL needs either contract: … or native: true"),
    Refusal("native: true", "native: yes", "polygon.yaml:12: assets[0].native: expected true or false"),
    Refusal(
        "decimals: 18", "verify_by_balance: true, decimals: 18",
        "polygon.yaml:12: assets[0].verify_by_balance: only a token is asked for balances, and POL is the chain's own "
            + "coin; remove it"),
    Refusal(
        "decimals: 6}", "decimals: 6, verify_by_balance: 1}",
        "polygon.yaml:13: assets[1].verify_by_balance: expected true or false"),
    Refusal(
        "decimals: 18", "decimals: 78",
        "polygon.yaml:12: assets[0].decimals: expected a whole number from 0 to 77"),
    Refusal(
        "\"0.01\"", "\"-1\"",
        "polygon.yaml:12: assets[0].minimum: expected whole units with at most 18 decimals, such as \"0.01\""),
    Refusal(
        "decimals: 6}", "decimals: 6, minimum: \"0.0000001\"}",
        "polygon.yaml:13: assets[1].minimum: expected whole units with at most 6 decimals, such as \"0.01\""),
    Refusal("id: USDC", "id: POL", "polygon.yaml:13: assets[1]: asset POL is listed twice"),
    Refusal(
        "id: USDC", "id: \"U SDC\"",
        "polygon.yaml:13: assets[1].id: expected at most 32 letters, digits and signs, such as USDC.e"),
    Refusal(
        "contract: \"0x3c499c542cef5e3811e1192ce70d8cc03d5c3359\"", "native: true",
        "polygon.yaml:13: assets[1]: POL and USDC are both the chain's own coin"),
    Refusal(
        "contract: \"0x3c499c542cef5e3811e1192ce70d8cc03d5c3359\"", "contract: null",
        "polygon.yaml:13: assets[1].contract: expected a text, found nothing"),
    Refusal(
        "decimals: 6}", "decimals: 6, symbol: x}",
        "polygon.yaml:13: assets[1]: unknown key symbol; known keys here: contract, decimals, id, minimum, native, "
            + "verify_by_balance"
    ),
    Refusal(
        "decimals: 6}",
        "decimals: 6}\n  - {id: X, contract: \"0x3C499C542cef5e3811e1192ce70d8cc03d5c3359\", decimals: 6}",
        "polygon.yaml:14: assets[2]: USDC and X have the same contract"),
]

@Suite struct ChainSpecTests {
    @Test func `a good file says all this`() throws {
        let spec = try ChainSpec(good, file: "polygon.yaml")
        #expect(spec.id == ChainID("polygon") && spec.family == "evm" && spec.blockInterval == 2_000)
        #expect(spec.reorgWindow == 2_000 && spec.proof == .full && spec.rules.finality == .tag)
        #expect(spec.rules.chain == spec.id && spec.network.isMap && spec.options?.isMap == true)
        let usdc = Asset(
            id: AssetID("USDC"), contract: "0x3c499c542cef5e3811e1192ce70d8cc03d5c3359", decimals: 6,
            minimum: .zero)
        let pol = Asset(
            id: AssetID("POL"), contract: nil, decimals: 18, minimum: Amount(10_000_000_000_000_000 as UInt64)
        )
        #expect(spec.rules.assets == [usdc.id: usdc, pol.id: pol])
        #expect(
            spec.rules.policy.rules == [
                Rule(
                    asset: usdc.id, below: WholeAmount("1000"),
                    requirement: Requirement(depth: 12, finality: false, rule: "below 1000 USDC")),
                Rule(
                    asset: pol.id, below: nil,
                    requirement: Requirement(depth: 64, finality: true, rule: "every POL")),
                Rule(
                    asset: nil, below: nil,
                    requirement: Requirement(
                        depth: nil, finality: true, fallback: Requirement.Fallback(depth: 256, after: 1_800),
                        rule: "every deposit")),
            ])
    }

    @Test(arguments: refusals)
    func `a file with one mistake is refused with file, line and cure`(_ refusal: Refusal) {
        let text =
            refusal.old.isEmpty
            ? good + "\n" + refusal.new : good.replacing(refusal.old, with: refusal.new, maxReplacements: 1)
        #expect(text != good)
        let error = #expect(throws: ConfigError.self) { try ChainSpec(text, file: "polygon.yaml") }
        #expect(error.map { "\($0)" } == refusal.message)
    }

    @Test(arguments: [
        ("", false), (", verify_by_balance: false", false), (", verify_by_balance: true", true),
    ])
    func `a token is asked for balances where its line says so`(more: String, isAsked: Bool) throws {
        let spec = try ChainSpec(good.replacing("decimals: 6}", with: "decimals: 6\(more)}"), file: "f")
        #expect(spec.rules.assets[AssetID("USDC")]?.verifiesByBalance == isAsked)
        let native = try ChainSpec(
            good.replacing("decimals: 18", with: "decimals: 18, verify_by_balance: false"), file: "f")
        #expect(native.rules.assets[AssetID("POL")]?.verifiesByBalance == false)
    }

    @Test func `a file without assets or policy is refused`() {
        let empty = [
            ("assets: []", "policy: [{depth: 1}]", "list at least one asset"),
            (
                "assets: [{id: A, native: true, decimals: 1}]", "policy: []",
                "the last rule must match every deposit"
            ),
            ("assets: {}", "policy: [{depth: 1}]", "expected a list"),
            ("assets: [{id: A, native: true, decimals: 1}]", "policy: {depth: 1}", "expected a list"),
        ]
        for (assets, policy, message) in empty {
            let text = """
                {id: a, family: evm, network: {}, block_interval: 1s, reorg_window: 1, finality: instant, proof: full,
                \(assets), \(policy)}
                """
            let error = #expect(throws: ConfigError.self) { try ChainSpec(text, file: "f") }
            #expect(error?.message.contains(message) == true, "\(String(describing: error))")
        }
    }

    @Test(arguments: [
        ("instant", Finality.instant), ("{depth: 200}", .depth(200)), ("{tag: finalized}", .tag),
    ])
    func `finality is a tag, a depth or instant`(_ text: String, _ finality: Finality) throws {
        let spec = try ChainSpec(good.replacing("{tag: finalized}", with: text), file: "f")
        #expect(spec.rules.finality == finality)
    }

    @Test func `an operator's policy replaces the file's and nothing else`() throws {
        let spec = try ChainSpec(good, file: "polygon.yaml")
        let own = try spec.with(
            policy: StrictValue(parsing: "[{below: \"5\", depth: 1}, {depth: 9}]", file: "config.yaml"))
        #expect(own.rules.policy.rules.map(\.requirement.depth) == [1, 9])
        #expect(own.rules.policy.rules.map(\.requirement.rule) == ["below 5", "every deposit"])
        #expect(own.rules.assets == spec.rules.assets && own.rules.finality == spec.rules.finality)
        #expect(own.id == spec.id && own.reorgWindow == spec.reorgWindow && own.proof == spec.proof)
        let error = #expect(throws: ConfigError.self) {
            try spec.with(policy: StrictValue(parsing: "\n- {asset: BTC, depth: 1}", file: "config.yaml"))
        }
        #expect(
            error.map { "\($0)" } == "config.yaml:2: [0].asset: asset BTC is not listed in this chain's file")
    }
}
