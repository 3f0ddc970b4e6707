public import ChainKit
internal import NodeRPC

extension Bitcoin {
    /// Of a block that nobody has.
    private static let nobodys = String(repeating: "0", count: 64)
    private static let version = "least_version"

    /// Everything that nodes of Bitcoin's family are asked for.
    public static let needs: [NodeNeed] = [
        need("getblockchaininfo", "[]", for: "which network the node is of, and whether it is behind"),
        need("getbestblockhash", "[]", for: "the head"),
        need(
            "getblockhash", "[0]", for: "the blocks at given heights, and those that tell the network"),
        need("getblockheader", #"["\#(nobodys)",false]"#, for: "headers, which are hashed from their bytes"),
        need("getblock", #"["\#(nobodys)",false]"#, for: "blocks, as the hex digits of their bytes"),
        NodeNeed(
            "GET /rest/block", .optional, for: "blocks as bytes (`rest=1`)",
            lost: "blocks come as hex digits in JSON: twice as much to send and to read",
            trial: .capability("REST")),
        need("getnetworkinfo", "[]", for: "the node's version", with: version),
    ]

    private static func need(
        _ method: String, _ parameters: String, for use: String, with option: String? = nil
    ) -> NodeNeed {
        NodeNeed(
            method, .needed, for: use, lost: "the node is not used", with: option,
            trial: .call(RPCCall(method, parameters)))
    }

    /// Those that this chain's file gives a use to.
    public var needs: [NodeNeed] {
        Self.needs.filter { $0.option == nil || network.leastVersion != nil }
    }
}
