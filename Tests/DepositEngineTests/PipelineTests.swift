import ChainKit
import DepositCore
import DepositEngine
import DepositStore
import DepositTestKit
import NodeRPC
import Testing

@Suite struct PipelineTests {
    @Test func `a deposit is detected, counts up and is confirmed at its depth`() async throws {
        var world = try await World()
        world.chain.mine(.init("t1", to: "alice"))
        try await world.rest()
        #expect(world.told == ["detected t1 in 1a"])
        world.chain.mine()
        try await world.rest()
        #expect(world.told == ["detected t1 in 1a"])
        world.chain.mine()
        try await world.rest()
        #expect(world.told == ["detected t1 in 1a", "confirmed t1 in 1a"])
    }

    @Test func `a payment to an address that nobody issued is no deposit`() async throws {
        var world = try await World()
        world.chain.mine(.init("t1", to: "mallory"))
        try await world.rest()
        #expect(world.told.isEmpty)
    }

    @Test func `a deposit that leaves the chain is orphaned, and mined elsewhere it is the same deposit`()
        async throws
    {
        var world = try await World()
        world.chain.mine(.init("t1", to: "alice"))
        try await world.rest()
        world.chain.undo(1)
        world.chain.mine(branch: "b")
        world.chain.mine(.init("t1", to: "alice"), branch: "b")
        try await world.rest()
        #expect(world.told == ["detected t1 in 1a", "orphaned t1 from 1a", "detected t1 in 2b"])
        #expect(Set(world.deposits).count == 1)
    }

    @Test func `a confirmed deposit that leaves the chain is reversed`() async throws {
        var world = try await World()
        world.chain.mine(.init("t1", to: "alice"))
        world.chain.mine(count: 2)
        try await world.rest()
        world.chain.undo(3)
        world.chain.mine(count: 4, branch: "b")
        try await world.rest()
        #expect(world.told == ["detected t1 in 1a", "confirmed t1 in 1a", "reversed t1 from 1a"])
    }

    @Test func `a fork is followed once it is as high as what was agreed`() async throws {
        var world = try await World()
        world.chain.mine(.init("t1", to: "alice"))
        world.chain.mine()
        try await world.rest()
        world.chain.undo(2)
        world.chain.mine(branch: "b")
        try await world.rest()
        #expect(try await world.tip == BlockHash("2a"), "an old fork takes nothing back")
        world.chain.mine(branch: "b")
        try await world.rest()
        #expect(world.told.last == "orphaned t1 from 1a")
        #expect(try await world.tip == BlockHash("2b"))
    }

    @Test func `a node that only lags changes nothing`() async throws {
        var world = try await World()
        world.chain.mine(.init("t1", to: "alice"))
        world.chain.mine(count: 3)
        try await world.rest()
        let before = world.told
        world.chain.undo(2)
        try await world.rest()
        #expect(world.told == before)
        #expect(try await world.tip == BlockHash("4a"))
    }

    @Test func `a deposit is final when its block is, and not when a lower one is`() async throws {
        var world = try await World()
        world.chain.mine(.init("t1", to: "alice"))
        world.chain.mine(count: 3)
        world.chain.finalize(0)
        try await world.rest()
        #expect(world.told.last == "confirmed t1 in 1a")
        world.chain.finalize(1)
        try await world.rest()
        #expect(world.told.last == "finalized t1 in 1a")
    }

    @Test(arguments: [false, true])
    func `a reorg deeper than the window halts before anything is undone`(byFinality: Bool) async throws {
        var world = try await World()
        world.chain.mine(.init("t1", to: "alice"))
        world.chain.mine(count: byFinality ? 4 : 13)
        if byFinality { world.chain.finalize(3) }
        try await world.rest()
        let before = world.told
        let tip = try await world.tip
        world.chain.finalize(nil)
        world.chain.undo(byFinality ? 4 : 13)
        world.chain.mine(count: 14, branch: "b")
        try await world.rest()
        #expect(world.told == before + ["chain.halted"])
        #expect(try await world.tip == tip)
        #expect(world.isHalted)
    }

    @Test func `a block is never scanned when its body cannot be had`() async throws {
        var world = try await World()
        world.chain.mine(.init("t1", to: "alice"))
        world.chain.fail(with: .missing("block 1a"))
        await #expect(throws: NodeError.self) { try await world.rest() }
        world.chain.fail(with: nil)
        try await world.rest()
        #expect(world.told == ["detected t1 in 1a"])
    }

    @Test func `a stop between any two turns of a reorg changes nothing about what is told`() async throws {
        func story(restarting: Bool) async throws -> [String] {
            var world = try await World(restarting: restarting)
            world.chain.mine(.init("t1", to: "alice"))
            world.chain.mine(.init("t2", to: "alice"))
            world.chain.mine(count: 3)
            try await world.rest()
            world.chain.undo(4)
            world.chain.mine(.init("t2", to: "alice"), branch: "b")
            world.chain.mine(.init("t3", to: "alice"), branch: "b")
            world.chain.mine(count: 5, branch: "b")
            try await world.rest()
            return world.told
        }
        let plain = try await story(restarting: false)
        #expect(plain.count > 6)
        #expect(try await story(restarting: true) == plain)
    }
}
