import ChainKit
import DepositCore
import DepositTestKit
import Foundation
import NodeRPC
import Testing

@testable import EVMChain

/// Who sent a transaction is told by its signature, not by the node.
@Suite struct SenderTests {
    private static let watched = ForgedBlock.watched

    /// Every sender of every recorded block, of Ethereum before and after EIP-155 and of Polygon.
    @Test(.enabled(if: Recordings.isPresent, "\(Recordings.absence)"))
    func `recorded senders are those that the signatures give`() throws {
        var blocks = try [468_179, 4_370_006, 4_404_763, 7_280_016, 13_998_626].map {
            try RecordedBlock(height: $0).transactions
        }
        blocks += try [16_000_000, 16_000_001, 18_000_000].map { try RecordedBlock(rpc: $0).transactions }
        blocks += try RecordedPolygonTests.blocks("watch1").map {
            $0.block["transactions"] as? [[String: Any]] ?? []
        }
        var recovered = 0
        for transactions in blocks {
            for transaction in transactions where transaction["from"] as? String != Self.nobody {
                let signer = try Self.signer(of: transaction)
                #expect(signer?.text == (transaction["from"] as? String)?.lowercased())
                recovered += 1
            }
        }
        #expect(recovered > 1_000)
    }

    /// The sender of Polygon's state-sync transaction, which nobody signs.
    private static let nobody = "0x" + String(repeating: "0", count: 40)

    private static func signer(of transaction: [String: Any]) throws -> AccountBytes? {
        try withJSON(Array(text(transaction).utf8)) { (json: JSON) throws(Flaw) -> AccountBytes? in
            var object = AnswerObject<TransactionField>()
            var writer = RLPWriter()
            try object.read(json)
            let type = object.has(.type) ? try object.unsigned(.type) : 0
            return try TransactionTypes(nil).encoding(type, of: object)?.signer(of: object, &writer)
        }
    }

    @Test func `a sender that the node does not name is told all the same`() async throws {
        var block = ForgedBlock()
        block.add(to: Self.watched, value: "0x5")
        var told = block.sealed()
        told.transactions[0]["from"] = nil
        let found = try await told.transfers(on: chain(), to: [Self.watched])
        #expect(found.map(\.from) == [[ForgedBlock.sender]])
    }

    @Test func `the sender of what matches nothing costs nothing`() async throws {
        var block = ForgedBlock()
        block.add(to: ForgedBlock.other, value: "0x5", changed: ["from": Self.watched])
        #expect(try await block.sealed().transfers(on: chain(), to: [Self.watched]).isEmpty)
    }

    @Test func `a made-up sender of a creation is refused, for the contract's address follows from it`()
        async throws
    {
        var block = ForgedBlock()
        block.add(to: nil, value: "0x5", changed: ["from": Self.watched])
        let error = await #expect(throws: NodeError.self) {
            try await block.sealed().transfers(on: chain(), to: [Self.watched])
        }
        #expect(said(error).contains("sender of transaction 0"))
    }

    /// Its type's encoding holds no value and no recipient, so neither does its hash.
    @Test func `an Arbitrum internal transaction moves nothing, whatever the node says`() async throws {
        var block = ForgedBlock()
        block.add(
            to: Self.watched, value: "0x5",
            changed: ["type": "0x6a", "chainId": "0xa4b1", "input": "0x6bf6a42d"])
        #expect(try await block.sealed().transfers(on: chain(), to: [Self.watched]).isEmpty)
    }

    /// Optimism's first blocks have messages in the form of legacy transactions, without a signature.
    @Test func `what nobody signed names no sender`() async throws {
        var block = ForgedBlock()
        block.add(
            to: Self.watched, value: "0x5",
            changed: ["v": "0x0", "r": "0x0", "s": "0x0", "from": ForgedBlock.other])
        let found = try await block.sealed().transfers(on: chain(), to: [Self.watched])
        #expect(found.map(\.from) == [[]])
    }
}
