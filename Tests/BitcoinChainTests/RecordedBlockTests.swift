import DepositCore
import DepositTestKit
import Foundation
import NodeRPC
import Testing

@testable import BitcoinChain

@Suite(
    .enabled(
        if: Recordings.areThere, "no recordings: set DEPOSITWATCH_RECORDINGS to the folder that holds them"))
struct `Recorded blocks` {
    static let raw = [
        ("bitcoin", "bitcoin/bitcoin_mainnet_951658.json", 374),
        ("litecoin", "litecoin/litecoin_mainnet_900000.json", 5),
        ("litecoin", "litecoin/litecoin_mainnet_2265985.json", 58),
        ("dogecoin", "dogecoin/dogecoin_mainnet_371337.json", 6),
    ]

    @Test(arguments: raw)
    func `a raw block is proven and gives the transactions the node named`(
        chain: String, path: String, count: Int
    ) throws {
        let chain = try Chains.named(chain)
        let (block, hash, ids) = try Recordings.read(path) { json in
            (
                try #require(Hex.decode(json.member("block")?.string ?? "")),
                json.member("hash")?.string ?? "",
                json.member("tx")?.elements.compactMap(\.string) ?? []
            )
        }
        let proven = try read(block, hash, chain)
        #expect(ids.count == count)
        #expect(Set(proven.outputs.map(\.transaction.text)) == Set(ids))
        #expect(proven.outputs.count { $0.source == .coinbase } >= 1)
    }

    @Test func `Litecoin's peg-outs are told from payments`() throws {
        let path = "litecoin/litecoin_mainnet_2265985.json"
        let block = try read(
            bytes(Recordings.string(path, "block")), Recordings.string(path, "hash"), Chains.named("litecoin")
        )
        let last = try #require(block.outputs.last)
        #expect(
            block.outputs.filter { $0.source == .pegOut }.allSatisfy { $0.transaction == last.transaction })
        #expect(block.outputs.count { $0.source == .pegOut } >= 1)
        #expect(
            block.outputs.first { $0.transaction == last.transaction }?.script.starts(with: [0x58, 32])
                == true)
    }

    @Test(arguments: [
        "block_200000_v2", "get_block_pubkey_case", "get_block_pubkey_input_non_coinbase_case",
        "get_block_pubkey_output_non_coinbase_case",
    ])
    func `a block rebuilt from JSON is proven and gives every output that JSON lists`(name: String) throws {
        let chain = try Chains.named("bitcoin")
        let (raw, hash, listed) = try Recordings.read("bitcoin/\(name).json") { json in
            (try rebuilt(json), json.member("hash")?.string ?? "", outputs(json))
        }
        let found = try read(raw, hash, chain).outputs.map(Listed.init)
        // One recording was given an output that its transaction does not have.
        let isEdited = name == "get_block_pubkey_case"
        #expect(found == listed.filter { $0.value > 0 }.dropLast(isEdited ? 1 : 0))
    }

    @Test(arguments: [
        "btc_getblockresponse", "get_block", "get_block_multisig_case", "get_block_oldschemaaddresses",
    ])
    func `transactions of a block cut short have the ids and outputs that JSON lists`(name: String) throws {
        try Recordings.read("bitcoin/\(name).json") { json in
            var read: [Listed] = []
            for transaction in json.member("tx")?.elements ?? json.elements {
                let raw = bytes(transaction.member("hex")?.string ?? "")
                read += try raw.withUnsafeBytes { raw in
                    var reader = ByteReader(raw)
                    var found: [(Int, UInt64, [UInt8])] = []
                    let parsed = try RawTransaction(&reader, mweb: false) {
                        found.append(($0, $1, Array($2)))
                    }
                    #expect(reader.isAtEnd)
                    return found.map { Listed(parsed.id.text, $0.0, $0.1, Hex.text($0.2)) }
                }
            }
            // Some of the recordings list only the first outputs.
            let listed = outputs(json)
            #expect(!listed.isEmpty && listed.allSatisfy(read.contains))
            let ids = json.member("tx")?.elements.compactMap { $0.member("txid")?.string }
            #expect(Set(read.map(\.transaction)) == Set(ids ?? []))
        }
    }

    @Test func `Dogecoin's block 2 is proven from its header and its transaction`() throws {
        let name = "ea5380659e02a68c073369e502125c634b2fb0aaf351b9360c673368c4f20c96"
        let id = "3b14b76d22a3f2859d73316002bc1b9bfc7f37e2c3393be9b722b62bbd786983"
        let transaction = try Recordings.string(
            "dogecoin/rpc_response_getrawtransaction_\(id).json",
            "hex")
        let header = try Recordings.read("dogecoin/rpc_response_getblock_\(name)_True.json") {
            try rawHeader($0)
        }
        let block = try read(header + [1] + bytes(transaction), name, Chains.named("dogecoin"))
        #expect(block.outputs.map(\.value) == [729_752_00_000_000])
    }

    private func read(_ raw: [UInt8], _ hash: String, _ chain: Bitcoin) throws -> RawBlock {
        let hash = try #require(Hash256(text: hash))
        return try raw.withUnsafeBytes { raw in
            try RawBlock(raw, hash: hash, format: chain.options.format) { _ in true }
        }
    }

    /// The block's bytes, from an answer that has every transaction's hex.
    private func rebuilt(_ json: JSON) throws -> [UInt8] {
        let transactions = json.member("tx")?.elements.map { bytes($0.member("hex")?.string ?? "") } ?? []
        return try rawHeader(json) + transactions.count.compactSize + transactions.flatMap { $0 }
    }

    private func rawHeader(_ json: JSON) throws -> [UInt8] {
        func number(_ name: StaticString) throws -> UInt32 {
            UInt32(truncatingIfNeeded: try #require(json.member(name)?.signed))
        }
        func hash(_ name: StaticString) -> [UInt8] { bytes(json.member(name)?.string ?? "").reversed() }
        return try number("version").little + hash("previousblockhash") + hash("merkleroot")
            + number("time").little + bytes(json.member("bits")?.string ?? "").reversed()
            + number("nonce").little
    }

    private func outputs(_ json: JSON) -> [Listed] {
        (json.member("tx")?.elements.map { $0 } ?? []).flatMap { transaction in
            (transaction.member("vout")?.elements.map { $0 } ?? []).map { output in
                let coins = Double(output.member("value")?.text ?? "") ?? -1
                return Listed(
                    transaction.member("txid")?.string ?? "", Int(output.member("n")?.signed ?? -1),
                    UInt64((coins * 100_000_000).rounded()),
                    output.member("scriptPubKey")?.member("hex")?.string ?? "")
            }
        }
    }

    struct Listed: Equatable {
        let transaction: String
        let index: Int
        let value: UInt64
        let script: String

        init(_ transaction: String, _ index: Int, _ value: UInt64, _ script: String) {
            (self.transaction, self.index, self.value, self.script) = (transaction, index, value, script)
        }

        init(_ output: RawBlock.Output) {
            self.init(output.transaction.text, output.index, output.value, Hex.text(output.script))
        }
    }
}
