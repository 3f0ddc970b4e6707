import ChainKit
import DepositCore
import DepositTestKit
import NodeRPC
import Testing

@testable import EVMChain

/// Polygon's pseudo transaction, which stands behind its block and outside of both roots.
@Suite struct StateSyncTests {
    private static let assets = [(id: "USD", contract: ForgedBlock.token)]

    private struct Scene {
        var block: RecordedBlock
        let header: Header
        let pseudo: String
        let transaction: [String: Any]
        let receipt: [String: Any]

        init() {
            var forged = ForgedBlock()
            forged.add(to: ForgedBlock.watched, value: "0x5")
            block = forged.sealed()
            header = block.header
            let hash = (Bytes32(header.hash.text) ?? .zero).withBytes { Array($0) }
            let message = Array("matic-bor-receipt-".utf8) + [0, 0, 0, 0, 0, 0, 0, 100] + hash
            pseudo = Keccak256.hash(message).text
            let zero = "0x" + String(repeating: "0", count: 40)
            transaction = ["hash": pseudo, "from": zero, "to": zero, "type": "0x0", "value": "0x0"]
            let place: [String: Any] = ["blockHash": header.hash.text, "transactionHash": pseudo]
            receipt = [
                "transactionIndex": "0x1", "status": "0x1", "cumulativeGasUsed": "0x0",
                "logs": [ForgedBlock.log("0x6").merging(place) { $1 }.merging(["logIndex": "0x0"]) { $1 }],
            ].merging(place) { $1 }
        }

        /// - Parameter alone: the answer for the receipt alone.
        func read(alone: ScriptedWire.Reply? = nil, options: String = "{state_sync: true}") async throws
            -> Block?
        {
            let (told, pseudo) = (block, pseudo)
            let node = Node(
                name: "node",
                wire: ScriptedWire { method, params in
                    if let alone, method == "eth_getTransactionReceipt", params.contains(pseudo) {
                        return alone
                    }
                    return told.answer(method, params)
                })
            return try await chain(assets: StateSyncTests.assets, options: options).adapter(on: node)
                .blocks([header], watching: watchlist([ForgedBlock.watched])).first
        }
    }

    private static let found: [Doubt?] = [nil, .transactionTypeUnknown]

    @Test func `its receipt is asked for alone where the others come without it`() async throws {
        var scene = Scene()
        scene.block.transactions.append(scene.transaction)
        let read = try await scene.read(alone: .result(text(scene.receipt)))
        #expect(read?.transfers.map(\.doubt) == Self.found)
        #expect(read?.transfers.last?.transaction.text == scene.pseudo)
        var whole = scene
        whole.block.receipts?.append(scene.receipt)
        #expect(try await whole.read()?.transfers == read?.transfers, "as where it comes with the others")
    }

    @Test func `that its receipt is left out is told`() async throws {
        var scene = Scene()
        scene.block.transactions.append(scene.transaction)
        let (told, receipt) = (scene.block, text(scene.receipt))
        let node = Node(
            name: "node",
            wire: ScriptedWire { method, params in
                method == "eth_getTransactionReceipt" ? .result(receipt) : told.answer(method, params)
            })
        _ = try await chain(options: "{state_sync: true}").adapter(on: node)
            .blocks([scene.header], watching: watchlist([]))
        #expect(node.remarks.all.map(\.topic) == ["state-sync receipts"])
    }

    @Test func `its receipt alone with the others is enough`() async throws {
        var scene = Scene()
        scene.block.receipts?.append(scene.receipt)
        #expect(try await scene.read()?.transfers.map(\.doubt) == Self.found)
    }

    @Test func `where its receipt is nowhere another node is asked for, with words`() async throws {
        var scene = Scene()
        scene.block.transactions.append(scene.transaction)
        for reply in [ScriptedWire.Reply.result("null"), .error(-32_000, "not found")] {
            let error = await #expect(throws: NodeError.self) { try await scene.read(alone: reply) }
            #expect(said(error).contains("neither with the others nor alone; add a node that has it"))
        }
        var other = scene.receipt
        other["transactionHash"] = "0x" + String(repeating: "9", count: 64)
        let wrong = ScriptedWire.Reply.result(text(other))
        await #expect(throws: NodeError.self, "another's receipt") { try await scene.read(alone: wrong) }
    }

    @Test func `any other receipt that is left out is refused, and so is one on a chain without it`()
        async throws
    {
        var scene = Scene()
        scene.block.receipts = []
        await #expect(throws: NodeError.self) { try await scene.read() }
        scene = Scene()
        scene.block.transactions.append(scene.transaction)
        scene.block.receipts = [scene.receipt]
        await #expect(throws: NodeError.self) { try await scene.read() }
        scene = Scene()
        scene.block.transactions.append(scene.transaction)
        let alone = ScriptedWire.Reply.result(text(scene.receipt))
        for options in ["{}", "{state_sync: true, state_sync_rooted: 100}"] {
            await #expect(throws: NodeError.self) { try await scene.read(alone: alone, options: options) }
        }
    }
}
