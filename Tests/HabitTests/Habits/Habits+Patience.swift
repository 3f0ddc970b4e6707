import DepositTestKit

/// How long nodes think.
extension Habit {
    static let patience = [
        Habit(
            "it thinks four seconds about a block",
            source: "https://github.com/0xPolygon/cdk-erigon/issues/1714",
            .thinking { $0.isOfReceipts ? 4_000 : $0.method == "eth_getBlockByHash" ? 1_000 : 0 }),
        Habit(
            "it thinks twenty seconds about the receipts of a busy block",
            source: "https://github.com/hiero-ledger/hiero-json-rpc-relay/issues/5443",
            .thinking { $0.isOfReceipts ? 20_000 : 0 }),
        Habit(
            "it thinks longer about the receipts of a block than anybody waits",
            source: "https://github.com/hiero-ledger/hiero-json-rpc-relay/issues/5443",
            .thinking { $0.isOfReceipts ? 40_000 : 0 },
            twin: Twin.lies(.droppedReceipt, saying: "does not have")),
        Habit(
            "it thinks eight seconds about its head",
            source: "https://github.com/ethereum/go-ethereum/issues/27353",
            .thinking { $0.place == "latest" ? 8_000 : 0 }),
        Habit(
            "its first answers are late, as after a restart",
            source: "https://github.com/bnb-chain/bsc/issues/1054",
            .meeting { $0[0].request <= 2 ? .late : nil }
        ),
        Habit(
            "it ends a trace after a few seconds, unless the request names a time",
            source: "https://geth.ethereum.org/docs/interacting-with-geth/rpc/ns-debug", on: .traced,
            .telling { asked, said in
                guard asked.method == "debug_traceBlockByHash", asked.parameters.last?["timeout"] == nil
                else {
                    return said
                }
                return said.changing { traces in
                    traces.mapping { trace in
                        trace.with {
                            $0["result"] = nil
                            $0["error"] = .text("execution timeout")
                        }
                    }
                }
            }, isAvoided: true),
        Habit(
            "it limits the rate of one method for a while",
            source: "https://www.alchemy.com/docs/reference/throughput",
            .meeting { asked in
                guard asked.contains(where: \.isOfReceipts), asked[0].isOne(in: 4) else {
                    return nil
                }
                return .reply(status: 429, body: "Too Many Requests", retryAfter: 1)
            }),
        Habit(
            "a bitcoind's queue of work is full for a while",
            source: "https://github.com/bitcoin/bitcoin/blob/master/src/httpserver.cpp", on: .bitcoin,
            .meeting { asked in
                asked[0].request < 60 && asked[0].isOne(in: 4)
                    ? .reply(status: 503, body: "Work queue depth exceeded") : nil
            }),
        Habit(
            "a bitcoind thinks long about a block",
            source: "https://github.com/bitcoin/bitcoin/issues/27388", on: .bitcoin,
            .thinking { $0.method == "getblock" ? 20_000 : 0 }),
    ]
}
