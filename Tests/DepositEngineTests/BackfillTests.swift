import DepositCore
import DepositTestKit
import Testing

@Suite struct BackfillTests {
    @Test func `an address issued late is scanned back to its height, and nothing twice`() async throws {
        var world = try await World()
        world.chain.mine(.init("old", to: "bob"))
        world.chain.mine(.init("t1", to: "alice"))
        world.chain.mine(.init("t2", to: "bob"))
        world.chain.mine(count: 4)
        try await world.rest()
        try await world.issue(["bob"], from: 2)
        try await world.rest()
        #expect(world.told.filter { $0.contains("t2") } == ["detected t2 in 3a", "confirmed t2 in 3a"])
        #expect(!world.told.contains { $0.contains("old") })
        world.chain.mine(.init("t3", to: "bob"))
        try await world.rest()
        #expect(world.told.filter { $0.contains("t3") } == ["detected t3 in 8a"])
        #expect(world.told.filter { $0.contains("t1") }.count == 2)
    }

    @Test func `an address stored while a block was in flight is looked for in that block`() async throws {
        var world = try await World()
        try await world.rest()
        // The block is scanned with a watchlist that does not know bob yet, and committed after he was stored.
        try await world.issueUnwatched(["bob"])
        world.chain.mine(.init("t1", to: "bob"))
        try await world.rest()
        #expect(world.told == ["detected t1 in 1a"])
    }

    @Test func `a reorg in the middle of a backfill leaves no hole and no ghost`() async throws {
        var world = try await World()
        world.chain.mine(.init("t1", to: "bob"))
        world.chain.mine(.init("t2", to: "bob"))
        world.chain.mine(count: 2)
        try await world.rest()
        try await world.issue(["bob"], from: 0)
        world.chain.undo(3)
        world.chain.mine(.init("t3", to: "bob"), branch: "b")
        world.chain.mine(count: 3, branch: "b")
        try await world.rest()
        let last = Dictionary(world.told.map { ($0.split(separator: " ")[1], $0) }) { $1 }
        #expect(last["t1"] == "confirmed t1 in 1a")
        #expect(last["t3"] == "confirmed t3 in 2b")
        #expect(last["t2"].map { $0.hasPrefix("orphaned") || $0.hasPrefix("reversed") } ?? true)
    }

    @Test func `an address looked for in blocks that no node keeps holds up no other`() async throws {
        var world = try await World()
        world.chain.mine(count: 14)
        world.chain.mine(.init("t1", to: "carol"))
        world.chain.mine(.init("t2", to: "bob"))
        world.chain.mine(count: 20)
        try await world.rest()
        world.chain.prune(below: 10)
        try await world.issue(["bob"], from: 2)
        try await world.issue(["carol"], from: 12)
        try await world.rest()
        #expect(world.told == ["detected t1 in 15a", "confirmed t1 in 15a"])
        world.chain.prune(below: 0)
        try await world.rest()
        #expect(world.told.suffix(2) == ["detected t2 in 16a", "confirmed t2 in 16a"])
    }
}
