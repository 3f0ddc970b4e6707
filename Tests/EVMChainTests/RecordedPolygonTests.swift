import ChainKit
import DepositCore
import Foundation
import NodeRPC
import Testing

@testable import EVMChain

/// Two sessions against Polygon in April 2021: blocks with their logs, some with a state-sync pseudo
/// transaction.
@Suite(.enabled(if: Recordings.isPresent, "\(Recordings.absence)"))
struct RecordedPolygonTests {
    private struct Recorded: @unchecked Sendable {
        var block: [String: Any]
        var logs: [Any]
    }

    private static func blocks(_ session: String) throws -> [Recorded] {
        var blocks: [String: [String: Any]] = [:]
        var logs: [String: [Any]] = [:]
        for line in try Recordings.lines("polygon-reorg/\(session).jsonl") {
            let request = line["req"] as? [String: Any] ?? [:]
            let result = (line["res"] as? [String: Any])?["result"]
            if let block = result as? [String: Any], let hash = block["hash"] as? String {
                blocks[hash] = block
            }
            let filter = (request["params"] as? [Any])?.first as? [String: Any]
            if let found = result as? [Any], let hash = filter?["blockHash"] as? String { logs[hash] = found }
        }
        return blocks.values.map { Recorded(block: $0, logs: logs[$0["hash"] as? String ?? ""] ?? []) }
    }

    @Test(arguments: ["watch1", "watch2"])
    func `recorded blocks prove their headers, transactions and logs`(session: String) async throws {
        let recorded = try Self.blocks(session)
        #expect(recorded.count > 50)
        let chain = try chain(options: "{state_sync: true}")
        for one in recorded {
            let wire = ScriptedWire { method, _ in
                switch method {
                case "eth_getBlockByHash": .result(text(one.block))
                case "eth_getLogs": .result(text(one.logs))
                default: .error(-32_601, "method not found")
                }
            }
            let header = RecordedBlock(block: one.block, receipts: []).header
            let blocks = try await chain.adapter(on: Node(name: "node", wire: wire))
                .blocks([header], watching: watchlist([]))
            #expect(blocks.map(\.header) == [header])
        }
    }
}
