@testable internal import DepositCore
internal import Testing

@Suite struct ReorgTests {
    /// A deposit in block 100 with so many blocks above it, which are then undone down to and including 100.
    private func takenBack(after blocks: UInt32, _ requirement: Requirement = depth(3)) -> World {
        var world = World(requirement, finality: .tag)
        world.connect(header(99))
        world.connect(header(100), [transfer()])
        if blocks > 0 { for next in headers(101...(100 + blocks)) { world.connect(next) } }
        for _ in 0...blocks { world.disconnect() }
        return world
    }

    @Test func `unconfirmed, it is orphaned`() {
        let world = takenBack(after: 1)
        #expect(world.types == ["deposit.detected", "deposit.orphaned"])
        #expect(world.only?.state == .orphaned(from: block(100)))
        #expect(world.events[1].body.contains(#""displaced_block":{"height":100,"hash":"a100""#))
        #expect(world.events[1].body.contains(#""block":null"#))
        #expect(world.events[1].body.contains(#""confirmations":0"#))
    }

    @Test func `confirmed, it is reversed`() {
        let world = takenBack(after: 2)
        #expect(world.types == ["deposit.detected", "deposit.confirmed", "deposit.reversed"])
        #expect(world.only?.state == .reversed(from: block(100)))
    }

    @Test func `under review, it is orphaned`() {
        var world = World(depth(1))
        world.connect(header(100), [transfer(doubt: .memoUnknown)])
        world.disconnect()
        #expect(world.types == ["deposit.review", "deposit.orphaned"])
    }

    @Test func `mined again in the same place, it is the same deposit and goes on counting`() {
        var world = takenBack(after: 2)
        world.connect(header(100, "b", on: "a"), [transfer()])
        world.connect(header(101, "b"))
        world.connect(header(102, "b"))
        #expect(
            world.types == [
                "deposit.detected", "deposit.confirmed", "deposit.reversed", "deposit.detected",
                "deposit.confirmed",
            ])
        #expect(world.only?.sequence == 5)
        #expect(world.only?.block == block(100, "b"))
        #expect(Set(world.events.map(\.id)).count == 5)
    }

    @Test func `mined again elsewhere, it counts from its new block`() {
        var world = takenBack(after: 2)
        for height in 100...107 as ClosedRange<UInt32> {
            world.connect(
                header(height, "b", on: height == 100 ? "a" : nil), height == 105 ? [transfer()] : [])
            let expected: Status = height < 105 ? .reversed : height < 107 ? .detected : .confirmed
            #expect(world.only?.state.status == expected)
        }
    }

    @Test func `never mined again, it stays taken back and is told once`() {
        var world = takenBack(after: 2)
        world.connect(header(100, "b", on: "a"))
        for next in headers(101...200, "b") { world.connect(next) }
        world.finalize(block(200, "b"))
        #expect(world.types == ["deposit.detected", "deposit.confirmed", "deposit.reversed"])
    }

    @Test func `two forks that alternate give an event for each change and no id twice`() {
        var world = World(depth(1))
        world.connect(header(99))
        for round in 0..<5 {
            world.connect(header(100, round % 2 == 0 ? "b" : "c", on: "a"), [transfer()])
            world.disconnect()
        }
        #expect(world.events.count == 15)
        #expect(Set(world.events.map(\.id)).count == 15)
        #expect(world.only?.sequence == 15)
    }

    @Test func `mined again with another amount, the new amount counts and so does its rule`() {
        let strict = Requirement(depth: 30, finality: false, rule: "every deposit")
        let lenient = Requirement(depth: 1, finality: false, rule: "below 10 USDT")
        let rules = ChainRules(
            chain: ChainID("ethereum"), assets: [coin, token], finality: .depth(100),
            policy: policy([
                Rule(asset: token.id, below: WholeAmount("10"), requirement: lenient),
                Rule(asset: nil, below: nil, requirement: strict),
            ]))
        var world = World(rules)
        world.connect(header(99))
        world.connect(header(100), [transfer(amount: 9_000_000)])
        #expect(world.only?.state.status == .confirmed)
        world.disconnect()
        world.connect(header(100, "b", on: "a"), [transfer(amount: 5_000_000_000)])
        #expect(world.only?.state.status == .detected)
        #expect(world.only?.requirement == strict)
        #expect(world.events.last?.body.contains(#""amount":"5000000000""#) == true)
        #expect(world.events.last?.body.contains(#""required":{"depth":30,"rule":"every deposit"}"#) == true)
    }

    @Test func `what was silent speaks once it is mined again above the minimum, and the other way round`() {
        var world = World(depth(5))
        world.connect(header(99))
        world.connect(header(100), [transfer(amount: 1)])
        world.disconnect()
        #expect(world.events.isEmpty)
        world.connect(header(100, "b", on: "a"), [transfer(amount: 5_000_000)])
        #expect(world.types == ["deposit.detected"])
        #expect(world.only?.sequence == 1)
        world.disconnect()
        world.connect(header(100, "c", on: "a"), [transfer(amount: 1)])
        #expect(world.types == ["deposit.detected", "deposit.orphaned"])
        #expect(world.only?.state == .detected(in: block(100, "c")))
    }

    @Test func `mined again with its doubt gone, it is an ordinary deposit`() {
        var world = World(depth(5))
        world.connect(header(99))
        world.connect(header(100), [transfer(doubt: .memoMissing)])
        world.disconnect()
        world.connect(header(100, "b", on: "a"), [transfer()])
        #expect(world.types == ["deposit.review", "deposit.orphaned", "deposit.detected"])
    }

    @Test func `only deposits of the block that leaves are taken back`() {
        var world = World(depth(5))
        world.connect(header(100), [transfer("t1")])
        world.connect(header(101), [transfer("t2")])
        let change = Settlement.unsettle(
            header(101), known: Array(world.deposits.values), rules: world.rules,
            view: ChainView(tip: block(100), finalized: nil), now: now)
        #expect(change.deposits.map(\.transfer.transaction.text) == ["t2"])
        #expect(change.move == .disconnect(header(101)))
    }
}
