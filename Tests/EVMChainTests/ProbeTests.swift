import ChainKit
import DepositCore
import NodeRPC
import Synchronization
import Testing

@testable import EVMChain

/// What a node has and lacks, found out beforehand.
@Suite struct ProbeTests {
    private static let block: RecordedBlock = {
        var block = ForgedBlock()
        block.add(to: ForgedBlock.watched, value: "0x5")
        block.add(to: ForgedBlock.watched, value: "0x6")
        return block.sealed()
    }()

    /// A node that answers some methods, or questions, in its own way; and what it was asked.
    private final class Scene: Sendable {
        let refusals: Mutex<[String: ScriptedWire.Reply]>
        let asked = Mutex<[String]>([])

        init(_ refusals: [String: ScriptedWire.Reply]) {
            self.refusals = Mutex(refusals)
        }

        func answer(_ method: String, _ params: String) -> ScriptedWire.Reply {
            asked.withLock { $0.append(method) }
            if let refusal = refusals.withLock({ $0[method] ?? $0[params] }) { return refusal }
            if params.contains("0x" + String(repeating: "0", count: 64)) { return .result("null") }
            if method == "eth_getTransactionReceipt" {
                let receipt = (block.receipts ?? []).first {
                    params.contains($0["transactionHash"] as? String ?? "-")
                }
                return receipt.map { .result(text($0)) } ?? .result("null")
            }
            return block.answer(method, params)
        }
    }

    private func adapter(_ scene: Scene, options: String = "{}") throws -> any ChainAdapter {
        try chain(options: options).adapter(
            on: Node(name: "node", wire: ScriptedWire { scene.answer($0, $1) }))
    }

    private static let absent = ScriptedWire.Reply.error(-32_601, "the method does not exist")

    @Test func `a node that has everything lacks nothing`() async throws {
        let adapter = try adapter(Scene([:]), options: "{internal_transfers: call_tracer}")
        #expect(
            try await adapter.probe() == [
                Capability("receipts by block", isOffered: true), Capability("finality tag", isOffered: true),
                Capability("traces", isOffered: true),
            ])
    }

    @Test func `receipts by block that are missing are not asked for again, until the next probe finds them`()
        async throws
    {
        let scene = Scene(["eth_getBlockReceipts": Self.absent])
        let adapter = try adapter(scene)
        #expect(try await adapter.probe().first == Capability("receipts by block", isOffered: false))
        scene.asked.withLock { $0 = [] }
        let found = try await adapter.blocks([Self.block.header], watching: watchlist([ForgedBlock.watched]))
        #expect(found.flatMap(\.transfers).count == 2)
        #expect(scene.asked.withLock { !$0.contains("eth_getBlockReceipts") && !$0.contains("eth_getLogs") })

        scene.refusals.withLock { $0 = [:] }
        #expect(try await adapter.probe().first == Capability("receipts by block", isOffered: true))
        scene.asked.withLock { $0 = [] }
        _ = try await adapter.blocks([Self.block.header], watching: watchlist([]))
        #expect(scene.asked.withLock { $0 } == ["eth_getBlockByHash", "eth_getBlockReceipts"])
    }

    @Test func `a tag that a node does not know is said to be missing, and one without a block is not`()
        async throws
    {
        let tag = #"["finalized",false]"#
        for (reply, isOffered) in [
            (ScriptedWire.Reply.error(-32_602, "invalid block tag"), false), (.result("null"), true),
        ] {
            let found = try await adapter(Scene([tag: reply])).probe()
            #expect(found.last == Capability("finality tag", isOffered: isOffered))
        }
        let untagged = try chain(finality: "{depth: 9}")
            .adapter(on: Node(name: "node", wire: ScriptedWire { Scene([:]).answer($0, $1) }))
        #expect(try await untagged.probe().count == 1)
    }

    @Test(arguments: [
        ("call_tracer", "debug_traceBlockByHash", "debug"), ("trace_block", "trace_block", "trace"),
    ])
    func `without the traces that the chain file asks for a node cannot be used`(
        option: String, method: String, module: String
    ) async throws {
        let scene = Scene([method: Self.absent])
        let adapter = try adapter(scene, options: "{internal_transfers: \(option)}")
        let words =
            "node: cannot be used: it has no \(method) (error -32601: the method does not exist), which internal_transfers: \(option) in the chain file "
            + "needs; switch its \(module) API on, take a node or plan that has it, or give up internal_transfers"
        let probed = await #expect(throws: NodeError.self) { try await adapter.probe() }
        #expect(said(probed) == words)
        let read = await #expect(throws: NodeError.self) {
            try await adapter.blocks([Self.block.header], watching: watchlist([]))
        }
        #expect(said(read) == words, "and where nobody has asked before")
    }

    @Test func `without the balances that a token needs a node cannot be used`() async throws {
        for (refusals, isUsed) in [([:], true), (["eth_call": Self.absent], false)] {
            let scene = Scene(refusals)
            let chain = try chain(assets: [(id: "USD", contract: ForgedBlock.token)], verified: ["USD"])
            let adapter = chain.adapter(on: Node(name: "node", wire: ScriptedWire { scene.answer($0, $1) }))
            guard isUsed else {
                let error = await #expect(throws: NodeError.self) { try await adapter.probe() }
                #expect(
                    said(error)
                        == "node: cannot be used: it has no eth_call (error -32601: the method does not exist), which "
                        + "verify_by_balance of USD in the chain file needs; take a node or plan that has it, or give up verify_by_balance"
                )
                continue
            }
            #expect(try await adapter.probe().last == Capability("balances", isOffered: true))
        }
        let scene = Scene([:])
        _ = try await adapter(scene).probe()
        #expect(scene.asked.withLock { !$0.contains("eth_call") }, "where no token needs them nobody asks")
    }

    @Test(arguments: [[:], ["eth_getBlockReceipts": absent]])
    func `receipts or logs that are too many for one answer are read receipt by receipt`(
        lacking: [String: ScriptedWire.Reply]
    ) async throws {
        let refusal = ScriptedWire.Reply.error(-32_000, "response too large")
        let scene = Scene(["eth_getBlockReceipts": refusal, "eth_getLogs": refusal].merging(lacking) { $1 })
        let found = try await adapter(scene).blocks(
            [Self.block.header], watching: watchlist([ForgedBlock.watched]))
        #expect(found.flatMap(\.transfers).map(\.amount) == [Amount(5), Amount(6)])
    }
}
