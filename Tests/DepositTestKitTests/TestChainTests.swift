import ChainKit
import DepositCore
import DepositTestKit
import NodeRPC
import Testing

@Suite struct TestChainTests {
    private func read(_ chain: TestChain, watching addresses: Address...) async throws -> [Block] {
        let adapter = chain.chain.adapter(on: chain.node("a").node)
        try await adapter.verifyIdentity()
        let head = try await adapter.head()
        let headers = try await adapter.headers(at: 0...head.header.height)
        #expect(headers == (try chain.headers()))
        var watchlist = Watchlist(seed: 7)
        for address in addresses { watchlist.add(address.key, generation: 1) }
        return try await adapter.blocks(Array(headers.dropFirst()), watching: watchlist)
    }

    @Test(arguments: TestChain.Family.allCases, [false, true])
    func `an adapter proves its blocks and finds what was paid in them`(
        family: TestChain.Family, servesREST: Bool
    ) async throws {
        let chain = try TestChain(family, servesREST: servesREST)
        let payments = [
            TestChain.Payment("t1", to: try chain.address(1), amount: 5_000),
            TestChain.Payment("t2", to: try chain.address(2), amount: 6_000),
            TestChain.Payment("t3", to: try chain.address(1), amount: 7_000),
        ]
        try chain.mine(payments[0], payments[1])
        try chain.mine()
        try chain.mine(payments[2])
        let blocks = try await read(chain, watching: try chain.address(1))
        #expect(blocks.map(\.transfers.count) == [1, 0, 1])
        let transfers = blocks.flatMap(\.transfers)
        #expect(transfers.map(\.amount) == [Amount(5_000), Amount(7_000)])
        #expect(transfers.map(\.transaction) == [payments[0], payments[2]].map(chain.transaction))
        #expect(transfers.allSatisfy { $0.to == (try? chain.address(1)) })
    }

    @Test func `a token's payment is a transfer of the token, and one that fails is none`() async throws {
        let chain = try TestChain(.evm)
        let alice = try chain.address(1)
        let token = AssetID("TOK")
        try chain.mine(
            .init("t1", to: alice, amount: 5, asset: token),
            .init("t2", to: alice, amount: 6, asset: token, succeeds: false),
            .init("t3", to: alice, amount: 7, succeeds: false))
        let transfers = try await read(chain, watching: alice).flatMap(\.transfers)
        #expect(transfers.map(\.amount) == [Amount(5)])
        #expect(transfers.map(\.asset) == [token])
        #expect(transfers.map(\.position.text) == ["log:0"])
    }

    @Test func `the Bitcoin chain begins as regtest does`() throws {
        let genesis = try #require(try TestChain(.bitcoin).headers().first)
        #expect(genesis.hash.text == "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206")
    }

    @Test(arguments: TestChain.Family.allCases)
    func `a payment mined again on another branch is the same transaction in another block`(
        family: TestChain.Family
    ) async throws {
        let chain = try TestChain(family)
        let alice = try chain.address(1)
        let payment = TestChain.Payment("t1", to: alice, amount: 5_000)
        try chain.mine(count: 2)
        let first = try chain.mine(payment)
        try chain.fork("b", depth: 1)
        try chain.mine(on: "b")
        let second = try chain.mine(payment, on: "b")
        #expect(first.hash != second.hash)
        try chain.adopt("b")
        let blocks = try await read(chain, watching: alice)
        #expect(blocks.map(\.header.hash).last == second.hash)
        #expect(blocks.flatMap(\.transfers).map(\.transaction) == [chain.transaction(of: payment)])
        #expect(!blocks.map(\.header.hash).contains(first.hash))
    }

    @Test func `a decoded Bitcoin block names the address that is paid`() async throws {
        let chain = try TestChain(.bitcoin)
        let alice = try chain.address(1)
        let block = try chain.mine(.init("t1", to: alice, amount: 250_000_000))
        let call = RPCCall("getblock", #"["\#(block.hash)",2]"#)
        let text = try await chain.node("a").node.call([call]) { replies throws(NodeError) in
            try replies.result(0).text
        }
        #expect(text.contains(#""address":"\#(alice.text)""#))
        #expect(text.contains(#""value":2.50000000"#) || text.contains(#""value":2.5"#))
        #expect(text.contains(#""previousblockhash":"0f9188f13cb7"#))
    }

    @Test func `what a chain cannot do is said`() throws {
        let chain = try TestChain(.evm)
        try chain.mine(count: 2)
        #expect(throws: FixtureError("main has 2 blocks to undo, not 3")) { try chain.undo(3) }
        #expect(throws: FixtureError("main has 2 blocks to fork off, not 3")) {
            try chain.fork("b", depth: 3)
        }
        #expect(throws: FixtureError("there is no branch b; begin it with fork (known: main)")) {
            try chain.mine(on: "b")
        }
    }

    @Test func `a finalized block is final to a node up to its own tip`() async throws {
        let chain = try TestChain(.evm)
        try chain.mine(count: 5)
        let node = chain.node("a")
        let adapter = chain.chain.adapter(on: node.node)
        #expect(try await adapter.head().finalized == nil)
        chain.finalize(4)
        #expect(try await adapter.head().finalized?.height == 4)
        node.inflict(.lags(blocks: 2))
        #expect(try await adapter.head().finalized?.height == 3)
    }
}
