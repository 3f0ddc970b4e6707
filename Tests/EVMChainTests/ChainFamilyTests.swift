import ChainKit
import DepositCore
import DepositTestKit
import NodeRPC
import Testing

@testable import EVMChain

/// What chains of the family do in their own way.
@Suite struct ChainFamilyTests {
    private static let watched = ForgedBlock.watched

    @Test(arguments: [true, false])
    func `E23a: of OP Stack deposits, the one that failed is none, before and after Canyon`(isCanyon: Bool)
        async throws
    {
        var block = ForgedBlock()
        for (value, status) in [("0x5", "0x1"), ("0x6", "0x0")] {
            block.add(
                to: Self.watched, value: value, status: status,
                changed: [
                    "type": "0x7e", "sourceHash": block.word(4), "mint": "0x64", "isSystemTx": false,
                    "hash": block.word(0),
                ])
            block.transactions[block.transactions.count - 1]["hash"] = nil
            block.receipts[block.receipts.count - 1]["depositNonce"] = "0x9"
            if isCanyon { block.receipts[block.receipts.count - 1]["depositReceiptVersion"] = "0x1" }
        }
        let found = try await block.sealed().transfers(on: chain(), to: [Self.watched])
        #expect(found.map(\.amount) == [Amount(UInt64(5))])
        #expect(found.map(\.doubt) == [nil])
    }

    @Test func `an Arbitrum block is proven: internal first, then a deposit from Ethereum`() async throws {
        var block = ForgedBlock()
        let common: [String: Any] = ["chainId": "0xa4b1"]
        block.add(
            to: ForgedBlock.other, changed: common.merging(["type": "0x6a", "input": "0x6bf6a42d"]) { $1 })
        block.add(
            to: Self.watched, value: "0x5",
            changed: common.merging(["type": "0x64", "requestId": block.word(8)]) { $1 })
        let found = try await block.sealed().transfers(on: chain(), to: [Self.watched])
        #expect(found.map(\.amount) == [Amount(UInt64(5))])
    }

    @Test func `an Arbitrum retryable's creation is no transfer`() async throws {
        var block = ForgedBlock()
        block.add(to: Self.watched, value: "0x5", changed: ["type": "0x69", "hash": block.word(1)])
        let chain = try chain(proof: "bloom", options: "{transactions: arbitrum}")
        let found = try await block.sealed().transfers(on: chain, to: [Self.watched])
        #expect(found.isEmpty)
    }

    @Test func `an Avalanche header is hashed with its own fields`() async throws {
        var block = ForgedBlock()
        block.header = [
            "extDataHash": block.word(11), "extDataGasUsed": "0x0", "blockGasCost": "0x0",
            "blobGasUsed": "0x0",
            "excessBlobGas": "0x0", "parentBeaconBlockRoot": block.word(0),
            "timestampMilliseconds": "0x19c45678",
            "minDelayExcess": "0x7a1200",
        ]
        block.add(to: Self.watched, value: "0x5")
        let sealed = block.sealed(layout: .avalanche)
        let found = try await sealed.transfers(on: chain(options: "{header: avalanche}"), to: [Self.watched])
        #expect(found.count == 1)
        await #expect(throws: NodeError.self) { try await sealed.transfers(on: chain(), to: [Self.watched]) }
    }

    /// An import from the X- or P-Chain has no transaction: it stands in `blockExtraData`, under a hash of its own.
    @Test func `E23c: an Avalanche atomic import is not seen, and its block is proven`() async throws {
        var block = ForgedBlock()
        block.header = [
            "extDataHash": block.word(12), "extDataGasUsed": "0x2c78", "blockGasCost": "0x0",
            "blockExtraData": "0x0000" + Self.watched.dropFirst(2),
        ]
        block.add(to: ForgedBlock.other)
        let sealed = block.sealed(layout: .avalanche)
        #expect(
            try await sealed.transfers(on: chain(options: "{header: avalanche}"), to: [Self.watched]).isEmpty)
    }

    @Test func `E23d: a log of the chain's own coin is not counted beside its transfer`() async throws {
        var block = ForgedBlock()
        let coin = "0x0000000000000000000000000000000000001010"
        block.add(to: Self.watched, value: "0x5", logs: [ForgedBlock.log("0x5", token: coin)])
        let found = try await block.sealed().transfers(on: chain(), to: [Self.watched])
        #expect(found.map(\.position.text) == ["call:0"])
        #expect(throws: ConfigError.self) { try chain(assets: [(id: "COIN", contract: coin)]) }
    }

    /// Since block 80,084,800 the state-sync transaction is in the body, and its RPC answer lacks what it is
    /// made of.
    @Test func `E23b: a Polygon state-sync transaction's tokens go to review, and its block stands`()
        async throws
    {
        var block = ForgedBlock()
        block.add(to: Self.watched, value: "0x5")
        block.add(
            to: ForgedBlock.other, logs: [ForgedBlock.log("0x6")],
            changed: ["type": "0x7f", "hash": block.word(3), "from": ForgedBlock.other])
        let assets = [(id: "USD", contract: ForgedBlock.token)]
        let chain = try chain(assets: assets, options: "{state_sync: true}")
        let found = try await block.sealed().transfers(on: chain, to: [Self.watched])
        #expect(found.map(\.doubt) == [nil, .transactionTypeUnknown])
    }

    /// Before that it stood behind the block, outside of roots, gas and bloom.
    @Test func `E23b: a Polygon pseudo transaction is set apart from the roots`() async throws {
        var block = ForgedBlock()
        block.add(to: Self.watched, value: "0x5")
        var sealed = block.sealed()
        let header = sealed.header
        var message = Array("matic-bor-receipt-".utf8) + [0, 0, 0, 0, 0, 0, 0, 100]
        guard case .string(let hash) = PlainRLP.hex(header.hash.text) else { return }
        message += hash
        let pseudo = Keccak256.hash(message).text
        let zero = "0x" + String(repeating: "0", count: 40)
        let quantities = ["value", "gas", "gasPrice", "nonce", "v", "r", "s"]
        var transaction: [String: Any] = [
            "hash": pseudo, "from": zero, "to": zero, "input": "0x", "type": "0x0",
        ]
        for name in quantities { transaction[name] = "0x0" }
        sealed.transactions.append(transaction)
        var log = ForgedBlock.log("0x6")
        log["blockHash"] = header.hash.text
        log["transactionHash"] = pseudo
        log["logIndex"] = "0x0"
        sealed.receipts?.append([
            "blockHash": header.hash.text, "transactionHash": pseudo, "transactionIndex": "0x1",
            "status": "0x1",
            "cumulativeGasUsed": "0x0", "logs": [log],
        ])
        let assets = [(id: "USD", contract: ForgedBlock.token)]
        let found = try await sealed.transfers(
            on: chain(assets: assets, options: "{state_sync: true}"), to: [Self.watched], as: header)
        #expect(found.map(\.doubt) == [nil, .transactionTypeUnknown])
        await #expect(throws: NodeError.self) {
            try await sealed.transfers(on: chain(assets: assets), to: [Self.watched], as: header)
        }
    }
}
