import ChainKit
import DepositCore
import DepositTestKit
import NodeRPC
import Testing

@testable import DepositEngine
@testable import DepositStore

@Suite struct SentinelTests {
    @Test func `recent headers are read again every five minutes, and not more often`() async throws {
        var patrol = try await Patrol(2)
        #expect(try await patrol.turn().reread == 0)
        patrol.clock.move(299)
        #expect(try await patrol.turn().reread == 0)
        patrol.clock.move(1)
        #expect(try await patrol.turn().reread == 8)
        #expect(try await patrol.turn().reread == 0)
        #expect(try await patrol.turns(3).dissents == [:])
    }

    @Test func `the handfuls go down through the window and begin again at its top`() {
        var chain = HeaderChain(headers: [], highest: nil, finalized: nil, window: 20)
        for header in headers(upTo: 100) { chain.connect(header) }
        let noon = Timestamp(seconds: 1_000_000)
        var sentinel = Sentinel(from: noon)
        let ranges = (1...4).map { round -> [UInt64] in
            let headers = sentinel.patrol(
                of: chain, at: Timestamp(seconds: noon.seconds + Int64(round) * 300))
            return [headers.first, headers.last].compactMap { $0?.height.rawValue }
        }
        #expect(ranges == [[87, 94], [80, 86], [87, 94], [80, 86]])
    }

    @Test func `a chain of a few blocks is left alone`() {
        var chain = HeaderChain(headers: [], highest: nil, finalized: nil, window: 20)
        for header in headers(upTo: 6) { chain.connect(header) }
        var sentinel = Sentinel(from: Timestamp(seconds: 0))
        #expect(sentinel.patrol(of: chain, at: Timestamp(seconds: 1_000)).isEmpty)
    }

    @Test func `another node on another chain is told of until it is back, and nothing is undone`()
        async throws
    {
        var patrol = try await Patrol(2)
        patrol.nodes[1].inflict(.otherFork(branch: "b"))
        let turn = try await patrol.turns(1)
        #expect(turn.isIdle)
        let dissent = try #require(turn.dissents["b"])
        #expect(dissent.ours.height == 19)
        #expect(dissent.theirs == (try patrol.chain.headers(of: "b")[19].hash))
        #expect(turn.complaints.isEmpty)
        // It has our lower blocks, which is no agreement, and stays one dissent, since when it was first seen.
        #expect(try await patrol.turns(6).dissents["b"]?.since == dissent.since)

        patrol.nodes[1].cure()
        #expect(try await patrol.turns(4).dissents == [:])
    }

    @Test func `a fork of the newest blocks alone is the poll's business`() async throws {
        var patrol = try await Patrol(2)
        try patrol.chain.fork("short", depth: 6)
        try patrol.chain.mine(count: 6, on: "short")
        patrol.nodes[1].inflict(.otherFork(branch: "short"))
        #expect(try await patrol.turns(4).dissents == [:])
    }

    @Test func `a node that shows another block below a head of ours is complained of`() async throws {
        var patrol = try await Patrol(2)
        patrol.nodes[1].inflict(.otherFork(branch: "b"), times: 1)
        let turn = try await patrol.turns(1)
        let complaint = try #require(turn.complaints.first)
        #expect(complaint.node == "b")
        #expect("\(complaint.error)".contains("its block 19 is"))
        #expect("\(complaint.error)".contains("does not hold"))
        #expect(turn.dissents == [:])
    }

    @Test func `the only node is read again too, and loses its turn when it contradicts itself`() async throws
    {
        var patrol = try await Patrol(1)
        try await patrol.flip("b")
        patrol.clock.move(300)
        let error = await #expect(throws: NodeError.self) { try await patrol.turn() }
        #expect(error?.node == "a")
        #expect("\(String(describing: error))".contains("its block 19 is"))
    }

    @Test func `where more nodes lack our tip than have it, this turn's node has strayed`() async throws {
        var patrol = try await Patrol(3)
        for node in patrol.nodes.dropFirst() { node.inflict(.otherFork(branch: "b")) }
        patrol.clock.move(300)
        let error = await #expect(throws: NodeError.self) { try await patrol.turn() }
        #expect(error?.node == "a")
        #expect("\(String(describing: error))".contains("is not on the chain that b, c show"))
    }

    @Test func `nodes on a lower chain do not outvote ours`() async throws {
        var patrol = try await Patrol(3)
        try patrol.chain.undo(1, on: "b")
        for node in patrol.nodes.dropFirst() { node.inflict(.otherFork(branch: "b")) }
        #expect(try await patrol.turns(1).dissents.count == 2)
    }

    @Test func `a stored header that is not the one followed sends the chain back to the store`() async throws
    {
        var patrol = try await Patrol(2)
        try await patrol.store.write { try $0.run("UPDATE header SET hash = '0xfeed' WHERE height = 20") }
        patrol.clock.move(300)
        let error = await #expect(throws: StoreError.self) { try await patrol.turn() }
        #expect("\(String(describing: error))".contains("block 20"))
        // Opening it finds what is wrong, and ends the daemon as any damage does.
        let spec = patrol.chain.chain.spec
        let damage = await #expect(throws: StoreError.self) {
            try await patrol.store.openChain(spec.id, window: spec.reorgWindow)
        }
        #expect(damage?.isFatal == true)
    }

    @Test func `a daemon whose first node has strayed comes to follow the others`() async throws {
        let chain = try TestChain(.bitcoin)
        let alice = try chain.address(1)
        let nodes = ["a", "b", "c"].map { chain.node($0) }
        let daemon = try await TestDaemon(chain, nodes: nodes, watching: [alice])
        try chain.mine(count: 10)
        try chain.fork("b", depth: 0)
        try chain.mine(.init("t1", to: alice, amount: 5_000))
        try chain.mine(count: 12)
        try chain.mine(count: 13, on: "b")
        try await daemon.running {
            #expect(try await daemon.reachesHead())
            for node in nodes.dropFirst() { node.inflict(.otherFork(branch: "b")) }
            let tip = try chain.headers(of: "b").last
            let isFollowed = await daemon.clock.steps(atMost: 2_000) {
                daemon.health.scanned == tip?.block
            }
            #expect(isFollowed, "\(daemon.health)")
            #expect(daemon.events.last?.type == .depositReversed)
            // And the one that strayed does not lead it back.
            await daemon.clock.steps(atMost: 600) { false }
            #expect(try await daemon.scanned == tip)
        }
    }
}

private func headers(upTo last: Int) -> [Header] {
    (0...last).map { number in
        let block = BlockRef(
            height: Height(UInt64(number)) ?? 0, hash: BlockHash("\(number)"), time: Timestamp(seconds: 0))
        return Header(block: block, parent: BlockHash("\(number - 1)"))
    }
}
