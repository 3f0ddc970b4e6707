import DepositCore
import DepositEngine
import DepositTestKit
import NodeRPC
import Testing

private let payment = ScriptedChain.Payment("t1", to: "alice")

/// Where several nodes must agree, one alone makes nothing final.
@Suite struct FinalityTests {
    /// Three blocks that hold and confirm a deposit, on every node.
    private func council(_ nodes: Int, agree: Int) async throws -> Gathering {
        let council = try await Gathering(nodes, agree: agree)
        council.mine(payment)
        council.mine(count: 3)
        return council
    }

    @Test func `a block is final once as many nodes as must agree call it so`() async throws {
        var council = try await council(3, agree: 2)
        council.nodes[0].finalize(4)
        try await council.follow(0)
        #expect(council.told == ["detected t1", "confirmed t1"])
        council.nodes[2].finalize(1)
        try await council.follow(0)
        #expect(council.told == ["detected t1", "confirmed t1", "finalized t1"])
    }

    @Test func `where one node is enough, its word is`() async throws {
        var council = try await council(2, agree: 1)
        council.nodes[0].finalize(4)
        try await council.follow(0)
        #expect(council.told == ["detected t1", "confirmed t1", "finalized t1"])
    }

    @Test func `a node that calls blocks final too early does not make a true reorg halt the chain`()
        async throws
    {
        var council = try await council(3, agree: 2)
        council.nodes[0].finalize(4)
        try await council.follow(0)
        for node in council.nodes {
            node.finalize(nil)
            node.undo(4)
        }
        council.mine(branch: "b", count: 6)
        try await council.follow(1)
        #expect(council.told == ["detected t1", "confirmed t1", "reversed t1"])
    }

    @Test func `final by the word of nodes on another branch is not final here`() async throws {
        var council = try await council(3, agree: 2)
        for node in council.nodes[1...] {
            node.undo(3)
            for _ in 0..<3 { node.mine(branch: "b") }
            node.finalize(4)
        }
        council.nodes[0].finalize(2)
        try await council.follow(0)
        #expect(!council.told.contains("finalized t1"))
    }

    @Test func `a node that lags in what it calls final counts for what it has reached`() async throws {
        var council = try await council(2, agree: 2)
        council.mine(.init("t2", to: "alice"))
        council.mine(count: 3)
        council.nodes[0].finalize(7)
        council.nodes[1].finalize(3)
        try await council.follow(0)
        #expect(council.told.filter { $0.hasPrefix("finalized") } == ["finalized t1"])
        council.nodes[1].finalize(7)
        try await council.follow(0)
        #expect(council.told.filter { $0.hasPrefix("finalized") } == ["finalized t1", "finalized t2"])
    }

    @Test func `a node that fails is named, and nothing is final by it`() async throws {
        var council = try await council(2, agree: 2)
        try await council.beat()
        council.nodes[0].finalize(4)
        council.nodes[1].finalize(4)
        council.nodes[1].fail(with: .timedOut("slow"))
        try await council.follow(0)
        #expect(council.told == ["detected t1"])
        #expect(council.complaints.contains { $0.contains("node 1: did not answer in time") })
        council.nodes[1].fail(with: nil)
        try await council.follow(0)
        #expect(council.told == ["detected t1", "confirmed t1", "finalized t1"])
    }

    @Test func `final by depth is what so many nodes hold that deep`() async throws {
        let file = ScriptedChain.file.replacing("{tag: finalized}", with: "{depth: 4}")
        var council = try await Gathering(3, agree: 2, file: file)
        council.mine(payment)
        council.mine(count: 2)
        council.mine(on: [0], count: 4)
        try await council.follow(0)
        #expect(council.told == ["detected t1", "confirmed t1"], "the others hold it three deep")
        council.mine(on: [1])
        try await council.follow(0)
        #expect(council.told == ["detected t1", "confirmed t1", "finalized t1"])
    }
}
