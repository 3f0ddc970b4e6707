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
        #expect(council.hold?.reason.contains("it is shown by node 0") == true)

        council.mine(payment, on: [1])
        council.mine(on: [1], count: 2)
        try await council.follow(0)
        #expect(council.told == ["detected t1", "confirmed t1"])
        #expect(council.hold == nil)
    }

    @Test func `what one node gave and as many as must agree contradict is taken back, and told as that`()
        async throws
    {
        var council = try await Gathering(3, agree: 2)
        council.mine(count: 1)
        try await council.follow(0)
        council.mine(payment, on: [0])
        council.mine(on: [0], count: 2)
        council.mine(on: [1, 2], branch: "b", count: 3)
        _ = try await council.turn(0)
        #expect(council.told == ["detected t1"])
        try await council.beat()
        #expect(council.told == ["detected t1", "orphaned t1"])
        #expect(council.losing == [0])
        try await council.follow(1)
        #expect(council.tip == BlockHash("4b"))
        #expect(council.complaints.isEmpty, "nobody is called a liar for a fork")
    }

    @Test func `nodes that show different blocks hold confirming, are told of once, and end it by agreeing`()
        async throws
    {
        var council = try await Gathering(2, agree: 1)
        council.mine(payment, on: [0])
        council.mine(on: [0], count: 2)
        council.mine(on: [1], branch: "b", count: 3)
        try await council.follow(0)
        try await council.beat()
        #expect(council.told == ["detected t1", "chain.disagreed"])
        #expect(council.hold?.isDisagreement == true)
        #expect(council.hold?.reason.contains("another block there is shown by node 1") == true)

        council.nodes[1].undo(3)
        council.mine(payment, on: [1])
        council.mine(on: [1], count: 2)
        try await council.beat()
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
        try await council.follow(0)
        #expect(council.told == ["detected t1", "confirmed t1"])
        #expect(council.tip == BlockHash("3a"))
        #expect(council.complaints.isEmpty)
    }

    @Test func `of two nodes neither takes back what the other shows, until that one has long stood still`()
        async throws
    {
        var council = try await Gathering(2, agree: 1)
        council.mine(payment)
        council.mine()
        try await council.follow(0)
        council.nodes[0].undo(2)
        council.mine(on: [0], branch: "b", count: 3)
        try await council.follow(0)
        #expect(council.told == ["detected t1"])
        for _ in 0..<14 { try await council.beat() }
        #expect(council.told == ["detected t1", "chain.disagreed", "orphaned t1", "chain.agreed"])
    }

    @Test func `where two nodes must agree, two must lack a block before it is taken back`() async throws {
        var council = try await Gathering(3, agree: 2)
        council.mine(payment)
        council.mine(count: 2)
        try await council.follow(0)
        council.nodes[0].undo(3)
        council.mine(on: [0], branch: "b", count: 5)
        try await council.follow(0)
        #expect(council.told == ["detected t1", "confirmed t1"])

        council.nodes[1].undo(3)
        council.mine(on: [1], branch: "b", count: 5)
        try await council.follow(0)
        #expect(council.told == ["detected t1", "confirmed t1", "reversed t1"])
    }

    @Test func `an old fork takes back nothing that was agreed, until it is as high`() async throws {
        var council = try await Gathering(3, agree: 2)
        council.mine(payment)
        council.mine(count: 4)
        try await council.follow(0)
        for index in [0, 1] {
            council.nodes[index].undo(5)
            council.mine(on: [index], branch: "b", count: 4)
        }
        try await council.beat()
        #expect(council.tip == BlockHash("5a"))
        council.mine(on: [0, 1], branch: "b")
        try await council.beat()
        #expect(council.told.last == "reversed t1")
    }

    @Test func `what stands on one node's word never lies further above the agreed block than can be undone`()
        async throws
    {
        var council = try await Gathering(3, agree: 2)
        council.mine(count: 1)
        try await council.follow(0)
        council.mine(on: [0], count: 40)
        while try await council.turn(0) {}
        #expect(council.tip == BlockHash("11a"), "a window above block 1")
        #expect(council.wait?.contains("above the last that 2 nodes agreed on") == true)
        council.mine(on: [1], count: 5)
        try await council.beat()
        while try await council.turn(0) {}
        #expect(council.tip == BlockHash("16a"))
    }

    @Test func `confirmations are counted under the agreed block, and depth is each node's own`() async throws
    {
        var council = try await Gathering(3, agree: 2)
        council.mine(payment)
        council.mine(on: [0], count: 9)
        try await council.follow(0)
        #expect(council.told == ["detected t1"])
        #expect(council.agreed == BlockHash("1a"))
        council.mine(on: [2], count: 2)
        try await council.beat()
        #expect(council.told == ["detected t1", "confirmed t1"])
        #expect(council.events.last?.body.contains(#""confirmations":3"#) == true)
    }

    @Test func `a chain begins with a block that as many nodes show as must agree`() async throws {
        var council = try await Gathering(2, agree: 2)
        council.nodes[0].undo(1)
        council.nodes[0].mine(branch: "b")
        try await council.beat()
        #expect(council.tip == nil)
        #expect(council.wait?.contains("1 of the 2 nodes that must agree show") == true)
        council.nodes[0].undo(1)
        council.nodes[0].mine()
        try await council.beat()
        #expect(council.tip == BlockHash("0a"))
    }

    @Test func `a deep reorg halts the chain only where no other node still has our block`() async throws {
        var council = try await Gathering(2, agree: 1)
        council.mine(count: 12)
        try await council.follow(0)
        council.nodes[0].undo(12)
        council.mine(on: [0], branch: "b", count: 14)
        try await council.beat()
        #expect(council.told.isEmpty)

        council.nodes[1].undo(12)
        council.mine(on: [1], branch: "b", count: 14)
        try await council.beat()
        #expect(council.told == ["chain.halted"])
    }
}
