internal import DepositCore
internal import NodeRPC

extension EVMAdapter {
    private typealias Pinned = (height: Height, hash: Bytes32)
    private typealias Absence = (block: Pinned, why: String)

    /// The chain id must be the chain file's, and so must block 0 and every anchor that the node still has; and the
    /// node must not be syncing.
    ///
    /// A node may have expired its history (EIP-4444) and says so in words of its own: what it does not show, whatever
    /// it answers instead, could not be compared, which a remark tells. What it shows must be right.
    func verifyIdentity() async throws(NodeError) {
        let identity = chain.identity
        let first: Height = 0
        let pinned = [(height: first, hash: identity.genesis)] + identity.anchors
        let calls =
            [RPCCall("eth_chainId"), RPCCall("eth_syncing")]
            + pinned.map { RPCCall.header(hexQuantity($0.height.rawValue)) }
        let absent = try await node.call(calls) { replies throws(NodeError) in
            guard let id = try replies.result(0).hex?.unsigned else {
                throw replies.fault(.malformed("eth_chainId: no quantity"))
            }
            guard id == identity.chainID else {
                throw replies.fault(
                    .wrongChain(expected: "chain id \(identity.chainID)", found: "chain id \(id)"))
            }
            try Self.checkSyncing(replies)
            var absent: [Absence] = []
            for (index, block) in pinned.enumerated() {
                if let why = try Self.absence(of: block, replies, index + 2) { absent.append((block, why)) }
            }
            return absent
        }
        if absent.count == pinned.count || absent.contains(where: { $0.block.height > 0 }) {
            try await checkHead(above: absent.map(\.block.height))
        }
        node.remarks.renew("identity", with: Self.remarks(on: absent, of: pinned.count))
    }

    /// A node that knows no such method tells nothing.
    private static func checkSyncing(_ replies: RPCReplies) throws(NodeError) {
        guard case .result(let json) = try replies.answer(1) else { return }
        if let lag = SyncProgress(json).lag { throw replies.fault(.syncing(lag)) }
    }

    /// Why the node does not show a block; nil where it shows it, and it is the right one.
    private static func absence(
        of block: Pinned, _ replies: RPCReplies, _ index: Int
    ) throws(NodeError) -> String? {
        let json: JSON
        switch try replies.answer(index) {
        case .error(let error): return "error \(error.code): \(error.message)"
        case .result(let result): json = result
        }
        if json.isNull { return "null" }
        guard let found = json.member("hash")?.hex?.bytes32 else {
            throw replies.fault(.malformed("block \(block.height): hash is not 32 bytes of hex"))
        }
        guard found == block.hash else {
            throw replies.fault(
                .wrongChain(
                    expected: "block \(block.height) \(block.hash.text)",
                    found: "block \(block.height) \(found.text)"))
        }
        return nil
    }

    /// What a node lacks because its chain has not come so far, it has not pruned; and one that shows no block at all
    /// has no chain.
    private func checkHead(above absent: [Height]) async throws(NodeError) {
        let head = try await node.call([.header("latest")]) { replies throws(NodeError) in
            guard let head = try replies.result(0).member("number")?.hex?.unsigned else {
                throw replies.fault(.missing("block latest, nor any that tells the chain"))
            }
            return head
        }
        if let highest = absent.max(), head < highest.rawValue {
            throw node.fault(
                .syncing("it is at block \(head), below block \(highest), which tells the chain"))
        }
    }

    private static func remarks(on absent: [Absence], of count: Int) -> [Remark] {
        guard !absent.isEmpty else { return [] }
        let blocks = absent.map { "block \($0.block.height) (\($0.why))" }.joined(separator: ", ")
        let rest =
            absent.count < count
            ? "its chain id and the other pinned blocks are the chain's"
            : "its chain id alone tells the chain: add an anchor that it still has to the chain file"
        return [
            Remark(topic: "identity", words: "it does not show \(blocks), so it was not compared; \(rest)")
        ]
    }
}
