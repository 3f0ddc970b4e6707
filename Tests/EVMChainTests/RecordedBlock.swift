import ChainKit
import DepositCore
import Foundation
import NodeRPC

@testable import EVMChain

/// A block with its receipts and traces, as a node would answer them; any part of it may be changed to make
/// a lie.
struct RecordedBlock: @unchecked Sendable {
    var block: [String: Any]
    var receipts: [[String: Any]]?
    var traces: [Any] = []
    /// Whether the node has the receipts, and no method that gives those of a block.
    var lacksBlockReceipts = false

    /// `ethereum/N.json`.
    init(height: Int) throws {
        let json = try Recordings.json("ethereum/\(height).json") as? [String: Any] ?? [:]
        block = json["block"] as? [String: Any] ?? [:]
        receipts = json["receipts"] as? [[String: Any]]
        traces = (json["callTraces"] as? [Any] ?? []).map { ["result": $0] }
    }

    /// `ethereum/rpc/N.block.json`, with receipts where they were recorded.
    init(rpc height: Int) throws {
        block = try Recordings.json("ethereum/rpc/\(height).block.json") as? [String: Any] ?? [:]
        receipts = try? Recordings.json("ethereum/rpc/\(height).receipts.json") as? [[String: Any]]
    }

    init(block: [String: Any], receipts: [[String: Any]], traces: [Any] = []) {
        self.block = block
        self.receipts = receipts
        self.traces = traces
    }

    var transactions: [[String: Any]] {
        get { block["transactions"] as? [[String: Any]] ?? [] }
        set { block["transactions"] = newValue }
    }

    /// The header as an honest node gave it before: lies are told about what comes after.
    var header: Header {
        func number(_ name: String) -> UInt64 {
            UInt64((block[name] as? String ?? "").dropFirst(2), radix: 16) ?? 0
        }
        return Header(
            block: BlockRef(
                height: Height(number("number")) ?? 0, hash: BlockHash(block["hash"] as? String ?? ""),
                time: Timestamp(seconds: Int64(number("timestamp")))),
            parent: BlockHash(block["parentHash"] as? String ?? ""))
    }

    func answer(_ method: String, _ params: String) -> ScriptedWire.Reply {
        switch method {
        case "eth_getBlockByHash", "eth_getBlockByNumber": .result(text(block))
        case "eth_getTransactionReceipt":
            .result(
                (receipts ?? []).first { params.contains($0["transactionHash"] as? String ?? "-") }
                    .map { text($0) } ?? "null")
        case "eth_getBlockReceipts" where lacksBlockReceipts: .error(-32_601, "no such method")
        case "eth_getBlockReceipts": receipts.map { .result(text($0)) } ?? .error(-32_601, "no such method")
        case "debug_traceBlockByHash", "trace_block": .result(text(traces))
        case "eth_getLogs": .result(text((receipts ?? []).flatMap { $0["logs"] as? [Any] ?? [] }))
        default: .error(-32_601, "the method \(method) does not exist")
        }
    }

    /// What the adapter finds in this block, asked for by the header of `honest`.
    func transfers(on chain: EVM, to watched: [String], as honest: Header? = nil) async throws -> [Transfer] {
        try await read(on: chain, to: watched, as: honest).flatMap(\.transfers)
    }

    func read(on chain: EVM, to watched: [String], as honest: Header? = nil) async throws -> [Block] {
        let block = self
        let node = Node(name: "node", wire: ScriptedWire { block.answer($0, $1) })
        return try await chain.adapter(on: node).blocks([honest ?? header], watching: watchlist(watched))
    }
}

func watchlist(_ addresses: [String]) -> Watchlist {
    var list = Watchlist(seed: 7)
    for address in addresses {
        guard let account = AccountBytes(address) else { continue }
        list.add(account.array, generation: 1)
    }
    return list
}

/// A chain file for tests; `more` is added at its end.
func chain(
    proof: String = "full", assets: [(id: String, contract: String)] = [], options: String = "{}",
    finality: String = "{tag: finalized}", network: String? = nil, verified: [String] = []
) throws -> EVM {
    let genesis = "0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3"
    let tokens = assets.map { asset in
        let more = verified.contains(asset.id) ? ", verify_by_balance: true" : ""
        return #"  - {id: \#(asset.id), contract: "\#(asset.contract)", decimals: 6\#(more)}"#
    }
    return try EVM(
        ChainSpec(
            """
            id: test
            family: evm
            network: \(network ?? #"{chain_id: 1, genesis: "\#(genesis)"}"#)
            block_interval: 12s
            reorg_window: 100
            finality: \(finality)
            policy: [{depth: 1}]
            assets:
              - {id: ETH, native: true, decimals: 18}
            \(tokens.joined(separator: "\n"))
            proof: \(proof)
            options: \(options)
            """, file: "test.yaml"))
}

/// What an error tells a person.
func said(_ error: (any CustomStringConvertible)?) -> String {
    error?.description ?? "nothing"
}
