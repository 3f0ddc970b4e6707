internal import ChainKit
internal import DepositCore
internal import NodeRPC

extension BitcoinAdapter {
    /// The node's headers at these heights, each proven by its hash, its parent and its network's rules of work.
    ///
    /// Fewer where the node has fewer, or where two do not stand on one another: its chain moved meanwhile.
    func headers(at heights: ClosedRange<Height>) async throws(NodeError) -> [Header] {
        let low = heights.lowerBound.rawValue
        let raw = try await rawHeaders(at: low...heights.upperBound.rawValue)
        if let consensus = chain.network.consensus {
            if !consensus.isConstant { try await tie(raw, at: low) }
            try stand(raw, from: low, under: judgement(consensus))
        }
        var headers: [Header] = []
        for (index, header) in raw.enumerated() {
            headers.append(header.facts.header(at: heights.lowerBound + UInt64(index)))
        }
        return headers
    }

    func judgement(_ consensus: Consensus, easiest: Target? = nil) -> Judgement {
        Judgement(
            consensus: consensus, now: consensus.isConstant ? nil : chain.now?(), easiest: easiest,
            anchored: chain.network.newestAnchor)
    }

    /// Takes headers in that stand on one another, the lowest at `height`.
    func stand(
        _ headers: [RawHeader], from height: UInt64, under judgement: Judgement
    ) throws(NodeError) {
        for (index, header) in headers.enumerated() {
            let height = height + UInt64(index)
            try proving { () throws(BlockFault) in
                if judgement.consensus.isConstant, index == 0 {
                    try self.begin(header, at: height, judgement)
                }
                try self.proven.stand(header, claimed: height, under: judgement)
            }
        }
    }

    /// Where work is a formality, any block with it may be the first.
    private func begin(
        _ header: RawHeader, at height: UInt64, _ judgement: Judgement
    ) throws(BlockFault) {
        guard !proven.knows(header.hash), !proven.knows(header.parent) else { return }
        // Block 0 is what the chain file says it is, and was not mined by the rules on every chain.
        guard header.hash.text != chain.network.anchors[0].hash.text else {
            return proven.insert(header, at: height)
        }
        let limit = judgement.consensus.difficulty.bits(
            on: HeaderFacts(height: 0, time: 0, bits: 0), time: header.facts.time
        ) { _ in nil }
        guard header.facts.bits == limit else {
            throw ProvenHeaders.fault(
                header, height,
                "bits \(Hex.text(header.facts.bits)), and this network knows but \(Hex.text(limit ?? 0))")
        }
        try judgement.consensus.proveWork(of: header, at: height)
        proven.insert(header, at: height)
    }

    /// A head is at least a block with the work that it names; where its parent is known, all rules are asked.
    func proveHead(_ header: RawHeader, at height: UInt64) async throws(NodeError) {
        guard let consensus = chain.network.consensus else { return }
        if !consensus.isConstant, proven.knows(header.parent) { try await tie([header], at: height) }
        try proving { () throws(BlockFault) in
            guard self.proven.knows(header.parent) || self.proven.knows(header.hash) else {
                // Block 0 was not mined by the rules on every chain.
                guard height > 0 else { return }
                return try consensus.proveWork(of: header, at: height)
            }
            try self.proven.stand(header, claimed: height, under: self.judgement(consensus))
        }
    }

    func proving<Value>(_ body: () throws(BlockFault) -> Value) throws(NodeError) -> Value {
        try node.proving([]) { _ throws(BlockFault) in try body() }
    }

    /// The node's headers at these heights, lowest first, each proven by its hash, and each the next one's parent.
    func rawHeaders(at heights: ClosedRange<UInt64>) async throws(NodeError) -> [RawHeader] {
        let hashes = try await node.call(heights.map { RPCCall("getblockhash", "[\($0)]") }) {
            replies throws(NodeError) in
            var hashes: [BlockHash] = []
            for index in 0..<heights.count {
                guard let hash = try replies.blockHash(index) else { break }
                hashes.append(hash)
            }
            return hashes
        }
        guard !hashes.isEmpty else { return [] }
        let headers = try await node.call(hashes.map { RPCCall("getblockheader", #"["\#($0)",false]"#) }) {
            replies throws(NodeError) in
            var headers: [RawHeader] = []
            for (index, hash) in hashes.enumerated() {
                headers.append(try self.raw(replies.value(index), hash, replies))
            }
            return headers
        }
        guard chain.network.consensus != nil else { return headers }
        let breaks = headers.indices.dropFirst().first { headers[$0].parent != headers[$0 - 1].hash }
        return Array(headers[..<(breaks ?? headers.count)])
    }

    /// A header from the bytes that its hash is made of.
    func raw(
        _ value: JSON, _ hash: BlockHash, _ replies: RPCReplies
    ) throws(NodeError) -> RawHeader {
        guard let digits = value.bytes, let bytes = Hex.decode(digits) else {
            throw replies.fault(.malformed("getblockheader answered no hex digits"))
        }
        return try node.proving(bytes) { bytes throws(BlockFault) in
            let header = try RawHeader(bytes, format: chain.options.format)
            guard header.hash.text == hash.text else {
                throw .unproven("the header of \(hash) has the hash \(header.hash.text)")
            }
            return header
        }
    }
}
