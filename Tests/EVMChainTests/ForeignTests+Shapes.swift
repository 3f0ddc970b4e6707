import DepositCore
import NodeRPC
import Testing

@testable import EVMChain

/// How foreign transactions, their receipts and their traces may look.
extension ForeignTests {
    @Test func `whatever a foreign transaction looks like, the others count`() async throws {
        let (block, _, _) = Self.block()
        let oddities: [@Sendable (inout RecordedBlock) -> Void] = [
            { for name in ["from", "to", "value", "input", "gas", "v"] { $0.transactions[1][name] = nil } },
            { for name in ["from", "to", "value"] { $0.transactions[1][name] = 5 } },
            { for name in ["from", "to", "value"] { $0.transactions[1][name] = "0x" } },
        ]
        let unrooted: [@Sendable (inout RecordedBlock) -> Void] = [
            { $0.receipts?[1]["status"] = nil }, { $0.receipts?[1]["cumulativeGasUsed"] = nil },
            {
                $0.receipts?[1]["logs"] = nil
                $0.block["logsBloom"] = ForgedBlock.bloom(of: [ForgedBlock.log("0x8")]).withBytes {
                    hexText($0)
                }
                $0.receipts?[1]["logsBloom"] = nil
                $0.changeLog(2, 0, "logIndex", "0x0")
            },
        ]
        for proof in ["count", "bloom", "receipts", "full"] {
            for (index, change) in (oddities + (["count", "bloom"].contains(proof) ? unrooted : []))
                .enumerated()
            {
                var told = block
                change(&told)
                let odd = told
                let found = try await Scene(odd, proof: proof).read(block.header)
                let known = found?.transfers.filter { $0.doubt == nil }.map { "\($0.position) \($0.amount)" }
                #expect(known == ["call:0 5", "log:0 8"], "proof \(proof), \(index)")
            }
        }
        for index in [0, 2] {
            for name in ["status", "logs"] {
                var told = block
                told.receipts?[index][name] = nil
                let lie = told
                await #expect(throws: NodeError.self) {
                    try await Scene(lie, proof: "count").read(block.header)
                }
            }
        }
    }

    @Test func `a foreign transaction need not have a trace, and any other must`() async throws {
        for tracer in ["call_tracer", "trace_block"] {
            var (block, _, _) = Self.block()
            if tracer == "trace_block" {
                block.traces = block.transactions.enumerated().filter { $0.offset != 1 }.map {
                    index, transaction in
                    [
                        "type": "call", "blockHash": block.header.hash.text,
                        "transactionHash": transaction["hash"] ?? "", "transactionPosition": index,
                        "traceAddress": [Int](),
                    ]
                }
            } else {
                block.traces[1] = ["error": "no top call"]
            }
            let told = block
            let options = "{internal_transfers: \(tracer)}"
            #expect(try await Scene(told, options: options).read(told.header)?.transfers.count == 4)
            if tracer == "call_tracer" {
                for odd in [["calls": 5], ["error": "reverted"], ["calls": [["value": "0x5"]]]]
                    as [[String: Any]]
                {
                    var strange = block
                    strange.traces[1] = ["result": odd]
                    let scene = try Scene(strange, options: options)
                    #expect(try await scene.read(told.header)?.transfers.count == 4)
                }
            }
            var lacking = block
            lacking.traces.removeLast()
            if tracer == "call_tracer" { lacking.traces.append(["result": [String: String]()]) }
            let lie = lacking
            await #expect(throws: NodeError.self) { try await Scene(lie, options: options).read(told.header) }
        }
    }

    /// Celo's payments in another coin, and deposits of an OP Stack chain of its own kind.
    @Test func `what receipts of foreign types hold besides is under the receipts root`() async throws {
        for (type, more) in [
            ("0x7b", ["baseFee": "0x7"]), ("0x6f", ["depositNonce": "0x5", "depositReceiptVersion": "0x1"]),
        ] {
            var forged = ForgedBlock()
            forged.add(to: Self.watched, value: "0x5")
            forged.add(to: ForgedBlock.other, changed: ["type": type, "v": "0x25", "r": "0x1", "s": "0x2"])
            forged.receipts[1].merge(more) { $1 }
            let block = forged.sealed()
            #expect(try await Scene(block).read(block.header)?.transfers.map(\.doubt) == [nil])
            for name in more.keys {
                var told = block
                told.receipts?[1][name] = "0x99"
                let lie = told
                await #expect(throws: NodeError.self) { try await Scene(lie).read(block.header) }
            }
        }
    }
}
