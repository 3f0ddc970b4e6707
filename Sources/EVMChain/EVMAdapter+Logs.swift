internal import DepositCore
internal import NodeRPC

extension EVMAdapter {
    /// A block from a node without `eth_getBlockReceipts`: its logs by hash, proven against the header's
    /// bloom, and receipts one by one only where something matched.
    ///
    /// A bloom cannot tell an amount, so where the chain proves roots a block with a match is read once more
    /// with all its receipts; elsewhere the receipts of what matched must say success in this very block. A
    /// chain that reads traces needs every receipt anyway, for a trace alone does not say that a transaction
    /// succeeded.
    func withLogs(_ header: Header, _ watching: Watchlist) async throws(NodeError) -> Block {
        let rules = chain.rules
        let found = try await node.call([.block(header), .logs(header)]) { replies throws(NodeError) in
            let block = try replies.content(0, of: header)
            let logs = try replies.content(1, of: header)
            return try replies.reading { () throws(Flaw) in
                var scan = BlockScan(rules, watching: watching, header: header)
                return try scan.candidates(header, block: block, logs: logs)
            }
        }
        if rules.tracer != nil || (rules.provesRoots && !found.isEmpty) {
            return try await withEveryReceipt(header, found, watching)
        }
        return try await withReceipts(of: found, header)
    }

    private func withEveryReceipt(
        _ header: Header, _ found: BlockCandidates, _ watching: Watchlist
    ) async throws(NodeError) -> Block {
        let rules = chain.rules
        var calls: [RPCCall] = [.block(header)]
        if let tracer = rules.tracer { calls.append(.traces(header, tracer)) }
        let first = calls.count
        calls += found.transactions.map { .receipt($0) }
        return try await node.call(calls, depth: rules.depth) { replies throws(NodeError) in
            var receipts: [JSON] = []
            for index in first..<calls.count { receipts.append(try Self.receipt(replies, index)) }
            let block = try replies.content(0, of: header)
            let traces = rules.tracer == nil ? nil : try replies.content(1, of: header)
            return try replies.reading { () throws(Flaw) in
                var scan = BlockScan(rules, watching: watching, header: header)
                return try scan.scan(header, block: block, receipts: receipts, traces: traces)
            }
        }
    }

    private func withReceipts(of found: BlockCandidates, _ header: Header) async throws(NodeError) -> Block {
        let indexes = found.indexes
        let calls = indexes.map { RPCCall.receipt(found.transactions[$0]) }
        return try await node.call(calls) { replies throws(NodeError) in
            var outcomes: [Int: Outcome] = [:]
            for (place, index) in indexes.enumerated() {
                let json = try Self.receipt(replies, place)
                outcomes[index] = try replies.reading { () throws(Flaw) in
                    try found.outcome(json, of: index, in: header)
                }
            }
            return try replies.reading { () throws(Flaw) in try found.block(header, outcomes) }
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
