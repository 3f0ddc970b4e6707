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
    struct Recorded: @unchecked Sendable {
        var block: [String: Any]
        var logs: [Any]
    }

    static func blocks(_ session: String) throws -> [Recorded] {
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
    func `recorded blocks prove their headers, transactions and logs`(session: String) throws {
        let recorded = try Self.blocks(session)
        #expect(recorded.count > 50)
        let chain = try chain(options: "{state_sync: true}")
        for one in recorded {
            let header = RecordedBlock(block: one.block, receipts: []).header
            let answers = Array(text(["block": one.block, "logs": one.logs]).utf8)
            try withJSON(answers) { (json: JSON) throws(Flaw) in
                guard let block = json.member("block"), let logs = json.member("logs") else { return }
                var scan = BlockScan(chain.rules, watching: watchlist([]), header: header)
                let found = try scan.candidates(header, block: block, logs: logs)
                #expect(found.isEmpty)
            }
        }
    }
}
