import DepositTestKit

/// How nodes refuse the receipts of a whole block.
extension Habit {
    private static let receipts = "eth_getBlockReceipts"

    static let heavyBlocks = [
        Habit(
            "a block's receipts are more than it sends at once",
            source: "https://github.com/alloy-rs/alloy/issues/2967",
            .answering(
                receipts, .error(-32_008, "Response is too big", data: "Exceeded max limit of 1048576")),
            twin: Twin.lies(.droppedReceipt, saying: "does not have")),
        Habit(
            "a block's receipts are more than it sends at once, which it says with HTTP 413",
            source: "https://github.com/hyperliquid-dex/node/issues/65",
            .telling { asked, said in
                guard asked.isOfReceipts else { return said }
                return .instead(.reply(status: 413, body: body(-32_008, "Response is too big", id: asked.id)))
            }, twin: Twin.lies(.flippedStatus)),
        Habit(
            "a block's receipts are too large for it",
            source: "https://github.com/blockscout/blockscout/issues/9958",
            .answering(receipts, .error(-32_003, "response too large"))),
        Habit(
            "it takes a block's number for its receipts, and no hash",
            source: "https://github.com/ethereum-optimism/optimism/issues/5924",
            .telling { asked, said in
                guard asked.isOfReceipts, asked.place.utf8.count == 66 else { return said }
                return .error(-32_602, "invalid argument 0: hex number > 64 bits")
            }, twin: Twin.lies(.droppedTransaction)),
        Habit(
            "it calls a block's hash invalid parameters for its receipts",
            source: "https://github.com/paradigmxyz/reth/issues/5084",
            .telling { asked, said in
                guard asked.isOfReceipts, asked.place.utf8.count == 66 else { return said }
                return .error(-32_602, "Invalid params", data: "number too large to fit in target type")
            }),
        Habit(
            "its handler of a block's receipts crashes",
            source: "https://github.com/erigontech/erigon/issues/19015",
            .answering(receipts, .error(-32_000, "method handler crashed"))),
        Habit(
            "it has an internal error for a block's receipts",
            source: "https://github.com/0xPolygon/bor/issues/1654",
            .answering(receipts, .error(-32_603, "receipts length mismatch: 1 vs 0"))),
        Habit(
            "it gives up on a block's receipts after a time of its own",
            source: "https://github.com/ethereum/go-ethereum/pull/26681",
            .answering(receipts, .error(-32_002, "request timed out"))),
        Habit(
            "its gateway gives up on a block's receipts",
            source: "https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_read_timeout",
            .telling { asked, said in
                asked.isOfReceipts
                    ? .instead(.reply(status: 504, body: "<html>504 Gateway Time-out</html>")) : said
            }),
        Habit(
            "it has no call for the receipts of a block",
            source: "https://github.com/tomusdrw/rust-web3/pull/606",
            .answering(
                receipts, .error(-32_601, "the method eth_getBlockReceipts does not exist/is not available")),
            twin: Twin.lies(.droppedReceipt, saying: "does not have")),
        Habit(
            "its plan lacks the receipts of a block, which it says with HTTP 403",
            source: "https://www.alchemy.com/docs/reference/error-reference",
            .telling { asked, said in
                guard asked.isOfReceipts else { return said }
                return .instead(
                    .reply(
                        status: 403,
                        body: body(
                            -32_600, "eth_getBlockReceipts is not available on the Free tier", id: asked.id)))
            }, twin: Twin.lies(.flippedStatus)),
        Habit(
            "it has the receipts of a block a moment after the block",
            source: "https://github.com/polkadot-evm/frontier/pull/1424",
            .telling { $0.isOfReceipts && $0.past == 0 ? .null : $1 }),
    ]
}
