import ChainKit
import DepositCore
import DepositEngine
import DepositStore
import DepositTestKit
import Testing

/// Deposits on a chain whose later blocks commit to what a block did: found at once, confirmed once proven.
@Suite struct SettledDepositTests {
    private static let token = AssetID("TOK")

    private static func coin(_ world: SettlingWorld, _ name: String = "coin") -> TestChain.Payment {
        .init(name, to: world.alice, amount: 5)
    }

    private static func tokens(_ world: SettlingWorld, _ name: String = "tokens") -> TestChain.Payment {
        .init(name, to: world.alice, amount: 7, asset: token)
    }

    @Test func `a block that commits to its own receipts confirms at once`() async throws {
        var world = try await SettlingWorld()
        try world.chain.undo(1)
        try world.chain.mine(Self.coin(world))
        try await world.rest()
        #expect(world.told == ["detected ETH", "confirmed ETH", "finalized ETH"])
    }

    @Test(arguments: [1, 2, 3])
    func `a deposit is confirmed by the block that settles its own`(agree: Int) async throws {
        var world = try await SettlingWorld(nodes: Array(["a", "b", "c"].prefix(agree)), agree: agree)
        try world.chain.mine(Self.coin(world))
        try world.chain.mine(Self.tokens(world))
        try await world.rest()
        #expect(world.told == ["detected ETH", "detected TOK"])
        try world.chain.mine(count: 1)
        try await world.rest()
        #expect(Array(world.told.dropFirst(2)) == ["confirmed ETH", "finalized ETH"])
        try world.chain.mine(count: 1)
        try await world.rest()
        #expect(world.told.count == 4)
        try world.chain.mine(count: 1)
        try await world.rest()
        #expect(Array(world.told.dropFirst(4)) == ["confirmed TOK", "finalized TOK"])
    }

    @Test func `a catch-up over hundreds of blocks confirms all of them and waits at its end alone`()
        async throws
    {
        var world = try await SettlingWorld()
        for number in 3...300 { try world.chain.mine(Self.coin(world, "\(number)")) }
        try await world.rest()
        #expect(world.told.count { $0 == "confirmed ETH" } == 295)
        #expect(world.told.count { $0 == "detected ETH" } == 298)
        // Once when they are scanned and once when they are proven; those that prove themselves once.
        let asked = world.nodes[0].asked("eth_getBlockReceipts")
        #expect(asked <= 2 * 300, "each block's receipts are asked for \(asked) times in all")
    }

    @Test func `a chain begun in the middle of a list proves it with the blocks below`() async throws {
        var world = try await SettlingWorld(from: 5)
        for number in 3...5 { try world.chain.mine(Self.coin(world, "\(number)")) }
        try world.chain.mine(count: 2)
        try await world.rest()
        #expect(world.told == ["detected ETH", "confirmed ETH", "finalized ETH"])
    }

    @Test(arguments: [1, 2])
    func `what a node hides in receipts that are not proven yet is found when they are`(
        agree: Int
    ) async throws {
        var world = try await SettlingWorld(nodes: ["a", "b", "c"], agree: agree)
        try await world.rest()
        world.nodes[0].inflict(.droppedLog)
        try world.chain.mine(Self.tokens(world))
        try await world.rest()
        #expect(world.told.isEmpty)
        try world.chain.mine(count: 2)
        try await world.rest()
        // Whoever settles it is asked for the receipts from another node, and this one's do not hold.
        #expect(world.told == ["detected TOK", "confirmed TOK", "finalized TOK"])
    }

    @Test func `what a node invents there is never confirmed, and goes when it is proven`() async throws {
        var world = try await SettlingWorld(nodes: ["a", "b"])
        try await world.rest()
        world.nodes[0].inflict(.flippedStatus)
        try world.chain.mine(.init("failed", to: world.alice, amount: 5, succeeds: false))
        try await world.rest()
        #expect(world.told == ["detected ETH"])
        try world.chain.mine(count: 2)
        try await world.rest()
        #expect(world.told == ["detected ETH", "orphaned ETH"])
    }

    @Test func `the node that invented it is named`() async throws {
        let chain = try TestChain(settledSince: 3)
        let nodes = [chain.node("a"), chain.node("b")]
        let alice = try chain.address(1)
        let daemon = try await TestDaemon(chain, nodes: nodes, watching: [alice])
        try await daemon.running {
            try chain.mine(count: 2)
            #expect(try await daemon.reachesHead())
            nodes[0].inflict(.flippedStatus)
            try chain.mine(.init("failed", to: alice, amount: 5, succeeds: false))
            #expect(try await daemon.reachesHead())
            try chain.mine(count: 2)
            let isNamed = await daemon.clock.steps(atMost: 200) {
                daemon.nodes[0].complaint?.contains("block 3 as it was scanned") == true
            }
            #expect(isNamed, "\(daemon.nodes)")
        }
    }

    @Test func `one lying node alone is found out, told of, and confirms nothing until it tells the truth`()
        async throws
    {
        var world = try await SettlingWorld()
        try await world.rest()
        world.nodes[0].inflict(.droppedLog)
        try world.chain.mine(Self.coin(world), Self.tokens(world))
        try world.chain.mine(count: 3)
        try await world.rest()
        #expect(world.told == ["detected ETH", "chain.disagreed"])
        let hold = try #require(try await world.look().hold)
        #expect(hold.isDisagreement && hold.block.height == 3)
        #expect(hold.reason.contains("receipts root of block 5 over the blocks that it settles (3)"))
        world.nodes[0].cure()
        world.wait(seconds: 20)
        try await world.rest()
        #expect(
            Set(world.told) == [
                "detected ETH", "chain.disagreed", "chain.agreed", "detected TOK", "confirmed ETH",
                "finalized ETH", "confirmed TOK", "finalized TOK",
            ])
    }

    @Test(arguments: [NodeFault.nullAnswer, .emptyList])
    func `a block that is not carried out yet waits with words and blames nobody`(habit: NodeFault)
        async throws
    {
        var world = try await SettlingWorld()
        try await world.rest()
        world.nodes[0].inflict(habit, on: "eth_getBlockReceipts")
        try world.chain.mine(Self.coin(world))
        let turn = try await world.look()
        #expect(turn.wait?.contains("has not yet carried out block 3") == true)
        #expect(
            try await world.store.openChain(world.chain.chain.spec.id, window: 64).headers.tip?.height == 2)
        world.nodes[0].cure()
        try world.chain.mine(count: 2)
        try await world.rest()
        #expect(world.told == ["detected ETH", "confirmed ETH", "finalized ETH"])
    }

    @Test func `a restart between finding and proving loses and doubles nothing`() async throws {
        var world = try await SettlingWorld()
        try world.chain.mine(Self.coin(world))
        try await world.rest()
        try await world.restart()
        try await world.rest()
        #expect(world.told == ["detected ETH"])
        try world.chain.mine(count: 1)
        try await world.restart()
        try await world.rest()
        try await world.restart()
        try world.chain.mine(count: 1)
        try await world.rest()
        #expect(world.told == ["detected ETH", "confirmed ETH", "finalized ETH"])
    }

    @Test func `what was hidden before a restart is still looked for after it`() async throws {
        var world = try await SettlingWorld(nodes: ["a", "b"])
        world.nodes[0].inflict(.droppedLog)
        try world.chain.mine(Self.tokens(world))
        try await world.rest()
        try await world.restart()
        world.nodes[0].cure()
        try world.chain.mine(count: 200)
        try await world.rest()
        #expect(world.told == ["detected TOK", "confirmed TOK", "finalized TOK"])
    }

    @Test
    func `an unagreed branch that is left leaves nothing behind, and the next one is proven by its own`()
        async throws
    {
        var world = try await SettlingWorld(nodes: ["a", "b", "c"], agree: 2)
        try await world.rest()
        try world.chain.fork("b", depth: 0)
        try world.chain.mine(Self.coin(world, "elsewhere"), on: "b")
        world.nodes[0].inflict(.otherFork(branch: "b"))
        try world.chain.mine(Self.tokens(world))
        try await world.rest()
        world.nodes[0].cure()
        world.wait(seconds: 60)
        try world.chain.mine(count: 2)
        for _ in 0..<10 {
            world.wait(seconds: 10)
            try await world.rest()
        }
        #expect(world.told.suffix(3) == ["detected TOK", "confirmed TOK", "finalized TOK"])
        #expect(!world.told.contains("confirmed ETH"))
    }

    @Test func `blocks that an operator takes back are proven again`() async throws {
        var world = try await SettlingWorld()
        try world.chain.mine(Self.coin(world))
        try world.chain.mine(count: 4)
        try await world.rest()
        let id = world.chain.chain.spec.id
        #expect(try await world.store.unproven(on: id) == 6)
        let tip = try #require(try await world.store.openChain(id, window: 64).headers.tip)
        let change = Settlement.unsettle(
            tip, known: [], rules: world.chain.chain.spec.rules,
            view: ChainView(tip: tip.block, finalized: nil), now: world.clock.now)
        try await world.store.commit(change, scannedWith: nil, now: world.clock.now)
        #expect(try await world.store.unproven(on: id) == 1)
        try await world.restart()
        try world.chain.mine(count: 1)
        try await world.rest()
        #expect(try await world.store.unproven(on: id) == 6)
        #expect(world.told.count == 3)
    }

    @Test func `a late address is looked for in proven blocks, also where the list begins below`()
        async throws
    {
        var world = try await SettlingWorld()
        for number in 3...8 {
            try world.chain.mine(.init("\(number)", to: world.bob, amount: 5))
        }
        try world.chain.mine(count: 3)
        try await world.rest()
        #expect(world.told.isEmpty)
        world.nodes[0].inflict(.flippedStatus)
        try await world.issue(world.bob, from: 5)
        await #expect(throws: (any Error).self) { try await world.rest() }
        #expect(world.told.isEmpty)
        world.nodes[0].cure()
        try await world.rest()
        #expect(world.told.count { $0 == "detected ETH" } == 4)
        #expect(world.told.count { $0 == "confirmed ETH" } == 4)
    }

    @Test func `an audit proves old blocks by later ones and compares the newest as they are shown`()
        async throws
    {
        var world = try await SettlingWorld()
        for number in 3...8 { try world.chain.mine(Self.coin(world, "\(number)")) }
        try await world.rest()
        #expect(try await audit(world, 1...8) == [])
        world.nodes[0].inflict(.droppedLog)
        #expect(try await audit(world, 1...8) == [])
        world.nodes[0].cure()
        world.nodes[0].inflict(.flippedStatus)
        await #expect(throws: AuditError.self) { try await audit(world, 5...8) }
    }

    private func audit(_ world: SettlingWorld, _ heights: ClosedRange<Height>) async throws -> [String] {
        let chain = world.chain.chain
        var audit = Audit(
            chain.spec, store: world.store,
            nodes: world.nodes.map { ChainNode(name: $0.name, adapter: chain.adapter(on: $0.node)) },
            settlesLater: chain.settlesLater, clock: world.clock)
        var words: [String] = []
        try await audit.run(heights) { news in words += [news.words].compactMap(\.self) }
        return words
    }
}
