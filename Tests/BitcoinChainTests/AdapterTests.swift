import ChainKit
import DepositCore
import DepositTestKit
import NodeRPC
import Synchronization
import Testing

@testable import BitcoinChain

@Suite struct Adapter {
    static let watched = `Block formats`.watched

    /// Blocks on one another, each paying its height to the watched script; `salt` makes another fork.
    static func chain(_ length: Int, salt: UInt32 = 0) -> [BitcoinBlock] {
        var blocks: [BitcoinBlock] = []
        for height in 0..<length {
            let parent = blocks.last?.hash ?? [UInt8](repeating: 0, count: 32)
            var block = BitcoinBlock(
                parent: parent, time: 1_700_000_000 + UInt32(height) + salt,
                transactions: [
                    .coinbase((50, `Block formats`.other), height: UInt64(height)),
                    .payment(UInt8(height), (UInt64(height + 1), watched)),
                ])
            block.mine()
            blocks.append(block)
        }
        return blocks
    }

    static func regtest(_ genesis: BitcoinBlock) throws -> Bitcoin {
        try Bitcoin.edited(
            "bitcoin-regtest", "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206",
            genesis.hashText)
    }

    let blocks = Self.chain(12)

    /// An adapter on a node that is honest but for what `lie` says in its stead.
    private func adapter(
        withREST: Bool = false,
        _ lie: @escaping @Sendable (String, [String]) -> ScriptedNode.Reply? = { _, _ in nil }
    ) throws -> (any ChainAdapter, ScriptedNode) {
        let honest = HonestAnswers(blocks)
        let rest: @Sendable (String) -> (status: Int, body: [UInt8]) = { honest.rest($0) }
        let node = ScriptedNode(rest: withREST ? rest : nil) { method, parameters in
            lie(method, parameters) ?? honest.answer(method, parameters)
        }
        return (try Self.regtest(blocks[0]).adapter(on: node.node), node)
    }

    @Test func `the head's parent and time come from the bytes its hash is made of`() async throws {
        let (adapter, node) = try adapter()
        let head = try await adapter.head()
        #expect(head.header == blocks[11].summary(at: 11))
        #expect(head.finalized == nil)
        #expect(try await adapter.head() == head)
        #expect(
            node.asked(for: "getblockheader") == 2, "while the head stays, its header is not asked for again")
        #expect(node.asked(for: "getbestblockhash") == 2)
    }

    @Test func `headers come lowest first, and fewer where the chain is shorter`() async throws {
        let (adapter, _) = try adapter()
        let headers = try await adapter.headers(at: 9...20)
        #expect(headers == [9, 10, 11].map { blocks[$0].summary(at: Height(integerLiteral: UInt32($0))) })
        #expect(try await adapter.headers(at: 12...20).isEmpty)
        #expect(try await adapter.headers(at: 0...0).map(\.height) == [0])
    }

    @Test(arguments: [false, true])
    func `blocks come in the order asked for, by REST where there is REST`(withREST: Bool) async throws {
        let (adapter, node) = try adapter(withREST: withREST)
        let headers = try await adapter.headers(at: 0...11)
        for _ in 1...2 {
            let found = try await adapter.blocks(headers, watching: .watching(Self.watched))
            #expect(found.map(\.header) == headers)
            #expect(found.map { $0.transfers.map(\.amount) } == (1...12).map { [Amount(UInt64($0))] })
        }
        #expect(node.asked(for: "getblock ") == (withREST ? 0 : 24))
        #expect(node.asked(for: "GET") == (withREST ? 24 : 1), "a node without REST is asked for it once")
    }

    @Test func `a block that REST does not have is asked for by RPC`() async throws {
        let honest = HonestAnswers(blocks)
        let hidden = blocks[5].hashText
        let node = ScriptedNode(
            rest: { path in path.contains(hidden) ? (404, []) : honest.rest(path) },
            { honest.answer($0, $1) })
        let adapter = try Self.regtest(blocks[0]).adapter(on: node.node)
        let headers = try await adapter.headers(at: 4...6)
        #expect(try await adapter.blocks(headers, watching: .watching(Self.watched)).count == 3)
        #expect(node.asked(for: "getblock ") == 1)
    }

    @Test func `a proxy's page in place of a block means that there is no REST`() async throws {
        let honest = HonestAnswers(blocks)
        let page = Array("<html>Welcome</html>".utf8)
        let node = ScriptedNode(rest: { _ in (200, page) }, { honest.answer($0, $1) })
        let adapter = try Self.regtest(blocks[0]).adapter(on: node.node)
        let headers = try await adapter.headers(at: 4...6)
        #expect(try await adapter.blocks(headers, watching: .watching(Self.watched)).count == 3)
        #expect(node.asked(for: "GET") == 1)
    }

    @Test func `whether there is REST is asked of block 0, and may change`() async throws {
        let honest = HonestAnswers(blocks)
        let page = Array("<html>Welcome</html>".utf8)
        let mood = Mutex("offered")
        let node = ScriptedNode(
            rest: { path in
                switch mood.withLock({ $0 }) {
                case "offered": honest.rest(path)
                case "proxied": (200, page)
                default: (404, [])
                }
            }, { honest.answer($0, $1) })
        let adapter = try Self.regtest(blocks[0]).adapter(on: node.node)
        let headers = try await adapter.headers(at: 4...6)
        for (state, isOffered, blocksByRPC) in [
            ("offered", true, 0), ("proxied", false, 3), ("offered", true, 0),
        ] {
            mood.withLock { $0 = state }
            let before = node.asked(for: "getblock ")
            #expect(try await adapter.probe() == [Capability("REST", isOffered: isOffered)])
            #expect(try await adapter.blocks(headers, watching: .watching(Self.watched)).count == 3)
            #expect(node.asked(for: "getblock ") - before == blocksByRPC, "\(state)")
        }
    }

    @Test func `a pruned node's REST is found out by the first block that is needed`() async throws {
        let honest = HonestAnswers(blocks)
        let genesis = blocks[0].hashText
        let node = ScriptedNode(
            rest: { path in path.contains(genesis) ? (404, []) : honest.rest(path) },
            { honest.answer($0, $1) })
        let adapter = try Self.regtest(blocks[0]).adapter(on: node.node)
        #expect(try await adapter.probe() == [Capability("REST", isOffered: false)])
        let headers = try await adapter.headers(at: 4...6)
        #expect(try await adapter.blocks(headers, watching: .watching(Self.watched)).count == 3)
        #expect(node.asked(for: "getblock ") == 0)
    }

    @Test func `no blocks are asked for where none are wanted`() async throws {
        let (adapter, node) = try adapter()
        #expect(try await adapter.blocks([], watching: .watching()).isEmpty)
        #expect(node.asked(for: "get") == 0)
    }

    @Test func `a node of the chain passes the identity check`() async throws {
        let (adapter, _) = try adapter()
        try await adapter.verifyIdentity()
    }

    @Test func `a merge-mined chain's headers may be followed by their work`() async throws {
        var block = blocks[0]
        block.version = 0x0062_0102
        let (hash, long) = (block.hashText, block.header + `Merge-mined work`.bytes(.init(), for: block.hash))
        let node = ScriptedNode { method, _ in
            method == "getblockhash" ? .result(quoted(hash)) : .result(quoted(Hex.text(long)))
        }
        let dogecoin = try Bitcoin.edited("dogecoin", "work: dogecoin", "work: none").adapter(on: node.node)
        #expect(try await dogecoin.headers(at: 0...0).map(\.hash.text) == [hash])
        let bitcoin = try Chains.named("bitcoin").adapter(on: node.node)
        await #expect(throws: NodeError.self) { _ = try await bitcoin.headers(at: 0...0) }
    }
}
