@testable internal import DepositCore
internal import Testing

@Suite struct SettleTests {
    @Test func `a deposit is detected, then confirmed, then final`() {
        var world = World(depth(3), finality: .depth(5))
        for height in 100...106 as ClosedRange<UInt32> {
            world.connect(header(height), height == 100 ? [transfer()] : [])
            let expected: Status = height < 102 ? .detected : height < 104 ? .confirmed : .finalized
            #expect(world.only?.state.status == expected)
        }
        #expect(world.types == ["deposit.detected", "deposit.confirmed", "deposit.finalized"])
        #expect(world.only?.sequence == 3)
        #expect(world.only?.block == block(100))
    }

    @Test func `on an instant chain one block detects, confirms and finalizes`() {
        var world = World(Requirement(depth: nil, finality: true, rule: ""), finality: .instant)
        let change = world.connect(header(100), [transfer()])
        #expect(change.events.map(\.type) == [.depositDetected, .depositConfirmed, .depositFinalized])
        #expect(
            change.events.map(\.subject)
                == (1...3).map { number in
                    .deposit(change.deposits[0].id, sequence: number)
                })
        #expect(change.deposits.map(\.state) == [.finalized(in: block(100))])
        #expect(change.deposits.map(\.sequence) == [3])
        #expect(change.finalized == block(100))
        #expect(change.move == .connect(header(100)))
    }

    @Test func `the same block settled twice changes nothing the second time`() {
        var world = World(depth(2))
        world.connect(header(100), [transfer("t1"), transfer("t2")])
        let view = ChainView(tip: block(100), finalized: nil)
        let again = Settlement.settle(
            [
                Incoming(transfer("t1"), on: world.rules.chain, label: nil),
                Incoming(transfer("t2"), on: world.rules.chain, label: nil),
            ], in: block(100),
            move: .stay, known: Array(world.deposits.values), rules: world.rules, view: view, now: now)
        #expect(again.deposits.isEmpty && again.events.isEmpty)
    }

    @Test func `a transfer reported twice in one block is one deposit with one event`() {
        var world = World(depth(2))
        world.connect(header(100), [transfer(amount: 1_000_000), transfer(amount: 9_000_000)])
        #expect(world.only?.transfer.amount == Amount(1_000_000 as UInt64))
        #expect(world.types == ["deposit.detected"])
    }

    @Test func `what stands in a block is not moved by another block that claims it too`() {
        var world = World(depth(5))
        world.connect(header(100), [transfer(amount: 1_000_000)])
        let change = world.connect(header(101), [transfer(amount: 9_000_000)])
        #expect(change.deposits.isEmpty && change.events.isEmpty)
        #expect(world.only?.block == block(100))
        #expect(world.only?.transfer.amount == Amount(1_000_000 as UInt64))
    }

    @Test func `unlisted assets and zero amounts leave no trace`() {
        var world = World(depth(1))
        let change = world.connect(
            header(100), [transfer("t1", asset: AssetID("FAKE")), transfer("t2", amount: 0)])
        #expect(change.deposits.isEmpty && change.events.isEmpty)
    }

    @Test(arguments: [(9_999, true), (10_000, false)] as [(UInt64, Bool)])
    func `below its asset's minimum a deposit is recorded without an event`(
        _ amount: UInt64, _ isSilent: Bool
    ) {
        var world = World(depth(2), finality: .depth(3))
        for height in 100...105 as ClosedRange<UInt32> {
            world.connect(header(height), height == 100 ? [transfer(amount: amount)] : [])
        }
        #expect(world.only?.state == .finalized(in: block(100)))
        #expect(world.events.isEmpty == isSilent)
        #expect(world.only?.sequence == (isSilent ? 0 : 3))
    }

    @Test func `a doubtful transfer is under review and is not confirmed however deep it lies`() {
        var world = World(depth(1), finality: .depth(2))
        world.connect(header(100), [transfer(doubt: .memoMissing)])
        for next in headers(101...110) { world.connect(next) }
        #expect(world.types == ["deposit.review"])
        #expect(world.events[0].body.contains(#""reason":"memo missing""#))
        #expect(world.only?.state == .review(.memoMissing, in: block(100)))
    }

    @Test func `a final block does not make a deposit final before it is confirmed`() {
        var world = World(depth(10), finality: .depth(2))
        world.connect(header(100), [transfer()])
        for next in headers(101...108) { world.connect(next) }
        #expect(world.types == ["deposit.detected"])
        world.connect(header(109))
        #expect(world.types == ["deposit.detected", "deposit.confirmed", "deposit.finalized"])
    }

    @Test func `finality that advances under a standing tip confirms and finalizes`() {
        var world = World(Requirement(depth: nil, finality: true, rule: ""), finality: .tag)
        world.connect(header(100), [transfer()])
        for next in headers(101...105) { world.connect(next) }
        #expect(world.types == ["deposit.detected"])
        let change = world.finalize(block(102))
        #expect(change.move == .stay)
        #expect(change.finalized == block(102))
        #expect(world.types == ["deposit.detected", "deposit.confirmed", "deposit.finalized"])
    }

    @Test func `a block scanned late settles under the present tip at once`() {
        let world = World(depth(3))
        let change = Settlement.settle(
            [Incoming(transfer(), on: world.rules.chain, label: nil)], in: block(50), move: .stay, known: [],
            rules: world.rules,
            view: ChainView(tip: block(200), finalized: block(101)), now: now)
        #expect(change.events.map(\.type) == [.depositDetected, .depositConfirmed, .depositFinalized])
    }

    @Test func `events come in the order of transfers, then decisions by height`() {
        var world = World(depth(2))
        world.connect(header(100), [transfer("t9"), transfer("t1")])
        let change = world.connect(header(101), [transfer("t5"), transfer("t3")])
        #expect(
            change.events.map(\.type) == [
                .depositDetected, .depositDetected, .depositConfirmed, .depositConfirmed,
            ])
        let told = change.events.compactMap { event in
            ["t1", "t3", "t5", "t9"].first { event.body.contains(#""transaction":"\#($0)""#) }
        }
        #expect(told[...1] == ["t5", "t3"])
        #expect(Set(told[2...]) == ["t1", "t9"])
    }

    @Test func `the order in which the store hands out deposits does not matter`() {
        let found = (0..<20).map { Incoming(transfer("t\($0)"), on: rules(depth(2)).chain, label: nil) }
        let start = Settlement.settle(
            found, in: block(100), move: .stay, known: [], rules: rules(depth(2)),
            view: ChainView(tip: block(100), finalized: nil), now: now)
        let view = ChainView(tip: block(101), finalized: nil)
        let one = Settlement.settle(known: start.deposits, rules: rules(depth(2)), view: view, now: now)
        let two = Settlement.settle(
            known: start.deposits.reversed(), rules: rules(depth(2)), view: view, now: now)
        #expect(one == two)
        #expect(one.events.count == 20)
    }

    @Test func `a block that names one place twice is no block`() {
        let twice = [transfer("t1", "log:0"), transfer("t1", "log:0", amount: 9)]
        #expect(Block(header: header(1), transfers: twice) == nil)
        let ordinary = [transfer("t1", "log:0"), transfer("t1", "log:1"), transfer("t2", "log:0")]
        #expect(Block(header: header(1), transfers: ordinary) != nil)
    }
}
