import ChainKit
import DepositCore
import Testing

@testable import EVMChain

/// Which blocks are proven by their own hash, so that one node is enough to read them.
@Suite struct ProvenTests {
    private static let watched = ForgedBlock.watched

    private static func block(_ change: (inout ForgedBlock) -> Void = { _ in }) -> RecordedBlock {
        var block = ForgedBlock()
        block.add(to: watched, value: "0x5")
        block.add(to: ForgedBlock.token, logs: [ForgedBlock.log("0x7")])
        block.withdrawals = [["index": "0x1", "validatorIndex": "0x2", "address": watched, "amount": "0x3"]]
        change(&block)
        return block.sealed()
    }

    private func isProven(
        _ block: RecordedBlock, proof: String = "full", options: String = "{withdrawals: true}",
        verified: [String] = [], watched: String = watched
    ) async throws -> [Bool] {
        let assets = [(id: "USD", contract: ForgedBlock.token)]
        let chain = try chain(proof: proof, assets: assets, options: options, verified: verified)
        return try await block.read(on: chain, to: [watched]).map(\.isProven)
    }

    @Test func `a block is proven where its header's hash is, with all roots`() async throws {
        #expect(try await isProven(Self.block()) == [true])
    }

    /// Without the header's hash its roots are the node's own.
    @Test(arguments: ["count", "bloom", "receipts"])
    func `a weaker proof is a node's word`(proof: String) async throws {
        #expect(try await isProven(Self.block(), proof: proof) == [false])
    }

    @Test func `inner calls are a node's word, unless there was nothing that could call`() async throws {
        let options = "{internal_transfers: call_tracer}"
        #expect(try await isProven(Self.block(), options: options) == [false])
        #expect(try await isProven(ForgedBlock().sealed(), options: options) == [true])
    }

    @Test(arguments: ["0x55", "0x7f"])
    func `a transaction of a type that cannot be encoded leaves its block a node's word`(type: String)
        async throws
    {
        let block = Self.block {
            $0.add(to: ForgedBlock.other, changed: ["type": type, "hash": $0.word(5)])
        }
        #expect(try await isProven(block, options: "{state_sync: true, state_sync_rooted: 1}") == [false])
    }

    /// Behind the block, under no root, there may be a transaction of which nothing tells.
    @Test(
        arguments: [("{state_sync: true}", false), ("{state_sync: true, state_sync_rooted: 101}", false)]
            + [("{state_sync: true, state_sync_rooted: 100}", true)])
    func `on Polygon a block is proven since its roots are over everything`(options: String, expected: Bool)
        async throws
    {
        #expect(try await isProven(Self.block(), options: options) == [expected])
    }

    @Test func `value to a contract whose creator's nonce no hash holds is a node's word`() async throws {
        let block = Self.block {
            $0.add(to: nil, value: "0x5", changed: ["type": "0x7e", "sourceHash": $0.word(4), "mint": "0x0"])
        }
        #expect(try await isProven(block) == [false])
    }
}
