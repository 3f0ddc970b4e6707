internal import ChainKit
internal import DepositCore
internal import NodeRPC
internal import Synchronization

/// A chain of the family seen through one node, by JSON-RPC and, where the node offers it, REST.
final class BitcoinAdapter: ChainAdapter {
    let chain: Bitcoin
    let node: Node
    let rest = Mutex(RESTOffer.unknown)
    private let lastHead = Mutex<Header?>(nil)

    init(chain: Bitcoin, node: Node) {
        self.chain = chain
        self.node = node
    }

    func verifyIdentity() async throws(NodeError) {
        let anchors = chain.network.anchors
        var calls = [RPCCall("getblockchaininfo")] + anchors.map { RPCCall("getblockhash", "[\($0.height)]") }
        if chain.network.leastVersion != nil { calls.append(RPCCall("getnetworkinfo")) }
        try await node.call(calls) { replies throws(NodeError) in
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
            try self.verifySynced(info, replies)
            if let least = self.chain.network.leastVersion {
                try self.expectVersion(least, replies.value(calls.count - 1), replies)
            }
        }
    }

    /// The hash is asked for first: while it stays the same, nothing else has to be.
    func head() async throws(NodeError) -> Head {
        let hash = try await node.call([RPCCall("getbestblockhash")]) { replies throws(NodeError) in
            try replies.hash(replies.value(0), of: "getbestblockhash")
        }
        if let last = lastHead.withLock({ $0 }), last.hash == hash {
            return Head(header: last, finalized: nil)
        }
        let header = try await header(hash)
        lastHead.withLock { $0 = header }
        return Head(header: header, finalized: nil)
    }

    func headers(at heights: ClosedRange<Height>) async throws(NodeError) -> [Header] {
        let numbers = heights.lowerBound.rawValue...heights.upperBound.rawValue
        let hashes = try await node.call(numbers.map { RPCCall("getblockhash", "[\($0)]") }) {
            replies throws(NodeError) in
            var hashes: [BlockHash] = []
            for index in 0..<numbers.count {
                guard let hash = try replies.blockHash(index) else { break }
                hashes.append(hash)
            }
            return hashes
        }
        guard !hashes.isEmpty else { return [] }
        return try await node.call(hashes.map { RPCCall("getblockheader", #"["\#($0)",false]"#) }) {
            replies throws(NodeError) in
            var headers: [Header] = []
            for (index, hash) in hashes.enumerated() {
                headers.append(
                    try self.prove(
                        replies.value(index), hash, at: heights.lowerBound + UInt64(index), replies))
            }
            return headers
        }
    }

    /// The header with this hash: its parent and time are proven by the hash, its height is the node's
    /// word, twice.
    private func header(_ hash: BlockHash) async throws(NodeError) -> Header {
        let calls = [true, false].map { RPCCall("getblockheader", #"["\#(hash)",\#($0)]"#) }
        let header = try await node.call(calls) { replies throws(NodeError) in
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
            return try self.prove(replies.value(1), hash, at: height, replies)
        }
        let same = try await node.call([RPCCall("getblockhash", "[\(header.height)]")]) {
            replies throws(NodeError) in
            try replies.blockHash(0)
        }
        guard same == hash else {
            throw node.fault(.missing("\(hash) at height \(header.height) any more, where it said it is"))
        }
        return header
    }

    /// A header from the bytes that its hash is made of.
    ///
    /// With merge-mined chains the auxiliary work stands behind the 80 bytes.
    private func prove(
        _ value: JSON, _ hash: BlockHash, at height: Height, _ replies: RPCReplies
    ) throws(NodeError) -> Header {
        guard let digits = value.bytes, let bytes = Hex.decode(digits) else {
            throw replies.fault(.malformed("getblockheader answered no hex digits"))
        }
        return try node.proving(bytes) { bytes throws(BlockFault) in
            var reader = ByteReader(bytes)
            let header = try BlockHeader(&reader)
            guard reader.isAtEnd || chain.options.format.auxiliaryWork && header.hasAuxiliaryWork else {
                throw .malformed("a header is longer than 80 bytes")
            }
            guard header.hash.text == hash.text else {
                throw .unproven("the header of \(hash) has the hash \(header.hash.text)")
            }
            return header.header(at: height)
        }
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

    /// Nodes older than Bitcoin Core 0.16 do not say whether they are syncing: their blocks then trail
    /// their headers.
    private func verifySynced(_ info: JSON, _ replies: RPCReplies) throws(NodeError) {
        guard let blocks = info.member("blocks")?.unsigned, let headers = info.member("headers")?.unsigned
        else {
            throw replies.fault(.malformed("getblockchaininfo answered without blocks or headers"))
        }
        let isSyncing =
            info.member("initialblockdownload")?.bool ?? (headers > blocks && headers - blocks > 6)
        if isSyncing, !chain.network.isMinedAtWill {
            throw replies.fault(.syncing("it has \(blocks) of \(headers) blocks"))
        }
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
