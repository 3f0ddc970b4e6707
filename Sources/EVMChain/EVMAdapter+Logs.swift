internal import DepositCore
internal import NodeRPC

extension EVMAdapter {
    /// Blocks from a node without `eth_getBlockReceipts`: every receipt one by one where the chain proves roots.
    ///
    /// A bloom can neither tell an amount nor prove that a log is not there: others may set the same bits. So logs by
    /// hash, held against it, are enough only where the chain proves no more; there the receipts of what matched must
    /// say success in this very block. A chain that reads traces needs every receipt anyway, for a trace alone does not
    /// say that a transaction succeeded; and where blocks are carried out after they are accepted, no logs may mean not
    /// yet.
    func withoutBlockReceipts(
        _ headers: ArraySlice<Header>, _ watching: Watchlist
    ) async throws(NodeError) -> [ScannedBlock] {
        guard chain.rules.tracer != nil || chain.rules.provesRoots || chain.rules.settles else {
            return try await withReceipts(of: try await candidates(headers, watching))
        }
        var blocks: [ScannedBlock] = []
        for (header, transactions) in zip(headers, try await transactions(of: headers)) {
            blocks.append(try await withEveryReceipt(header, transactions, watching))
        }
        return blocks
    }

    /// The hashes of these blocks' transactions, by which their receipts are asked for.
    ///
    /// A wrong one is found out when the block is read with those receipts.
    private func transactions(of headers: ArraySlice<Header>) async throws(NodeError) -> [[Bytes32]] {
        try await node.call(headers.map { .block($0) }) { replies throws(NodeError) in
            var blocks: [[Bytes32]] = []
            for (index, header) in headers.enumerated() {
                let block = try replies.content(index, of: header)
                guard !block.isNull else {
                    throw replies.fault(.missing("block \(header.height) (\(header.hash))"))
                }
                guard let transactions = block.member("transactions"), transactions.isArray else {
                    throw replies.fault(.malformed("block \(header.height): no transactions"))
                }
                var hashes: [Bytes32] = []
                for json in transactions.elements {
                    guard let hash = json.member("hash")?.hex?.bytes32 else {
                        throw replies.fault(.malformed("a transaction of block \(header.height): no hash"))
                    }
                    hashes.append(hash)
                }
                blocks.append(hashes)
            }
            return blocks
        }
    }

    private typealias Found = (header: Header, candidates: BlockCandidates)

    private func candidates(
        _ headers: ArraySlice<Header>, _ watching: Watchlist
    ) async throws(NodeError) -> [Found] {
        let rules = chain.rules
        let calls = headers.flatMap { [RPCCall.block($0), .logs($0)] }
        return try await node.call(calls) { replies throws(NodeError) in
            var found: [Found] = []
            for (index, header) in headers.enumerated() {
                let block = try replies.content(2 * index, of: header)
                let logs = try replies.content(2 * index + 1, of: header)
                let candidates = try replies.reading { () throws(Flaw) in
                    var scan = BlockScan(rules, watching: watching, header: header)
                    return try scan.candidates(header, block: block, logs: logs)
                }
                found.append((header, candidates))
            }
            return found
        }
    }

    /// A block whose receipts, or logs, are more than the node answers at once.
    ///
    /// - Parameter refusal: what the node said to that; what we ourselves refuse for its size does not get smaller.
    func receiptByReceipt(
        _ header: Header, _ watching: Watchlist, _ refusal: NodeError
    ) async throws(NodeError) -> ScannedBlock {
        if case .tooLarge = refusal.fault { throw refusal }
        let transactions = try await transactions(of: [header])
        return try await withEveryReceipt(header, transactions.joined(), watching)
    }

    private func withEveryReceipt(
        _ header: Header, _ transactions: some Sequence<Bytes32>, _ watching: Watchlist
    ) async throws(NodeError) -> ScannedBlock {
        let rules = chain.rules
        var calls: [RPCCall] = [.block(header)]
        if let tracer = rules.tracer { calls.append(.traces(header, tracer)) }
        let first = calls.count
        calls += transactions.map { .receipt($0) }
        return try await node.call(calls, depth: rules.depth) { replies throws(NodeError) in
            var receipts: [JSON] = []
            let block = try replies.content(0, of: header)
            for index in first..<calls.count {
                let receipt = try replies.result(index)
                guard !receipt.isNull else {
                    throw replies.fault(Flaw.noReceipts(of: header, block, rules).fault)
                }
                receipts.append(receipt)
            }
            let traces = try rules.tracer.map { tracer throws(NodeError) in
                try replies.traces(1, of: header, tracer)
            }
            return try replies.reading { () throws(Flaw) in
                var scan = BlockScan(rules, watching: watching, header: header)
                return try scan.scan(header, block: block, receipts: receipts, traces: traces)
            }
        }
    }

    /// The receipts of what matched, of all these blocks in one batch.
    private func withReceipts(of found: [Found]) async throws(NodeError) -> [ScannedBlock] {
        let calls = found.flatMap { item in
            item.candidates.indexes.map { RPCCall.receipt(item.candidates.transactions[$0]) }
        }
        return try await node.call(calls) { replies throws(NodeError) in
            var blocks: [ScannedBlock] = []
            var place = 0
            for (header, candidates) in found {
                var outcomes: [Int: Outcome] = [:]
                for index in candidates.indexes {
                    let json = try Self.receipt(replies, place)
                    place += 1
                    outcomes[index] = try replies.reading { () throws(Flaw) in
                        try candidates.outcome(json, of: index, in: header, self.chain.rules)
                    }
                }
                blocks.append(
                    try replies.reading { () throws(Flaw) in try candidates.block(header, outcomes) })
            }
            return blocks
        }
    }

    private static func receipt(_ replies: RPCReplies, _ index: Int) throws(NodeError) -> JSON {
        let json = try replies.result(index)
        guard !json.isNull else {
            throw replies.fault(.missing("the receipt of a transaction of its own block"))
        }
        return json
    }
}

extension RPCCall {
    /// Every log of a block, by its hash (EIP-234): a node that lacks the block says so instead of `[]`.
    static func logs(_ header: Header) -> RPCCall {
        RPCCall("eth_getLogs", #"[{"blockHash":"\#(header.hash)"}]"#)
    }

    static func receipt(_ transaction: Bytes32) -> RPCCall {
        RPCCall("eth_getTransactionReceipt", #"["\#(transaction.text)"]"#)
    }
}
