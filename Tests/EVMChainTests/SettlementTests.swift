import ChainKit
import DepositCore
import DepositTestKit
import Foundation
import NodeRPC
import Testing

@testable import EVMChain

/// Blocks whose receipts a later header commits to (ACP-194), as one node shows them.
///
/// In the made-up chain block 3 is the first of them. Every other header settles nothing; those between settle what
/// lies two blocks below: 5 settles 3, 7 settles 4 and 5, 9 settles 6 and 7.
@Suite struct SettlementTests {
    private struct Scene {
        let chain: TestChain
        let node: ScriptedNode
        let watched: Address
        let adapter: any ChainAdapter

        /// Blocks 1 to 9, and in each of 2 to 6 payments in the coin and, by default, one in the token.
        init(hasTokens: Bool = true) throws {
            chain = try TestChain(settledSince: 3)
            node = chain.node("a")
            watched = try chain.address(1)
            adapter = chain.chain.adapter(on: node.node)
            try chain.mine(count: 1)
            for number in 2...6 {
                let token = TestChain.Payment(
                    "token \(number)", to: watched, amount: 7, asset: AssetID("TOK"))
                try chain.mine(
                    [.init("coin \(number)", to: watched, amount: 5)] + (hasTokens ? [token] : [])
                        + [.init("failed \(number)", to: watched, amount: 9, succeeds: false)])
            }
            try chain.mine(count: 3)
        }

        func headers(_ heights: ClosedRange<Int>) throws -> [Header] { Array(try chain.headers()[heights]) }

        func settled(_ heights: ClosedRange<Int>, under above: ClosedRange<Int>? = nil) async throws
            -> [Block]
        {
            try await adapter.settled(
                try headers(heights), under: try above.map(headers) ?? [], watching: watchlist([watched.text])
            )
        }

        func blocks(_ heights: ClosedRange<Int>) async throws -> [Block] {
            try await adapter.blocks(try headers(heights), watching: watchlist([watched.text]))
        }
    }

    private static func commitment(_ height: UInt64, settling: UInt64?) -> Commitment {
        Commitment(height: height, settledHeight: settling, receiptsRoot: .zero, bloom: LogsBloom())
    }

    @Test(
        arguments: [
            // The first of the new kind, on one that proves itself, settles nothing, or what it says above that.
            (parent: 100, parentSettled: nil, settled: 100, expected: 101..<101),
            (101, 100, 100, 101..<101),
            (102, 100, 102, 101..<103),
            (103, 102, 102, 103..<103),
            (104, 102, 103, 103..<104),
            (104, 99, 104, 100..<105),
        ] as [(parent: UInt64, parentSettled: UInt64?, settled: UInt64, expected: Range<UInt64>)])
    func `a header settles what lies above its parent's settled height, up to its own`(
        parent: UInt64, parentSettled: UInt64?, settled: UInt64, expected: Range<UInt64>
    ) throws {
        let header = Self.commitment(parent + 1, settling: settled)
        #expect(try header.range(above: Self.commitment(parent, settling: parentSettled)) == expected)
    }

    @Test(
        arguments: [
            (parentSettled: nil, settled: 99), (parentSettled: nil, settled: 101),
            (parentSettled: 98, settled: 97),
            (parentSettled: 98, settled: 102),
        ] as [(parentSettled: UInt64?, settled: UInt64)])
    func `a header that settles itself, or less than its parent, is none`(
        parentSettled: UInt64?, settled: UInt64
    ) {
        let header = Self.commitment(101, settling: settled)
        #expect(throws: Flaw.self) {
            try header.range(above: Self.commitment(100, settling: parentSettled))
        }
    }

    /// Blocks from 100 on by what their headers say is settled; nil: they commit to their own results.
    @Test(
        arguments: [
            (said: [nil, nil], own: 2, parts: [], count: 2),
            (said: [nil, 100, 100, 102], own: 1, parts: [101..<103], count: 4),
            (said: [nil, 100, 100, 102, 102, 103], own: 1, parts: [101..<103, 103..<104], count: 6),
            // The list that settles the first block begins below it.
            (said: [96, 96, 101, 102], own: 0, parts: [97..<102, 102..<103], count: 4),
            // The first header's own list follows from a parent that is not here, and lies below in any case.
            (said: [99], own: 0, parts: [], count: 1),
            (said: [99, 99, 99], own: 0, parts: [], count: 3),
            // Headers above only prove.
            (said: [99, 99, 99, 100, 102], own: 0, parts: [100..<101], count: 1),
        ] as [(said: [UInt64?], own: Int, parts: [Range<UInt64>], count: Int)])
    func `what can be proven is found from what the headers say`(
        said: [UInt64?], own: Int, parts: [Range<UInt64>], count: Int
    ) throws {
        let commitments = said.enumerated().map { Self.commitment(100 + UInt64($0), settling: $1) }
        let plan = try SettlementPlan(commitments, upTo: count, atOnce: 64)
        #expect(plan.own == own)
        #expect(plan.parts.map(\.heights) == parts)
    }

    @Test func `no header settles blocks without end`() {
        let commitments = [Self.commitment(9_999, settling: 1), Self.commitment(10_000, settling: 9_999)]
        #expect(throws: Flaw.self) { try SettlementPlan(commitments, upTo: 2, atOnce: 64) }
    }

    @Test func `a block that commits to its own receipts settles itself`() throws {
        #expect(
            try Self.commitment(7, settling: nil).range(above: Self.commitment(6, settling: nil)) == 7..<8)
    }

    @Test func `blocks show their deposits at once and are proven by none of their own fields`() async throws
    {
        let blocks = try await Scene().blocks(2...4)
        #expect(blocks.map(\.transfers.count) == [2, 2, 2])
        #expect(blocks.map(\.isAwaited) == [false, true, true])
        #expect(blocks.map(\.isProven) == [true, false, false])
    }

    @Test func `what is settled is proven, as far as the headers at hand reach`() async throws {
        let scene = try Scene()
        #expect(try await scene.settled(1...9).map(\.header) == scene.headers(1...7))
        #expect(try await scene.settled(3...8).map(\.header) == scene.headers(3...5))
        #expect(try await scene.settled(3...4).isEmpty)
        #expect(try await scene.settled(3...4, under: 5...6).map(\.header) == scene.headers(3...3))
        let blocks = try await scene.settled(1...6, under: 7...9)
        #expect(blocks.map(\.header) == (try scene.headers(1...6)))
        #expect(blocks.allSatisfy { $0.isProven && !$0.isAwaited })
        #expect(blocks.map(\.transfers.count) == [0, 2, 2, 2, 2, 2])
    }

    @Test func `a list that begins below the first block at hand is proven whole`() async throws {
        let scene = try Scene()
        let blocks = try await scene.settled(5...7)
        #expect(blocks.map(\.header) == (try scene.headers(5...5)))
        #expect(blocks.allSatisfy { $0.isProven })
        // Block 4 is part of the list under the root, though nobody asked for it.
        let fresh = chainWithout(4, of: scene)
        await #expect(throws: NodeError.self) {
            try await fresh.settled(scene.headers(5...7), under: [], watching: watchlist([]))
        }
    }

    /// The same chain through a node that has no receipts of one block.
    private func chainWithout(_ height: Int, of scene: Scene) -> any ChainAdapter {
        let hash = (try? scene.chain.headers()[height].hash.text) ?? ""
        let wire = BentWire(scene.node, null: { $0.contains("eth_getBlockReceipts") && $0.contains(hash) })
        return scene.chain.chain.adapter(on: Node(name: "bent", wire: wire))
    }

    @Test(arguments: [NodeFault.droppedLog, .flippedStatus])
    func `a receipt that was altered is found out by the header that settles it`(lie: NodeFault) async throws
    {
        let scene = try Scene(hasTokens: lie == .droppedLog)
        let honest = try await scene.blocks(3...3)
        scene.node.inflict(lie, on: "eth_getBlockReceipts")
        #expect(try await scene.blocks(3...3) != honest, "the lie changes nothing")
        let error = await #expect(throws: NodeError.self) { try await scene.settled(3...9) }
        #expect(said(error).contains("receipts root of block 5 over the blocks that it settles (3)"))
    }

    @Test(arguments: [NodeFault.nullAnswer, .emptyList])
    func `receipts that are not there yet are waited for and are no lie`(habit: NodeFault) async throws {
        let scene = try Scene()
        scene.node.inflict(habit, on: "eth_getBlockReceipts")
        for heights in [3...3, 6...6] {
            let error = await #expect(throws: NodeError.self) { try await scene.blocks(heights) }
            #expect(error?.isWait == true, "\(said(error))")
        }
        // A block that commits to its own was carried out before anybody saw it: its receipts are asked for otherwise.
        do {
            let block = try await scene.blocks(2...2).first
            #expect(block?.transfers.isEmpty == false && habit == .nullAnswer)
        } catch let error as NodeError {
            #expect(!error.isWait)
        }
    }

    @Test func `a block without transactions has no receipts to wait for`() async throws {
        let scene = try Scene()
        scene.node.inflict(.emptyList, on: "eth_getBlockReceipts")
        #expect(try await scene.blocks(8...8).map(\.transfers.count) == [0])
    }

    @Test func `receipts one by one are waited for too`() async throws {
        let scene = try Scene()
        scene.node.inflict(.refuses(code: -32_601, message: "no such method"), on: "eth_getBlockReceipts")
        #expect(try await scene.settled(3...9).map(\.transfers.count) == [2, 2, 2, 2, 0])
        scene.node.inflict(.nullAnswer, on: "eth_getTransactionReceipt")
        let error = await #expect(throws: NodeError.self) { try await scene.blocks(4...4) }
        #expect(error?.isWait == true, "\(said(error))")
    }

    @Test func `logs alone never say that nothing is in a block that may not be carried out yet`()
        async throws
    {
        let scene = try Scene()
        let file = scene.chain.file.replacingOccurrences(of: "proof: full", with: "proof: bloom")
        let chain = try scene.chain.chain(described: file)
        scene.node.inflict(.refuses(code: -32_601, message: "no such method"), on: "eth_getBlockReceipts")
        scene.node.inflict(.emptyList, on: "eth_getLogs")
        let blocks = try await chain.adapter(on: scene.node.node).blocks(
            scene.headers(3...3), watching: watchlist([scene.watched.text]))
        #expect(blocks.map(\.transfers.count) == [2])
        #expect(scene.node.asked("eth_getLogs") == 0)
    }

    @Test func `a header whose settled fields were altered does not hash`() async throws {
        let scene = try Scene()
        let wire = BentWire(
            scene.node, null: { _ in false },
            bending: {
                $0.replacingOccurrences(of: #""settledHeight":"0x3""#, with: #""settledHeight":"0x4""#)
            })
        let adapter = scene.chain.chain.adapter(on: Node(name: "bent", wire: wire))
        let error = await #expect(throws: NodeError.self) { try await adapter.headers(at: 5...5) }
        #expect(said(error).contains("header hash of block 5"))
    }

    @Test func `the option needs a header that has the fields`() throws {
        #expect(throws: ConfigError.self) { try chain(options: "{settled: true}") }
        #expect(try chain(options: "{header: avalanche}").settlesLater)
        #expect(try !chain(options: "{header: avalanche, settled: false}").settlesLater)
        #expect(try !chain().settlesLater)
    }
}
