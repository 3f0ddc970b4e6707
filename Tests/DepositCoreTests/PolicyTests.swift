@testable internal import DepositCore
internal import DepositTestKit
internal import Testing

private func rule(_ asset: String?, below: String?, _ depth: UInt64) -> Rule {
    Rule(
        asset: asset.map { AssetID($0) }, below: below.flatMap { WholeAmount($0) },
        requirement: Requirement(depth: depth, finality: false, rule: "\(depth)"))
}

private func view(_ tip: UInt32, final: UInt32? = nil, tipTime: Int64? = nil, finalTime: Int64? = nil)
    -> ChainView
{
    ChainView(tip: block(tip, time: tipTime), finalized: final.map { block($0, time: finalTime) })
}

@Suite struct PolicyTests {
    @Test func `a policy whose last rule does not match everything is no policy`() {
        #expect(Policy(rules: []) == nil)
        #expect(Policy(rules: [rule("USDT", below: nil, 1)]) == nil)
        #expect(Policy(rules: [rule(nil, below: "1", 1)]) == nil)
        #expect(Policy(rules: [rule(nil, below: nil, 1), rule("USDT", below: nil, 1)]) == nil)
        #expect(Policy(rules: [rule("USDT", below: "1", 1), rule(nil, below: nil, 2)]) != nil)
    }

    /// USDT has 6 decimals, ETH 18.
    @Test(
        arguments: [
            ("USDT", 999_999_999, 1), ("USDT", 1_000_000_000, 2), ("USDT", 1_000_000_001, 2),
            ("ETH", 999_999_999_999_999_999, 3), ("ETH", 1_000_000_000_000_000_000, 4), ("USDT", 0, 1),
        ] as [(String, UInt64, UInt64)])
    func `the first rule that matches decides`(_ asset: String, _ amount: UInt64, _ required: UInt64) {
        let rules = policy([
            rule("USDT", below: "1000", 1), rule("USDT", below: nil, 2), rule(nil, below: "1", 3),
            rule(nil, below: nil, 4), rule(nil, below: nil, 5),
        ])
        let found = transfer(amount: amount, asset: AssetID(asset))
        #expect(rules.requirement(for: found, of: asset == "ETH" ? coin : token).depth == required)
    }

    @Test func `a limit finer than the asset matches nothing, so that a later rule decides`() {
        let rules = policy([rule(nil, below: "0.0000001", 1), rule(nil, below: nil, 9)])
        #expect(rules.requirement(for: transfer(amount: 0), of: token).depth == 9)
        #expect(rules.requirement(for: transfer(amount: 1, asset: coin.id), of: coin).depth == 1)
    }

    @Test(arguments: [(99, false), (100, false), (110, false), (111, true), (112, true)] as [(UInt32, Bool)])
    func `depth counts the deposit's own block`(_ tip: UInt32, _ isMet: Bool) {
        #expect(depth(12).isMet(in: block(100), maturity: 1, under: view(tip)) == isMet)
    }

    @Test(arguments: [(198, false), (199, true)] as [(UInt32, Bool)])
    func `an immature output waits for its maturity, whatever the depth`(_ tip: UInt32, _ isMet: Bool) {
        #expect(depth(1).isMet(in: block(100), maturity: 100, under: view(tip, final: 190)) == isMet)
        let finality = Requirement(depth: nil, finality: true, rule: "")
        #expect(finality.isMet(in: block(100), maturity: 100, under: view(tip, final: 190)) == isMet)
    }

    @Test(arguments: [(nil, false), (99, false), (100, true), (105, true)] as [(UInt32?, Bool)])
    func `finality needs the block to be final`(_ final: UInt32?, _ isMet: Bool) {
        let finality = Requirement(depth: nil, finality: true, rule: "")
        #expect(finality.isMet(in: block(100), maturity: 1, under: view(900, final: final)) == isMet)
    }

    @Test(
        arguments: [
            (110, 100, false), (111, 99, false), (111, nil, false), (111, 100, true),
        ] as [(UInt32, UInt32?, Bool)])
    func `with depth and finality both must hold`(_ tip: UInt32, _ final: UInt32?, _ isMet: Bool) {
        let both = Requirement(depth: 12, finality: true, rule: "")
        #expect(both.isMet(in: block(100), maturity: 1, under: view(tip, final: final)) == isMet)
    }

    /// Block 100; stalled for 1,800 s; or 96 confirmations.
    @Test(
        arguments: [
            (195, 10_000, 8_200, 50, true), (195, 10_000, 8_201, 50, false), (194, 10_000, 0, 50, false),
            (195, 10_000, 9_999, 100, true), (120, 10_000, 9_999, 100, true),
        ] as [(UInt32, Int64, Int64, UInt32, Bool)])
    func `depth stands in for finality once finality has stalled`(
        _ tip: UInt32, _ tipTime: Int64, _ finalTime: Int64, _ final: UInt32, _ isMet: Bool
    ) {
        let requirement = Requirement(
            depth: nil, finality: true, fallback: Requirement.Fallback(depth: 96, after: 1_800), rule: "")
        let view = view(tip, final: final, tipTime: tipTime, finalTime: finalTime)
        #expect(requirement.isMet(in: block(100, time: 5_000), maturity: 1, under: view) == isMet)
    }

    @Test(arguments: [(6_799, false), (6_800, true)] as [(Int64, Bool)])
    func `where nothing is final yet, the stall counts from the deposit's own block`(
        _ time: Int64, _ isMet: Bool
    ) {
        let requirement = Requirement(
            depth: nil, finality: true, fallback: Requirement.Fallback(depth: 96, after: 1_800), rule: "")
        let view = view(195, tipTime: time)
        #expect(requirement.isMet(in: block(100, time: 5_000), maturity: 1, under: view) == isMet)
    }

    @Test func `the depth of a rule holds beside its fallback too`() {
        let requirement = Requirement(
            depth: 50, finality: true, fallback: Requirement.Fallback(depth: 10, after: 0), rule: "")
        #expect(!requirement.isMet(in: block(100), maturity: 1, under: view(148)))
        #expect(requirement.isMet(in: block(100), maturity: 1, under: view(149)))
    }

    @Test func `no block's clock is too extreme to decide by`() {
        let requirement = Requirement(
            depth: nil, finality: true, fallback: Requirement.Fallback(depth: 1, after: 60), rule: "")
        let future = view(200, final: 50, tipTime: .max, finalTime: .min)
        #expect(requirement.isMet(in: block(100), maturity: 1, under: future))
        let past = view(200, final: 50, tipTime: .min, finalTime: .max)
        #expect(!requirement.isMet(in: block(100), maturity: 1, under: past))
        #expect(!requirement.isMet(in: block(100, time: .max), maturity: 1, under: view(200, tipTime: .min)))
    }
}

@Suite struct DueTests {
    @Test func `whatever may be confirmed has been due`() {
        var random = SeededRandom(seed: 1)
        var met = 0
        for _ in 0..<200_000 {
            let wantsDepth = Bool.random(using: &random)
            let finality = !wantsDepth || Bool.random(using: &random)
            let fallback = finality && Bool.random(using: &random)
            let requirement = Requirement(
                depth: wantsDepth ? UInt64.random(in: 1...30, using: &random) : nil, finality: finality,
                fallback: fallback
                    ? Requirement.Fallback(
                        depth: .random(in: 1...30, using: &random),
                        after: .random(in: 0...500, using: &random)) : nil,
                rule: "")
            let height = UInt32.random(in: 0...60, using: &random)
            let maturity = UInt64.random(in: 0...20, using: &random)
            let final = Bool.random(using: &random) ? UInt32.random(in: 0...100, using: &random) : nil
            let view = view(.random(in: 0...100, using: &random), final: final)
            guard requirement.isMet(in: block(height), maturity: maturity, under: view) else { continue }
            met += 1
            let due = requirement.due(at: block(height).height, maturity: maturity)
            #expect(due.isReached(under: view), "\(requirement) at \(height), maturity \(maturity), \(view)")
        }
        #expect(met > 20_000)
    }

    @Test func `a confirmed deposit is due when its block is final`() {
        var world = World(depth(1), finality: .tag)
        world.connect(header(100), [transfer()])
        #expect(world.only?.due == Due(tip: 100, final: 100, fallback: nil))
    }

    @Test func `what only a block can change is never due`() {
        for state in [
            Deposit.State.seen, .dropped, .finalized(in: block(1)), .orphaned(from: block(1)),
            .reversed(from: block(1)), .review(.memoMissing, in: block(1)),
        ] {
            let deposit = Deposit(
                id: DepositID("d"), chain: ChainID("c"), transfer: transfer(), label: nil,
                requirement: depth(1),
                isSilent: false, state: state, sequence: 1)
            #expect(deposit.due == nil)
        }
    }
}
