public import ChainKit
internal import DepositCore
internal import NodeRPC

extension EVM {
    /// Of a block and a transaction that nobody has.
    private static let nobodys = "0x" + String(repeating: "0", count: 64)

    /// Everything that an EVM's nodes are asked for.
    public static let needs: [NodeNeed] = blocks + receipts + optional + byOption

    private static let blocks = [
        need(
            "eth_chainId", .needed, "[]", for: "which chain the node is of", lost: "the node is not used"),
        need(
            "eth_getBlockByNumber", .needed, #"["0x0",false]"#,
            for: "the head, headers by their heights, and the blocks that tell the chain",
            lost: "the node is not used"),
        need(
            "eth_getBlockByHash", .needed, #"["\#(nobodys)",false]"#, for: "a block with its transactions",
            lost: "the node is not used"),
    ]

    private static let receipts = [
        NodeNeed(
            "eth_getBlockReceipts", .optional, for: "all receipts of a block at once",
            lost: "each receipt is asked for by itself, a call a transaction",
            trial: .capability("receipts by block")),
        need(
            "eth_getTransactionReceipt", .optional, #"["\#(nobodys)"]"#,
            for: "the receipts of a block one by one, where they do not come at once",
            lost: "a block whose receipts are too heavy to come at once waits for another node, and without "
                + "eth_getBlockReceipts every block does"),
        need(
            "eth_getLogs", .optional, #"[{"blockHash":"\#(nobodys)"}]"#,
            for:
                "the logs of a block, where `proof` is `bloom` or `count` and its receipts do not come at once",
            lost: "each receipt is asked for by itself"),
    ]

    private static let optional = [
        need(
            "eth_syncing", .optional, "[]", for: "whether the node is behind",
            lost: "a node that is behind is known by its head alone"),
        NodeNeed(
            "eth_getBlockByNumber with finalized", .optional,
            for: "the newest final block",
            lost: "by this node's word nothing is final: confirm by depth, or by `or_depth`", with: tag,
            trial: .capability("finality tag")),
        need(
            "eth_getRawTransactionByHash", .optional, #"["\#(nobodys)"]"#,
            for: "the bytes of a transaction whose type is not known here",
            lost:
                "debug_getRawTransaction is asked instead; without both, the transactions of such a block are "
                + "not proven to be all"),
        need(
            "debug_getRawTransaction", .optional, #"["\#(nobodys)"]"#, for: "the same",
            lost: "eth_getRawTransactionByHash alone gives the bytes of such a transaction"),
    ]

    private static let tracing = "internal_transfers: call_tracer"
    private static let tag = "finality: {tag: finalized}"
    private static let balances = "verify_by_balance: true"
    private static let unseen = "the node is not used: what moves inside calls would not be seen"
    private static let blockTracing = "internal_transfers: trace_block"

    private static let byOption = [
        need(
            "debug_traceBlockByHash", .needed, #"["\#(nobodys)",{"tracer":"callTracer"}]"#,
            for: "what moves inside calls", lost: unseen, with: tracing),
        need(
            "debug_traceTransaction", .optional, #"["\#(nobodys)",{"tracer":"callTracer"}]"#,
            for: "the traces of a block one by one, where they do not come at once",
            lost: "a block whose traces are too heavy to come at once waits for another node", with: tracing),
        need(
            "trace_block", .needed, #"["0x0"]"#, for: "what moves inside calls",
            lost: unseen, with: blockTracing),
        need(
            "trace_transaction", .optional, #"["\#(nobodys)"]"#,
            for: "the traces of a block one by one, where they do not come at once",
            lost: "a block whose traces are too heavy to come at once waits for another node",
            with: blockTracing),
        NodeNeed(
            "eth_call", .needed, for: "what a token says that an account holds",
            lost: "the node is not used: what a token logs could not be held against what arrived",
            with: balances, trial: .capability("balances")),
    ]

    private static func need(
        _ method: String, _ rank: NodeNeed.Rank, _ parameters: String, for use: String, lost: String,
        with option: String? = nil
    ) -> NodeNeed {
        NodeNeed(
            method, rank, for: use, lost: lost, with: option, trial: .call(RPCCall(method, parameters)))
    }

    /// Those that this chain's file gives a use to.
    public var needs: [NodeNeed] {
        let options = [
            rules.tracer == .callTracer ? Self.tracing : nil,
            rules.tracer == .traceBlock ? Self.blockTracing : nil,
            rules.verified.isEmpty ? nil : Self.balances,
            spec.rules.finality == .tag ? Self.tag : nil,
        ]
        return Self.needs.filter { need in need.option.map { options.contains($0) } ?? true }
    }
}
