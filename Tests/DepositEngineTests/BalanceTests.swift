import ChainKit
import DepositCore
import DepositEngine
import DepositStore
import DepositTestKit
import Testing

/// `verify_by_balance` through the whole daemon: who is asked, when, and what comes of nodes that cannot tell or lie.
@Suite(.timeLimit(.minutes(5))) struct BalanceTests {
    private static let token = AssetID("TOK")
    private static let nothing = "\"0x" + String(repeating: "0", count: 64) + "\""
    private static let stateless = NodeFault.refuses(code: -32_000, message: "missing trie node 1a2b (path )")

    private let chain: TestChain
    private let alice: Address
    private let nodes: [ScriptedNode]
    private let daemon: TestDaemon

    init() async throws {
        let chain = try TestChain(.evm)
        self.chain = chain
        alice = try chain.address(1)
        nodes = ["a", "b"].map { chain.node($0) }
        daemon = try await TestDaemon(
            chain, nodes: nodes, watching: [alice],
            chainFile: chain.file.replacing("decimals: 6}", with: "decimals: 6, verify_by_balance: true}"))
    }

    private func pay(_ name: String, _ amount: UInt64 = 5_000) throws {
        try chain.mine(.init(name, to: alice, amount: amount, asset: Self.token))
    }

    private var told: [String] { daemon.events.map(\.type.rawValue) }

    private func asked() -> [Int] { nodes.map { $0.asked("eth_call") } }

    @Test func `what arrives is confirmed, and its balance asked again of the node that is heard then`()
        async throws
    {
        try await daemon.running {
            try chain.mine(.init("coin", to: alice, amount: 1), .init("x", to: chain.address(2), amount: 7))
            #expect(try await daemon.reachesHead())
            // Whether it can tell is asked of each node once.
            #expect(asked()[0] == 1)
            try pay("t1")
            try chain.mine(
                .init("t2", to: alice, amount: 6_000, asset: Self.token),
                .init("t3", to: alice, amount: 7_000, asset: Self.token))
            #expect(try await daemon.reachesHead())
            #expect(asked()[0] == 5 && asked()[1] <= 1)
            try chain.mine(count: 2)
            #expect(try await daemon.reachesHead())
            #expect(told.filter { $0 == "deposit.confirmed" }.count == 4)
            #expect(asked() == [5, 5])
        }
    }

    @Test func `where a node does not have the state another is asked`() async throws {
        nodes[0].inflict(Self.stateless, on: "eth_call")
        try await daemon.running {
            try pay("t1")
            try chain.mine(count: 3)
            #expect(try await daemon.reachesHead())
            #expect(asked()[1] > 0)
            #expect(told == ["deposit.detected", "deposit.confirmed"])
        }
    }

    @Test func `where no node has the state the block waits, and says for what`() async throws {
        for node in nodes { node.inflict(Self.stateless, on: "eth_call") }
        try await daemon.running {
            try pay("t1")
            #expect(
                await daemon.clock.steps {
                    "\(daemon.health)".contains("which verify_by_balance of TOK needs")
                })
            #expect(told == [])
            for node in nodes { node.cure() }
            #expect(try await daemon.reachesHead())
            #expect(told == ["deposit.detected"])
        }
    }

    @Test func `a token that fails sends what it logs to review, and stops no chain`() async throws {
        let refusal = NodeFault.refuses(code: 3, message: "execution reverted: too many requests")
        for node in nodes { node.inflict(refusal, on: "eth_call") }
        try await daemon.running {
            try pay("t1")
            try chain.mine(count: 5)
            #expect(try await daemon.reachesHead())
        }
        #expect(told == ["deposit.review"])
        #expect(daemon.events.first?.body.contains(#""reason":"amount not received""#) == true)
        let deposit = try await daemon.store.deposits(DepositFilter(), after: nil, limit: 9).items.first
        #expect(deposit?.transfer.doubt == .amountNotReceived)
        #expect(deposit?.state.status == .review)
    }

    @Test func `a deposit waits while another node says that it did not arrive`() async throws {
        nodes[1].inflict(.answers(Self.nothing), on: "eth_call")
        try await daemon.running {
            try pay("t1")
            try chain.mine(count: 3)
            #expect(try await daemon.reachesHead())
            #expect(told.first == "deposit.detected")
            #expect(!told.contains("deposit.confirmed"))
            #expect(daemon.health.hold?.reason.contains("may be credited: amount not received") == true)
            nodes[1].cure()
            #expect(await daemon.clock.steps { told.contains("deposit.confirmed") })
        }
    }

    @Test func `mined again on another branch, the balance is asked of that branch`() async throws {
        try await daemon.running {
            try pay("t1")
            #expect(try await daemon.reachesHead())
            try chain.fork("b", depth: 1)
            try chain.mine(on: "b")
            try chain.mine(.init("t1", to: alice, amount: 5_000, asset: Self.token), on: "b")
            try chain.adopt("b")
            try chain.mine(count: 2)
            #expect(try await daemon.reachesHead())
            #expect(
                told == ["deposit.detected", "deposit.orphaned", "deposit.detected", "deposit.confirmed"])
        }
    }
}
