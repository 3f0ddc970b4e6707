import ChainKit
import DepositCore
import Foundation
import NodeRPC
import Testing

@testable import EVMChain

/// Mainnet blocks as public nodes gave them, proven in full.
@Suite(.enabled(if: Recordings.isPresent, "\(Recordings.absence)"))
struct RecordedEthereumTests {
    private static let heights = [468_179, 4_370_006, 4_404_763, 7_280_016, 13_998_626]

    @Test(arguments: heights)
    func `a recorded block proves its header, roots and bloom`(height: Int) async throws {
        let recorded = try RecordedBlock(height: height)
        let transfers = try await recorded.transfers(on: chain(options: "{byzantium: 4370000}"), to: [])
        #expect(transfers.isEmpty)
    }

    /// Against a plain reading of the same traces, with every account that gets anything watched.
    @Test(arguments: heights)
    func `every value that moved is found once, where it moved`(height: Int) async throws {
        let recorded = try RecordedBlock(height: height)
        var expected: [String] = []
        var accounts: Set<String> = []
        for (index, trace) in recorded.traces.enumerated() {
            guard let top = (trace as? [String: Any])?["result"] as? [String: Any] else { continue }
            let hash = recorded.transactions[index]["hash"] as? String ?? ""
            for move in Self.moves(top, "call:0") {
                expected.append("\(hash) \(move.position) \(move.to) \(move.value)")
                accounts.insert(move.to)
            }
        }
        let chain = try chain(options: "{byzantium: 4370000, internal_transfers: call_tracer}")
        let found = try await recorded.transfers(on: chain, to: Array(accounts))
        #expect(
            found.map { "\($0.transaction) \($0.position) \($0.to.text) \($0.amount)" }.sorted()
                == expected.sorted())
        #expect(found.allSatisfy { $0.doubt == nil })
    }

    private static func moves(
        _ frame: [String: Any], _ position: String
    ) -> [(position: String, to: String, value: String)] {
        guard frame["error"] == nil else { return [] }
        var moves: [(position: String, to: String, value: String)] = []
        let kind = frame["type"] as? String ?? ""
        let value = Amount(hex: frame["value"] as? String ?? "0x0")
        if ["CALL", "CREATE", "CREATE2", "SELFDESTRUCT"].contains(kind), value > .zero,
            let to = frame["to"] as? String, to != frame["from"] as? String
        {
            moves.append((position, to, value.description))
        }
        for (index, call) in (frame["calls"] as? [[String: Any]] ?? []).enumerated() {
            moves += Self.moves(call, "\(position).\(index)")
        }
        return moves
    }

    @Test func `a block with withdrawals and typed transactions proves everything`() async throws {
        let recorded = try RecordedBlock(rpc: 18_000_000)
        let withdrawals = recorded.block["withdrawals"] as? [[String: Any]] ?? []
        let account = try #require(withdrawals.first?["address"] as? String)
        let found = try await recorded.transfers(on: chain(options: "{withdrawals: true}"), to: [account])
        #expect(found.count == withdrawals.filter { $0["address"] as? String == account }.count)
        #expect(found.first?.transaction.text == "withdrawal:15440780")
        #expect(found.first?.amount == Amount(UInt64(15_404_368_000_000_000)))
    }

    @Test func `every token transfer of a listed contract is found once`() async throws {
        let recorded = try RecordedBlock(rpc: 18_000_000)
        let contract = "0xdac17f958d2ee523a2206206994597c13d831ec7"
        var expected: [String] = []
        var accounts: Set<String> = []
        for receipt in recorded.receipts ?? [] {
            for (ordinal, log) in (receipt["logs"] as? [[String: Any]] ?? []).enumerated() {
                let topics = log["topics"] as? [String] ?? []
                guard log["address"] as? String == contract, topics.count == 3,
                    topics[0] == ForgedBlock.transfer,
                    topics[1] != topics[2]
                else { continue }
                let amount = Amount(hex: log["data"] as? String ?? "0x0")
                guard amount > .zero else { continue }
                let to = "0x" + topics[2].suffix(40)
                accounts.insert(to)
                expected.append("\(receipt["transactionHash"] ?? "") log:\(ordinal) \(to) \(amount)")
            }
        }
        let chain = try chain(assets: [(id: "USDT", contract: contract)])
        let found = try await recorded.transfers(on: chain, to: Array(accounts)).filter {
            $0.asset.text == "USDT"
        }
        #expect(expected.count > 5)
        #expect(
            found.map { "\($0.transaction) \($0.position) \($0.to.text) \($0.amount)" }.sorted()
                == expected.sorted())
    }

    @Test func `two blocks in a row prove their link`() async throws {
        let first = try RecordedBlock(rpc: 16_000_000)
        let second = try RecordedBlock(rpc: 16_000_001)
        let wire = ScriptedWire { _, params in
            .result(text((params.contains("0xf42400") ? first : second).block))
        }
        let adapter = try chain().adapter(on: Node(name: "node", wire: wire))
        let headers = try await adapter.headers(at: 16_000_000...16_000_001)
        #expect(headers[1].parent == headers[0].hash)
    }

    @Test(arguments: [16_000_000, 16_000_001])
    func `a block's transactions give its transactions root`(height: Int) async throws {
        let recorded = try RecordedBlock(rpc: height)
        var scan = try BlockScan(chain().rules, watching: watchlist([]), header: recorded.header)
        try withJSON(Array(text(recorded.block).utf8)) { (json: JSON) throws(Flaw) in
            try scan.begin(recorded.header, json)
        }
        var changed = recorded
        changed.transactions.swapAt(0, 1)
        #expect(throws: (any Error).self) {
            try withJSON(Array(text(changed.block).utf8)) { (json: JSON) throws(Flaw) in
                try scan.begin(recorded.header, json)
            }
        }
    }

    /// Receipts of every transaction type, made by geth (ethereum/execution-apis).
    @Test func `receipts of every type have the bloom of their logs`() throws {
        let folder = Recordings.folder.appendingPathComponent("ethereum/execution-apis")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
            $0.contains("eceipt")
        }
        var types: Set<String> = []
        for file in files {
            let answer = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
            guard let line = answer.split(separator: "\n").first(where: { $0.hasPrefix("<< ") }) else {
                continue
            }
            let json = try JSONSerialization.jsonObject(with: Data(line.dropFirst(3).utf8)) as? [String: Any]
            let result = json?["result"]
            for receipt in result as? [[String: Any]] ?? [result as? [String: Any] ?? [:]]
            where !receipt.isEmpty {
                let logs = receipt["logs"] as? [[String: Any]] ?? []
                let bloom = ForgedBlock.bloom(of: logs).withBytes { hexText($0) }
                #expect(bloom == receipt["logsBloom"] as? String, "\(file)")
                types.insert(receipt["type"] as? String ?? "")
            }
        }
        #expect(types.sorted() == ["0x0", "0x1", "0x2", "0x3", "0x4"])
    }
}

extension Amount {
    init(hex: String) {
        let bytes = Array(hex.utf8)
        let value = bytes.withUnsafeBytes { HexDigits(prefixed: $0)?.big }
        self = value.flatMap { Amount($0) } ?? .zero
    }
}
