import DepositTestKit

/// What nodes lack of the first blocks of their chain, and how they say that they are syncing.
extension Habit {
    /// A chain whose file names block 2 beside block 0.
    private static let anchored: HabitChain = {
        var chain = HabitChain.ethereum
        chain.anchors = [2]
        return chain
    }()

    private static func lacking(_ height: UInt64, _ said: Said) -> Manner {
        .telling { asked, plain in
            asked.method == "eth_getBlockByNumber" && asked.place == height.hexQuantity ? said : plain
        }
    }

    /// A node of a chain that has another block 2.
    private static let stranger = Twin.stranger(
        .telling { asked, plain in
            guard asked.method == "eth_getBlockByNumber", asked.place == "0x2" else { return plain }
            return plain.changing {
                $0.with { $0["hash"] = .text("0x" + String(repeating: "11", count: 32)) }
            }
        }, saying: "follows another chain")

    private static func syncing(_ current: String, of highest: String, _ more: (String, JSONTree)...)
        -> Manner
    {
        .answering(
            "eth_syncing",
            .result(
                .object(
                    [("currentBlock", .text(current)), ("highestBlock", .text(highest))]
                        + more.map { (name: $0.0, value: $0.1) })))
    }

    private static let behind = Twin.stranger(syncing("0x10", of: "0x25ffa88"), saying: "is still syncing")

    static let identity = [
        Habit(
            "it keeps no history before some block, which it calls 4444",
            source: "https://eips.ethereum.org/EIPS/eip-4444", on: anchored,
            lacking(0, .error(4_444, "pruned history unavailable")), twin: stranger),
        Habit(
            "it keeps no history before some block, and answers null",
            source: "https://github.com/NethermindEth/nethermind/pull/8521", on: anchored, lacking(0, .null),
            twin: stranger),
        Habit(
            "it keeps no history before some block, and does not find it",
            source: "https://github.com/paradigmxyz/reth/pull/22874", on: anchored,
            lacking(0, .error(-32_000, "header not found")), twin: stranger),
        Habit(
            "it is at its head and still builds an index, for which it says that it is syncing",
            source: "https://github.com/bnb-chain/bsc/issues/2531",
            syncing(
                "0x25ffa88", of: "0x25ffa60", ("startingBlock", .text("0x25ffa4c")),
                ("txIndexFinishedBlocks", .text("0x9fcaec")), ("txIndexRemainingBlocks", .text("0x1c02d2d"))),
            twin: behind),
        Habit(
            "it is at its head and counts what is left of an index in numbers",
            source: "https://github.com/ethereum/go-ethereum/pull/32099",
            syncing(
                "0x15bb8b2", of: "0x15bb8a3", ("stateIndexRemaining", .literal("17217133")),
                ("txIndexRemainingBlocks", .literal("19786951"))), twin: behind),
        Habit(
            "it has no call that says whether it is syncing",
            source: "https://www.alchemy.com/docs/reference/error-reference",
            .answering("eth_syncing", .error(-32_601, "Method not found")), twin: behind),
    ]
}
