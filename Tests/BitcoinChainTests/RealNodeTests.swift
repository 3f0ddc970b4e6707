import ChainKit
import DepositCore
import DepositTestKit
import NodeRPC
import Testing

@testable import BitcoinChain

@Suite(
    .enabled(if: Litecoind.isInstalled, "no litecoind: install it, or set DEPOSITWATCH_LITECOIND to its path")
)
struct `A real litecoind` {
    @Test(.timeLimit(.minutes(5)))
    func `gives deposits, peg-outs and forks as they are`() async throws {
        let litecoind = try await Litecoind()
        let chain = try Chains.named("litecoin-regtest")
        let byREST = chain.adapter(on: Node(litecoind.endpoint))
        let byRPC = chain.adapter(
            on: Node(name: "rpc", wire: WithoutREST(wire: HTTPWire(litecoind.endpoint))))
        try await byREST.verifyIdentity()

        let miner = try await litecoind.text("getnewaddress")
        try await litecoind.mine(105, to: miner)
        // Every form of address that the node makes: its own spelling is the canonical one.
        for form in ["legacy", "p2sh-segwit", "bech32"] {
            let text = try await litecoind.text("getnewaddress", #"["","\#(form)"]"#)
            let address = try chain.address(text)
            #expect(address.text == text)
            let id = try await litecoind.text("sendtoaddress", #"["\#(text)",1.23456789]"#)
            try await litecoind.mine(1, to: miner)
            let found = try await transfers(byREST, byRPC, watching: address)
            #expect(found.map(\.transaction.text) == [id])
            #expect(found.map(\.amount) == [Amount(123_456_789)] && found.map(\.maturity) == [1])
            #expect(found.map(\.to) == [address])
        }
        try await checkPegOut(litecoind, chain, byREST, byRPC, miner)
        try await checkFork(litecoind, byREST, byRPC)
    }

    /// Peg-in at 432, where MWEB begins, and out again in a block that holds a HogEx.
    private func checkPegOut(
        _ litecoind: Litecoind, _ chain: Bitcoin, _ byREST: any ChainAdapter, _ byRPC: any ChainAdapter,
        _ miner: String
    ) async throws {
        try await litecoind.mine(431 - Int(byREST.head().header.height.rawValue), to: miner)
        let mweb = try await litecoind.text("getnewaddress", #"["","mweb"]"#)
        #expect(throws: AddressError.self) { _ = try chain.address(mweb) }
        try await litecoind.text("sendtoaddress", #"["\#(mweb)",20]"#)
        try await litecoind.mine(2, to: miner)
        let text = try await litecoind.text("getnewaddress", #"["","bech32"]"#)
        let address = try chain.address(text)
        try await litecoind.lockTransparentOutputs(true)
        try await litecoind.text("sendtoaddress", #"["\#(text)",7]"#)
        try await litecoind.lockTransparentOutputs(false)
        try await litecoind.mine(1, to: miner)
        let found = try await transfers(byREST, byRPC, watching: address)
        #expect(found.map(\.amount) == [Amount(700_000_000)])
        #expect(found.map(\.maturity) == [6])
        // The coinbase that came with it.
        let mined = try await transfers(byREST, byRPC, watching: chain.address(miner))
        #expect(mined.map(\.maturity) == [101] && mined.map(\.position.text) == ["output:0"])
    }

    private func checkFork(
        _ litecoind: Litecoind, _ byREST: any ChainAdapter, _ byRPC: any ChainAdapter
    ) async throws {
        let before = try await byREST.head().header
        try await litecoind.text("invalidateblock", quotedList(before.hash.text))
        let other = try await litecoind.text("getnewaddress")
        try await litecoind.mine(1, to: other)
        let after = try await byREST.head().header
        #expect(after.height == before.height && after.parent == before.parent && after.hash != before.hash)
        #expect(try await byRPC.headers(at: before.height...before.height + 5) == [after])
        // A block that left the chain is still given for what it is.
        #expect(try await byREST.blocks([before], watching: .watching()).map(\.header) == [before])
        let unknown = Header(
            block: BlockRef(
                height: 1, hash: BlockHash(String(repeating: "0", count: 64)), time: before.block.time),
            parent: before.parent)
        let error = await #expect(throws: NodeError.self) {
            _ = try await byREST.blocks([unknown], watching: .watching())
        }
        if case .missing? = error?.fault {} else { Issue.record("\(String(describing: error))") }
    }

    /// The newest block's transfers, the same by both ways.
    private func transfers(
        _ byREST: any ChainAdapter, _ byRPC: any ChainAdapter, watching address: Address
    ) async throws -> [Transfer] {
        let head = try await byREST.head().header
        #expect(try await byRPC.headers(at: head.height...head.height) == [head])
        let blocks = try await byREST.blocks([head], watching: .watching(address.key))
        #expect(try await byRPC.blocks([head], watching: .watching(address.key)) == blocks)
        return blocks.flatMap(\.transfers)
    }

    private func quotedList(_ text: String) -> String { "[\"\(text)\"]" }
}
