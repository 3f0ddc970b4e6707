internal import DepositCore
internal import NodeRPC

extension EVMAdapter {
    /// Blocks of a chain that proves no more than blooms: their logs, and the receipts of what matched.
    ///
    /// A bloom can neither tell an amount nor prove that a log is not there: others may set the same bits. The receipts
    /// of what matched must say success in this very block.
    func byLogs(
        _ headers: ArraySlice<Header>, _ watching: Watchlist
    ) async throws(NodeError) -> Reading {
        switch try await candidates(headers, watching) {
        case .success(let found): .read(try await withReceipts(of: found))
        case .failure(let refusal): .refused(refusal)
        }
    }

    /// The hashes of these blocks' transactions, by which their receipts are asked for.
    ///
    /// A wrong one is found out when the block is read with those receipts.
    func transactions(of headers: ArraySlice<Header>) async throws(NodeError) -> [[Bytes32]] {
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
    ) async throws(NodeError) -> Result<[Found], FormRefusal> {
        let rules = chain.rules
        let calls = headers.flatMap { [RPCCall.block($0), .logs($0)] }
        return try await node.call(calls) { replies throws(NodeError) -> Result<[Found], FormRefusal> in
            var found: [Found] = []
            for (index, header) in headers.enumerated() {
                let block = try replies.content(2 * index, of: header)
                let logs: JSON
                switch replies.logs(2 * index + 1, of: header) {
                case .success(let json): logs = json
                case .failure(let refusal): return .failure(refusal)
                }
                let candidates = try replies.reading { () throws(Flaw) in
                    var scan = BlockScan(rules, watching: watching, header: header)
                    return try scan.candidates(header, block: block, logs: logs)
                }
                found.append((header, candidates))
            }
            return .success(found)
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
                    let json = try replies.receipt(place)
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
