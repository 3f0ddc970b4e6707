import DepositCore
import DepositEngine
import DepositTestKit
import NodeRPC
import Testing

private let payment = ScriptedChain.Payment("t1", to: "alice")

@Suite struct AgreementTests {
    @Test func `a deposit is confirmed once as many nodes as must agree show its block`() async throws {
        var council = try await Gathering(2, agree: 2)
        council.mine(payment, on: [0])
        council.mine(on: [0], count: 2)
        try await council.follow(0)
        #expect(council.told == ["detected t1"])
        #expect(council.hold?.isDisagreement == false)
        #expect(council.hold?.reason.contains("1 of the 2") == true)

        council.mine(payment, on: [1])
        council.mine(on: [1], count: 2)
        try await council.follow(0)
        #expect(council.told == ["detected t1", "confirmed t1"])
        #expect(council.hold == nil)
    }

    @Test func `nodes that show different blocks hold confirming, are told of once, and end it by agreeing`()
        async throws
    {
        var council = try await Gathering(3, agree: 2)
        council.mine(payment, on: [0])
        council.mine(on: [0], count: 2)
        council.mine(on: [1, 2], branch: "b", count: 3)
        try await council.follow(0)
        council.mine(on: [0])
        try await council.follow(0)
        #expect(council.told == ["detected t1", "chain.disagreed"])
        #expect(council.hold?.isDisagreement == true)
        #expect(council.hold?.reason.contains("node 1 shows 1b at 1") == true)

        for index in [1, 2] {
            council.nodes[index].undo(3)
            council.mine(payment, on: [index])
            council.mine(on: [index], count: 3)
        }
        try await council.follow(0)
        #expect(council.told == ["detected t1", "chain.disagreed", "confirmed t1", "chain.agreed"])
    }

    @Test func `scanning goes on while nodes disagree`() async throws {
        var council = try await Gathering(2, agree: 2)
        council.mine(payment, on: [0])
        council.mine(on: [1], branch: "b")
        council.mine(on: [0], count: 5)
        council.mine(.init("t2", to: "alice"), on: [0])
        try await council.follow(0)
        #expect(council.told == ["detected t1", "detected t2", "chain.disagreed"])
    }

    @Test func `what a block held when it was found must be there when it is confirmed`() async throws {
        var council = try await Gathering(2, agree: 1)
        council.mine(payment, on: [0])
        council.mine(on: [1])
        council.mine(count: 2)
        try await council.follow(0)
        #expect(council.told == ["detected t1", "chain.disagreed"])
        #expect(council.hold?.reason.contains("node 1 shows no transfer t1") == true)
    }

    @Test func `a peer that does not answer holds nothing where one node is enough`() async throws {
        var council = try await Gathering(2, agree: 1)
        council.nodes[1].fail(with: .timedOut("slow"))
        council.mine(payment)
        council.mine(count: 2)
        try await council.follow(0)
        #expect(council.told == ["detected t1", "confirmed t1"])
    }

    @Test func `a node that strayed takes nothing back while another as high still has our block`()
        async throws
    {
        var council = try await Gathering(2, agree: 1)
        council.mine(payment)
        council.mine(count: 2)
        try await council.follow(0)
        council.nodes[0].undo(3)
        council.mine(on: [0], branch: "b", count: 3)
        let error = await #expect(throws: NodeError.self) { try await council.follow(0) }
        #expect(error?.description.contains("which node 1 still has") == true)
        #expect(council.told == ["detected t1", "confirmed t1"])

        try await council.follow(1)
        #expect(council.told == ["detected t1", "confirmed t1"])
    }

    @Test func `a longer fork is followed while the other node lags behind it`() async throws {
        var council = try await Gathering(2, agree: 1)
        council.mine(payment)
        council.mine()
        try await council.follow(0)
        council.nodes[0].undo(2)
        council.mine(on: [0], branch: "b", count: 3)
        try await council.follow(0)
        #expect(council.told == ["detected t1", "orphaned t1"])
    }

    @Test func `where two nodes must agree, two must lack a block before it is taken back`() async throws {
        var council = try await Gathering(3, agree: 2)
        council.mine(payment)
        council.mine(count: 2)
        try await council.follow(0)
        council.nodes[0].undo(3)
        council.mine(on: [0], branch: "b", count: 5)
        await #expect(throws: NodeError.self) { try await council.follow(0) }
        #expect(council.told == ["detected t1", "confirmed t1"])

        council.nodes[1].undo(3)
        council.mine(on: [1], branch: "b", count: 5)
        try await council.follow(0)
        #expect(council.told == ["detected t1", "confirmed t1", "reversed t1"])
    }

    @Test func `a deep reorg halts the chain only where no other node still has our block`() async throws {
        var council = try await Gathering(2, agree: 1)
        council.mine(count: 12)
        try await council.follow(0)
        council.nodes[0].undo(12)
        council.mine(on: [0], branch: "b", count: 14)
        await #expect(throws: NodeError.self) { try await council.follow(0) }
        #expect(council.told.isEmpty)

        council.nodes[1].undo(12)
        council.mine(on: [1], branch: "b", count: 14)
        try await council.follow(0)
        #expect(council.told == ["chain.halted"])
    }
}
