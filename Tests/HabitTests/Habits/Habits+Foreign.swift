import DepositTestKit

/// Transactions that are foreign to us, and traces of what never ran.
extension Habit {
    private static let rawCalls: Manner = Manner.answering("eth_getRawTransactionByHash", absent).and(
        .answering("debug_getRawTransaction", absent))
    private static let absent = Said.error(-32_601, "Method not found")

    /// The first transaction of each block takes a type that it is not of.
    private static func disguise(_ type: String) -> Manner {
        .telling { asked, said in
            switch asked.method {
            case "eth_getBlockByHash":
                said.changing { block in
                    var transactions = block["transactions"]?.elements ?? []
                    guard !transactions.isEmpty, transactions[0].string == nil else { return block }
                    transactions[0]["type"] = .text(type)
                    return block.with { $0["transactions"] = .array(transactions) }
                }
            case "eth_getBlockReceipts":
                said.changing { receipts in
                    receipts.with { if !$0.elements.isEmpty { $0.elements[0]["type"] = .text(type) } }
                }
            case "eth_getTransactionReceipt":
                said.changing { receipt in
                    receipt.with { if $0["transactionIndex"]?.string == "0x0" { $0["type"] = .text(type) } }
                }
            default: said
            }
        }
    }

    private static func failedTrace(_ change: @escaping @Sendable (inout JSONTree) -> Void) -> Manner {
        .changing("debug_traceBlockByHash") { traces in
            traces.mapping { trace in
                trace.with { if $0["result"]?["error"] != nil { change(&$0) } }
            }
        }
    }

    /// The trace of what succeeded is missing.
    private static let hidden = Twin.refused(
        .changing("debug_traceBlockByHash") { traces in
            traces.mapping { trace in
                trace.with { if $0["result"]?["error"] == nil { $0["result"] = .null } }
            }
        }, saying: "trace of transaction")

    static let foreign = [
        Habit(
            "each block ends with a transaction of a type that is new, and debug_getRawTransaction gives its bytes",
            source: "https://specs.optimism.io/protocol/deposits.html", on: .foreign(0x7d),
            .answering("eth_getRawTransactionByHash", absent),
            twin: Twin.refused(disguise("0x7d"), saying: "does not hold")),
        Habit(
            "each block ends with a transaction of a type that is new, and nothing gives its bytes",
            source: "https://specs.optimism.io/protocol/deposits.html", on: .foreign(0x7d), rawCalls,
            twin: Twin.refused(disguise("0x7d").and(rawCalls), saying: "does not hold")),
        Habit(
            "a failed transaction has no trace, but an error",
            source: "https://github.com/XinFinOrg/XDPoSChain/issues/1863", on: .traced,
            failedTrace {
                $0["result"] = nil
                $0["error"] = .text("incorrect number of top-level calls")
            }, twin: hidden),
        Habit(
            "the trace of a failed transaction is null",
            source: "https://github.com/XinFinOrg/XDPoSChain/issues/1863", on: .traced,
            failedTrace { $0["result"] = .null }, twin: hidden),
        Habit(
            "the trace of a failed transaction is empty",
            source: "https://github.com/ethereum-optimism/op-geth", on: .traced,
            failedTrace { $0["result"] = .object([]) }, twin: hidden),
    ]
}
