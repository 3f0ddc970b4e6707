import DepositTestKit

/// Fields that a root settles, or that settle nothing, told otherwise.
extension Habit {
    static let decoration = [
        Habit(
            "it counts the logs of each receipt from 0",
            source: "https://github.com/erigontech/erigon/issues/16491",
            .changingEvery(receipt: { receipt in
                let logs = (receipt["logs"]?.elements ?? []).enumerated().map { index, log in
                    log.with { $0["logIndex"] = .text(UInt64(index).hexQuantity) }
                }
                return receipt.with { $0["logs"] = .array(logs) }
            })),
        Habit(
            "its receipts add up to no gas", source: "https://docs.zksync.io/zksync-protocol/api/zks-rpc",
            on: .counted,
            .changingEvery(receipt: { $0.with { $0["cumulativeGasUsed"] = .text("0x0") } }),
            twin: Twin.lies(.droppedReceipt)),
        Habit(
            "its receipts have no bloom", source: "https://ethereum.github.io/execution-apis/",
            .changingEvery(receipt: { $0.with { $0["logsBloom"] = nil } })),
        Habit(
            "its receipts have no type", source: "https://eips.ethereum.org/EIPS/eip-2718",
            .changingEvery(receipt: { $0.with { $0["type"] = nil } })),
        Habit(
            "its receipts have a state root beside their status",
            source: "https://eips.ethereum.org/EIPS/eip-658",
            .changingEvery(receipt: {
                $0.with { $0["root"] = .text("0x" + String(repeating: "ab", count: 32)) }
            }),
            twin: Twin.lies(.flippedStatus)),
        Habit(
            "its logs do not say that they were not removed",
            source: "https://ethereum.github.io/execution-apis/",
            .changingEvery(receipt: {
                $0.with { $0["logs"] = $0["logs"]?.mapping { $0.with { $0["removed"] = nil } } }
            })
        ),
        Habit(
            "its transactions do not name their block",
            source: "https://ethereum.github.io/execution-apis/",
            .changingEvery(transaction: {
                $0.with { transaction in
                    for name in ["blockHash", "blockNumber", "transactionIndex"] { transaction[name] = .null }
                }
            })),
        Habit(
            "its transactions name another fee than they paid",
            source: "https://eips.ethereum.org/EIPS/eip-1559",
            .changingEvery(transaction: { $0.with { $0["gasPrice"] = .text("0x1") } })),
        Habit(
            "it leaves the pseudo transaction out of a block's receipts",
            source: "https://github.com/0xPolygon/erigon/issues/64", on: .polygon,
            .changing("eth_getBlockReceipts") { receipts in
                receipts.with { $0.elements.removeAll { $0["from"]?.string == Pseudo.nobody } }
            }, twin: Twin.lies(.droppedReceipt)),
        Habit(
            "its clock counts nanoseconds",
            source: "https://docs.goquorum.consensys.io/concepts/consensus/raft",
            on: .counted,
            .changingEvery(block: {
                $0.with { block in
                    let time = block["timestamp"]?.string.flatMap { UInt64($0.dropFirst(2), radix: 16) } ?? 0
                    block["timestamp"] = .text((time * 1_000_000_000).hexQuantity)
                }
            }), twin: Twin.lies(.droppedReceipt)),
    ]
}
