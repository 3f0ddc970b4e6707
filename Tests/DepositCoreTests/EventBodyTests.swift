@testable internal import DepositCore
internal import Testing

@Suite struct EventBodyTests {
    @Test func `a confirmed deposit's event has exactly these bytes`() {
        let asset = Asset(
            id: AssetID("USDT"), contract: "0xdac17f958d2ee523a2206206994597c13d831ec7", decimals: 6,
            minimum: .zero)
        let requirement = Requirement(depth: 12, finality: false, rule: "below 1000 USDT")
        let rules = ChainRules(
            chain: ChainID("ethereum"), assets: [asset], finality: .tag,
            policy: policy([Rule(asset: nil, below: nil, requirement: requirement)]))
        let transfer = Transfer(
            transaction: TransactionID("0xaa"), position: Position("log:0"), asset: asset.id,
            amount: Amount(12_500_000), to: Address(key: [1], text: "0xbb"), from: ["0xcc"])
        let place = BlockRef(
            height: 21_000_000, hash: BlockHash("0xdd"), time: Timestamp(seconds: 1_795_227_163))
        let tip = BlockRef(
            height: 21_000_011, hash: BlockHash("0xee"), time: Timestamp(seconds: 1_795_227_300))
        let change = Settlement.settle(
            [Incoming(transfer, on: rules.chain, label: "user-42")], in: place, move: .stay, known: [],
            rules: rules,
            view: ChainView(tip: tip, finalized: nil), now: Timestamp(seconds: 1_795_227_307))
        let golden =
            #"{"type":"deposit.confirmed","timestamp":"2026-11-21T02:15:07Z","#
            + #""data":{"id":"dep_sgaegsq4fndlbbmeqbwx5y3jz7","sequence":2,"status":"confirmed","#
            + #""chain":"ethereum","asset":"USDT","contract":"0xdac17f958d2ee523a2206206994597c13d831ec7","#
            + #""amount":"12500000","decimals":6,"address":"0xbb","memo":null,"label":"user-42","#
            + #""transaction":"0xaa","position":"log:0","from":["0xcc"],"#
            + #""block":{"height":21000000,"hash":"0xdd","time":"2026-11-21T02:12:43Z"},"confirmations":12,"#
            + #""required":{"depth":12,"rule":"below 1000 USDT"},"displaced_block":null,"reason":null}}"#
        #expect(change.events.map(\.type) == [.depositDetected, .depositConfirmed])
        #expect(change.events.last?.body == golden)
    }

    @Test(arguments: [
        (Requirement(depth: 3, finality: false, rule: "r"), #""required":{"depth":3,"rule":"r"}"#),
        (
            Requirement(depth: nil, finality: true, rule: "r"),
            #""required":{"finality":"finalized","rule":"r"}"#
        ),
        (
            Requirement(depth: 3, finality: true, rule: "every \"x\""),
            #""required":{"depth":3,"finality":"finalized","rule":"every \"x\""}"#
        ),
    ])
    func `an event says what the deposit needs and why`(_ requirement: Requirement, _ written: String) {
        var world = World(requirement)
        world.connect(header(100), [transfer()])
        #expect(world.events[0].body.contains(written))
    }

    @Test func `the chain's own coin has no contract, and a memo is shown`() {
        var world = World(depth(9))
        let memo = Transfer(
            transaction: TransactionID("t"), position: Position("output:0"), asset: coin.id,
            amount: Amount(1), to: Address(key: [1], text: "rAddress", memo: "1234567"), from: [])
        world.connect(header(100), [memo])
        #expect(world.events[0].body.contains(#""asset":"ETH","contract":null,"amount":"1","decimals":18"#))
        #expect(world.events[0].body.contains(#""address":"rAddress","memo":"1234567""#))
        #expect(world.events[0].body.contains(#""from":[],"#))
    }

    @Test func `a chain's and a callback's events have exactly these bytes`() {
        let halted = Event.halted(
            ChainID("ethereum"), at: block(100, time: 0), reason: "too deep", occurrence: 2, now: now)
        #expect(
            halted.body
                == #"{"type":"chain.halted","timestamp":"2026-11-21T02:15:07Z","data":{"chain":"ethereum","#
                + #""block":{"height":100,"hash":"a100","time":"1970-01-01T00:00:00Z"},"reason":"too deep","#
                + #""occurrence":2}}"#)
        let exhausted = Event.exhausted(
            callback: "ledger", event: EventID("evt_x"), chain: ChainID("ethereum"), attempts: 10,
            lastError: "HTTP 500", now: now)
        #expect(
            exhausted.body == #"{"type":"callback.exhausted","timestamp":"2026-11-21T02:15:07Z","#
                + #""data":{"callback":"ledger","event":"evt_x","chain":"ethereum","attempts":10,"#
                + #""reason":"HTTP 500"}}"#)
        let paused = Event.paused(
            callback: "ledger", with: ChainID("ethereum"), reason: "it answered 410", occurrence: 1, now: now)
        #expect(
            paused.body == #"{"type":"callback.paused","timestamp":"2026-11-21T02:15:07Z","#
                + #""data":{"callback":"ledger","reason":"it answered 410","occurrence":1}}"#)
        let resumed = Event.resumed(
            callback: "ledger", with: ChainID("ethereum"), occurrence: 1, now: now)
        #expect(
            resumed.body == #"{"type":"callback.resumed","timestamp":"2026-11-21T02:15:07Z","#
                + #""data":{"callback":"ledger","occurrence":1}}"#)
        #expect(paused.id != resumed.id)
    }
}
