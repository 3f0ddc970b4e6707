internal import DepositCore
internal import NodeRPC

extension EVMAdapter {
    /// The chain id, block 0 and every anchor must be the chain file's, and the node must not be syncing.
    func verifyIdentity() async throws(NodeError) {
        let identity = chain.identity
        let first: Height = 0
        let pinned = [(height: first, hash: identity.genesis)] + identity.anchors
        let calls =
            [RPCCall("eth_chainId"), RPCCall("eth_syncing")]
            + pinned.map { RPCCall.header(hexQuantity($0.height.rawValue)) }
        try await node.call(calls) { replies throws(NodeError) in
            guard let id = try replies.result(0).hex?.unsigned else {
                throw replies.fault(.malformed("eth_chainId: no quantity"))
            }
            guard id == identity.chainID else {
                throw replies.fault(
                    .wrongChain(expected: "chain id \(identity.chainID)", found: "chain id \(id)"))
            }
            try Self.checkSyncing(replies)
            for (index, block) in pinned.enumerated() {
                try Self.check(try replies.result(index + 2), block.height, block.hash, replies)
            }
        }
    }

    private static func check(
        _ json: JSON, _ height: Height, _ expected: Bytes32, _ replies: RPCReplies
    ) throws(NodeError) {
        guard !json.isNull else { throw replies.fault(.missing("block \(height), which tells the chain")) }
        guard let found = json.member("hash")?.hex?.bytes32 else {
            throw replies.fault(.malformed("block \(height): hash is not 32 bytes of hex"))
        }
        guard found == expected else {
            throw replies.fault(
                .wrongChain(
                    expected: "block \(height) \(expected.text)", found: "block \(height) \(found.text)"))
        }
    }

    /// `false`, or an object that says how far the node has come. A node that knows no such method tells
    /// nothing.
    private static func checkSyncing(_ replies: RPCReplies) throws(NodeError) {
        guard case .result(let json) = try replies.answer(1), json.bool != false else { return }
        let current = json.member("currentBlock")?.hex?.unsigned.map(String.init) ?? "?"
        let highest = json.member("highestBlock")?.hex?.unsigned.map(String.init) ?? "?"
        throw replies.fault(.syncing("block \(current) of \(highest)"))
    }
}
