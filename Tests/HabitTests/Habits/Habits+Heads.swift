import DepositTestKit

/// What nodes say of the newest blocks.
extension Habit {
    /// A quarter of the requests is answered by a back end that is one block behind.
    private static let balancer = Manner(sees: { asked in
        guard asked.isOne(in: 4) else { return nil }
        var outlook = Outlook()
        outlook.behind = 1
        return outlook
    })

    static let heads = [
        Habit(
            "its head goes back by one block, for there are several nodes behind it",
            source: "https://github.com/ethereum/go-ethereum/issues/27353", balancer),
        Habit(
            "a bitcoind's head goes back by one block, for there are several behind it",
            source: "https://github.com/bitcoin/bitcoin/issues/27388", on: .bitcoin, balancer),
        Habit(
            "it does not find a block by its hash for a moment",
            source: "https://github.com/streamingfast/firehose-ethereum/pull/198",
            .telling { $0.method == "eth_getBlockByHash" && $0.past == 0 ? .null : $1 }),
        Habit(
            "it does not find a block by its hash for a moment, and says so",
            source: "https://github.com/bnb-chain/bsc/issues/1054",
            .telling { asked, said in
                asked.method == "eth_getBlockByHash" && asked.past == 0
                    ? .error(-32_000, "header not found") : said
            }),
        Habit(
            "it knows no block that is final", source: "https://github.com/base/base/pull/3792",
            .telling { $0.place == "finalized" ? .error(-39_001, "Unknown block") : $1 }),
        Habit(
            "it knows no such tag as finalized",
            source: "https://ethereum.org/developers/docs/apis/json-rpc/",
            .telling { $0.place == "finalized" ? .error(-32_602, "invalid block tag: finalized") : $1 }),
        Habit(
            "nothing is final yet, and it answers null",
            source: "https://github.com/status-im/nimbus-eth1/issues/2813",
            .telling { $0.place == "finalized" ? .null : $1 }, twin: finalAboveHead),
        Habit(
            "a bitcoind does not find a block for a moment",
            source: "https://github.com/bitcoin/bitcoin/issues/27388", on: .bitcoin,
            .telling { asked, said in
                asked.method == "getblockheader" && asked.past == 0 ? .error(-5, "Block not found") : said
            }),
    ]

    /// It calls a block final that is higher than its head.
    private static let finalAboveHead = Twin.refused(
        Manner(tells: { asked, said, lookup in
            guard asked.place == "finalized" else { return said }
            return lookup("eth_getBlockByNumber", #"["latest",false]"#)
        }).and(
            Manner(sees: { asked in
                guard asked.place == "latest" else { return nil }
                var outlook = Outlook()
                outlook.behind = 1
                return outlook
            })), in: [.catchUp, .head, .confirm, .backfill], saying: "height of finalized")
}
