import ChainKit
import DepositCore
import NodeRPC
import Testing

@testable import EVMChain

/// Nodes that have expired their history, and nodes that call themselves busy at their head.
@Suite struct IdentityHabitTests {
    private static let genesis = "0x" + String(repeating: "ab", count: 32)
    private static let anchor = "0x" + String(repeating: "cd", count: 32)
    private static let other = "0x" + String(repeating: "ef", count: 32)

    /// A node at block 40 that answers for block 0 and for an anchor at 10 as it is told to.
    private func verify(
        first: ScriptedWire.Reply = .result(#"{"hash":"\#(genesis)"}"#),
        tenth: ScriptedWire.Reply = .result(#"{"hash":"\#(anchor)"}"#), head: String = "0x28",
        syncing: ScriptedWire.Reply = .result("false")
    ) async throws -> [Remark] {
        let wire = ScriptedWire { method, params in
            switch method {
            case "eth_chainId": return .result(#""0x539""#)
            case "eth_syncing": return syncing
            default:
                if params.contains("latest") { return .result(#"{"number":"\#(head)"}"#) }
                return params.contains("\"0xa\"") ? tenth : first
            }
        }
        let network = #"{chain_id: 1337, genesis: "\#(Self.genesis)", anchors: {10: "\#(Self.anchor)"}}"#
        let node = Node(name: "node", wire: wire)
        try await chain(network: network).adapter(on: node).verifyIdentity()
        return node.remarks.all
    }

    /// go-ethereum (EIP-4444), reth, Erigon, a balancer, and one that is not known yet.
    static let expired: [ScriptedWire.Reply] = [
        .error(4_444, "pruned history unavailable"), .result("null"), .error(-32_000, "pruned history"),
        .error(-32_001, "resource not found"), .error(-32_603, "whatever"), .error(-32_602, "unknown block"),
    ]

    @Test(arguments: expired)
    func `a block that the node has no more is not asked of it`(reply: ScriptedWire.Reply) async throws {
        for (first, tenth, words) in [
            (reply, nil, "block 0"), (nil, reply, "block 10"),
            (reply, reply, "its chain id alone tells the chain"),
        ] {
            let remarks = try await verify(
                first: first ?? .result(#"{"hash":"\#(Self.genesis)"}"#),
                tenth: tenth ?? .result(#"{"hash":"\#(Self.anchor)"}"#))
            #expect(remarks.count == 1)
            #expect(remarks.first?.words.contains(words) == true, "\(remarks)")
        }
    }

    @Test(arguments: expired)
    func `a wrong block is another chain's, whatever else the node has no more`(reply: ScriptedWire.Reply)
        async throws
    {
        let wrong = ScriptedWire.Reply.result(#"{"hash":"\#(Self.other)"}"#)
        for (first, tenth) in [(reply, wrong), (wrong, reply)] {
            let error = await #expect(throws: NodeError.self) { try await verify(first: first, tenth: tenth) }
            guard case .wrongChain = error?.fault else {
                Issue.record("\(said(error))")
                continue
            }
        }
    }

    @Test func `what a node has not reached yet it has not pruned`() async throws {
        let error = await #expect(throws: NodeError.self) {
            try await verify(tenth: .result("null"), head: "0x9")
        }
        #expect(error?.fault == .syncing("it is at block 9, below block 10, which tells the chain"))
    }

    @Test func `a header that the node has pruned is said to be, with what to do`() async throws {
        let node = Node(
            name: "node", wire: ScriptedWire { _, _ in .error(4_444, "pruned history unavailable") })
        let error = await #expect(throws: NodeError.self) {
            try await chain().adapter(on: node).headers(at: 3...4)
        }
        #expect(
            said(error)
                == "node: does not have block 3: pruned history unavailable; add a node that keeps its history as far "
                + "back")
    }

    @Test func `a node that shows no block at all has no chain`() async throws {
        let wire = ScriptedWire { method, _ in
            method == "eth_chainId"
                ? .result(#""0x539""#) : .result(method == "eth_syncing" ? "false" : "null")
        }
        let chain = try chain(network: #"{chain_id: 1337, genesis: "\#(Self.genesis)"}"#)
        let error = await #expect(throws: NodeError.self) {
            try await chain.adapter(on: Node(name: "node", wire: wire)).verifyIdentity()
        }
        #expect(error?.fault == .missing("block latest, nor any that tells the chain"))
    }

    @Test func `a node that shows all again is remarked on no more`() async throws {
        let expired = ScriptedWire.Reply.error(4_444, "pruned history unavailable")
        let isPruned = Flag()
        let wire = ScriptedWire { method, params in
            switch method {
            case "eth_chainId": .result(#""0x539""#)
            case "eth_syncing": .result("false")
            case _ where params.contains("latest"): .result(#"{"number":"0x28"}"#)
            default: isPruned.value ? expired : .result(#"{"hash":"\#(Self.genesis)"}"#)
            }
        }
        let node = Node(name: "node", wire: wire)
        let adapter = try chain(network: #"{chain_id: 1337, genesis: "\#(Self.genesis)"}"#).adapter(on: node)
        isPruned.set(true)
        try await adapter.verifyIdentity()
        #expect(node.remarks.all.count == 1)
        isPruned.set(false)
        try await adapter.verifyIdentity()
        #expect(node.remarks.all.isEmpty)
    }

    @Test(arguments: [
        "false", "null", #"{"txIndexFinishedBlocks":"0x1","txIndexRemainingBlocks":"0x5"}"#,
        #"{"currentBlock":"0x9","highestBlock":"0x9","txIndexRemainingBlocks":"0x5"}"#,
        #"{"currentBlock":"0x9","highestBlock":"0x9"}"#, #"{"currentBlock":"0x9","highestBlock":"0x0"}"#,
        #"{"currentBlock":"0x9","highestBlock":"0xb"}"#,
        #"{"currentBlock":"0x0","highestBlock":"0x0","txIndexRemainingBlocks":"0x1"}"#,
        #"{"currentBlock":"0x90","highestBlock":"0x95","txIndexRemainingBlocks":"0x5000"}"#,
        #"{"currentBlock":"0x9","highestBlock":"0x9","stages":[{"stage_name":"Headers","block_number":"0x9"},"#
            + #"{"stage_name":"TxLookup","block_number":"0x2"}]}"#,
        #"{"currentBlock":9,"highestBlock":9,"stages":[{"name":"IndexAccountHistory","block":2}]}"#,
    ])
    func `a node at its head is not syncing because an index of it is`(syncing: String) async throws {
        #expect(try await verify(syncing: .result(syncing)).isEmpty)
    }

    @Test(arguments: [
        "true", "{}", #"{"currentBlock":"0x5","highestBlock":"0x9"}"#,
        #"{"currentBlock":"0x0","highestBlock":"0x0"}"#,
        #"{"currentBlock":"0x5","highestBlock":"0x500","txIndexRemainingBlocks":"0x5"}"#,
        #"{"currentBlock":"0x5","highestBlock":"0x5","stages":[{"name":"Headers","block":"0x90"},"#
            + #"{"name":"Finish","block":"0x5"}]}"#,
        #"{"msgCount":5,"batchSeen":9}"#, #"{"highestBlock":"0x9"}"#,
    ])
    func `a node that is really behind is refused`(syncing: String) async throws {
        let error = await #expect(throws: NodeError.self) { try await verify(syncing: .result(syncing)) }
        guard case .syncing = error?.fault else {
            Issue.record("\(said(error))")
            return
        }
    }

    @Test func `a node that does not know the question is not syncing`() async throws {
        #expect(try await verify(syncing: .error(-32_601, "the method does not exist")).isEmpty)
    }
}
