internal import ChainKit
internal import DepositCore
internal import NodeRPC
internal import Synchronization

/// A chain of the family seen through one node, by JSON-RPC and, where the node offers it, REST.
final class BitcoinAdapter: ChainAdapter {
    let chain: Bitcoin
    let node: Node
    let rest = Mutex(RESTOffer.unknown)
    /// In which forms the node gives a block, and the hash of its newest.
    let blockForms = Mutex(FormMemory())
    private let headForms = Mutex(FormMemory())
    private let lastHead = Mutex<Header?>(nil)
    /// Where work is a formality, a first height is this node's word until its block is read: no other node's matter.
    let proven: ProvenHeaders

    init(chain: Bitcoin, node: Node) {
        self.chain = chain
        self.node = node
        proven = chain.network.consensus?.isConstant == false ? chain.proven : ProvenHeaders()
    }

    func verifyIdentity() async throws(NodeError) {
        let anchors = chain.network.anchors
        var calls = [RPCCall("getblockchaininfo")] + anchors.map { RPCCall("getblockhash", "[\($0.height)]") }
        if chain.network.leastVersion != nil { calls.append(RPCCall("getnetworkinfo")) }
        let remarks = try await node.call(calls) { replies throws(NodeError) in
            let info = try replies.value(0)
            guard let name = info.member("chain")?.string else {
                throw replies.fault(.malformed("getblockchaininfo answered without chain"))
            }
            try self.expect(self.chain.network.chain, found: name)
            for (index, anchor) in anchors.enumerated() {
                guard let found = try replies.blockHash(index + 1) else {
                    throw replies.fault(.syncing("it has no block \(anchor.height) yet"))
                }
                try self.expect(
                    "block \(anchor.height) \(anchor.hash)", found: "block \(anchor.height) \(found)")
            }
            if let least = self.chain.network.leastVersion {
                try self.expectVersion(least, replies.value(calls.count - 1), replies)
            }
            return try self.verifySynced(info, replies) + self.remarksOnPruning(info)
        }
        node.remarks.renew("identity", with: remarks)
    }

    /// The hash is asked for first: while it stays the same, nothing else has to be.
    func head() async throws(NodeError) -> Head {
        let hash = try await bestHash()
        if let last = lastHead.withLock({ $0 }), last.hash == hash {
            return Head(header: last, finalized: nil)
        }
        let header = try await header(hash)
        lastHead.withLock { $0 = header }
        return Head(header: header, finalized: nil)
    }

    /// By `getbestblockhash`; where the node, or a whitelist of it, has no such method, by `getblockchaininfo`.
    private func bestHash() async throws(NodeError) -> BlockHash {
        let plan = headForms.withLock { $0.plan(of: 2) }
        var refusal: NodeError?
        for place in plan {
            let method = place == 0 ? "getbestblockhash" : "getblockchaininfo"
            do throws(NodeError) {
                let hash = try await node.call([RPCCall(method)]) { replies throws(NodeError) in
                    let value = try replies.value(0)
                    return try replies.hash(
                        place == 0 ? value : value.member("bestblockhash") ?? value, of: method)
                }
                headForms.withLock { $0.note(place, of: plan, isDefinite: true) }
                return hash
            } catch {
                guard error.saysAbsent else { throw error }
                refusal = error
            }
        }
        throw refusal ?? node.fault(.missing("a best block"))
    }

    /// The header with this hash: its parent and time are proven by the hash, and where its parent is known its
    /// height and its work as well. Else its height is the node's word, twice, until the blocks below are read.
    private func header(_ hash: BlockHash) async throws(NodeError) -> Header {
        let calls = [true, false].map { RPCCall("getblockheader", #"["\#(hash)",\#($0)]"#) }
        let (height, raw) = try await node.call(calls) { replies throws(NodeError) -> (Height, RawHeader) in
            let said = try replies.value(0)
            guard let height = said.member("height")?.unsigned.flatMap({ Height($0) }),
                let confirmations = said.member("confirmations")?.signed
            else {
                throw replies.fault(.malformed("getblockheader answered without height or confirmations"))
            }
            // -1: the block has left the node's best chain since the node named it.
            guard confirmations > 0 else {
                throw replies.fault(.missing("\(hash) on its best chain any more"))
            }
            return (height, try self.raw(replies.value(1), hash, replies))
        }
        try await proveHead(raw, at: height.rawValue)
        let same = try await node.call([RPCCall("getblockhash", "[\(height)]")]) {
            replies throws(NodeError) in
            try replies.blockHash(0)
        }
        guard same == hash else {
            throw node.fault(.missing("\(hash) at height \(height) any more, where it said it is"))
        }
        return raw.facts.header(at: height)
    }

    private func expect(_ expected: String, found: String) throws(NodeError) {
        if found != expected { throw node.fault(.wrongChain(expected: expected, found: found)) }
    }

    /// An old node takes blocks for valid that its network refuses.
    private func expectVersion(
        _ least: UInt64, _ info: JSON, _ replies: RPCReplies
    ) throws(NodeError) {
        guard let version = info.member("version")?.unsigned else {
            throw replies.fault(.malformed("getnetworkinfo answered without version"))
        }
        guard version >= least else {
            throw node.fault(
                .unsuited(
                    why: "it is version \(version), and least_version in the chain file is \(least)",
                    remedy: "upgrade it: an old node follows blocks that its network refuses"))
        }
    }

    /// The blocks of a node that is syncing trail its headers.
    ///
    /// Bitcoin Core takes itself for being in its initial download as long as its newest block is older than a day
    /// (`IsInitialBlockDownload`): on a quiet network, or after a restart, it may be at its head all the same. Nodes
    /// older than 0.16 do not say it.
    private func verifySynced(_ info: JSON, _ replies: RPCReplies) throws(NodeError) -> [Remark] {
        guard let blocks = info.member("blocks")?.unsigned, let headers = info.member("headers")?.unsigned
        else {
            throw replies.fault(.malformed("getblockchaininfo answered without blocks or headers"))
        }
        let isDownloading = info.member("initialblockdownload")?.bool
        let isBehind = isDownloading == true ? blocks == 0 || headers > blocks : headers > blocks + 6
        if isDownloading != false, isBehind, !chain.network.isMinedAtWill {
            throw replies.fault(.syncing("it has \(blocks) of \(headers) blocks"))
        }
        guard isDownloading == true, !chain.network.isMinedAtWill else { return [] }
        return [
            Remark(
                topic: "identity: download",
                words:
                    "it takes itself for being in its initial block download, though it has all \(blocks) blocks "
                    + "that it knows of: the network is quiet, or the node has no peers")
        ]
    }

    private func remarksOnPruning(_ info: JSON) -> [Remark] {
        guard info.member("pruned")?.bool == true, let lowest = info.member("pruneheight")?.unsigned,
            lowest > 0
        else { return [] }
        return [
            Remark(
                topic: "identity: pruned",
                words:
                    "it has pruned the blocks below \(lowest): a start, a late address or an audit that needs them "
                    + "needs another node")
        ]
    }
}

extension BlockHeader {
    func header(at height: Height) -> Header {
        Header(
            block: BlockRef(
                height: height, hash: BlockHash(hash.text), time: Timestamp(seconds: Int64(time))),
            parent: BlockHash(parent.text))
    }
}
