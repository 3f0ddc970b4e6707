internal import DepositCore
internal import NodeRPC
internal import Synchronization

extension EVMAdapter {
    /// Blocks that share one batch. Geth answers up to 25 MB in one; traces can be many times a block.
    var blocksPerRequest: Int { chain.rules.tracer == nil ? 4 : 1 }

    func blocks(_ headers: [Header], watching: Watchlist) async throws(NodeError) -> [Block] {
        var blocks: [Block] = []
        blocks.reserveCapacity(headers.count)
        for start in stride(from: 0, to: headers.count, by: blocksPerRequest) {
            let part = headers[start..<min(start + blocksPerRequest, headers.count)]
            blocks += try await verified(try await read(part, watching))
        }
        return blocks
    }

    /// Reads blocks in one request, or in smaller ones where that is more than the node answers at once.
    func read(
        _ headers: ArraySlice<Header>, _ watching: Watchlist
    ) async throws(NodeError) -> [ScannedBlock] {
        do throws(NodeError) {
            if let blocks = try await withReceipts(headers, watching) { return blocks }
            return try await withoutBlockReceipts(headers, watching)
        } catch {
            guard error.asksForLess else { throw error }
            guard headers.count > 1 else {
                return [try await receiptByReceipt(headers[headers.startIndex], watching, error)]
            }
            let middle = headers.startIndex + headers.count / 2
            let first = try await read(headers[..<middle], watching)
            return first + (try await read(headers[middle...], watching))
        }
    }

    /// Nil from a node that has no `eth_getBlockReceipts`.
    private func withReceipts(
        _ headers: ArraySlice<Header>, _ watching: Watchlist
    ) async throws(NodeError) -> [ScannedBlock]? {
        if lacksBlockReceipts.load(ordering: .relaxed) { return nil }
        let rules = chain.rules
        var calls: [RPCCall] = []
        for header in headers {
            calls += [.block(header), .receipts(header)]
            if let tracer = rules.tracer { calls.append(.traces(header, tracer)) }
        }
        let width = calls.count / headers.count
        return try await node.call(calls, depth: rules.depth) {
            replies throws(NodeError) -> [ScannedBlock]? in
            if case .error(let error) = try replies.answer(1), error.meaning == .noSuchMethod {
                self.lacksBlockReceipts.store(true, ordering: .relaxed)
                return nil
            }
            var blocks: [ScannedBlock] = []
            var scan = BlockScan(rules, watching: watching, header: headers[headers.startIndex])
            for (index, header) in headers.enumerated() {
                let block = try replies.content(index * width, of: header)
                let receipts = try replies.content(index * width + 1, of: header)
                let traces = try rules.tracer.map { tracer throws(NodeError) in
                    try replies.traces(index * width + 2, of: header, tracer)
                }
                do throws(Flaw) {
                    guard !receipts.isNull else { throw Flaw.noReceipts(of: header, block, rules) }
                    guard receipts.isArray else { throw Flaw.malformed("eth_getBlockReceipts: no array") }
                    blocks.append(
                        try scan.scan(
                            header, block: block, receipts: Array(receipts.elements), traces: traces))
                } catch {
                    throw replies.fault(error.fault)
                }
            }
            return blocks
        }
    }
}

extension RPCError {
    /// The node does not have a block: geth's "unknown block", "header not found", "block 0x… not found",
    /// and history that was pruned (EIP-4444, code 4444).
    var saysMissing: Bool {
        let message = message.lowercased()
        return code == 4_444 || message.contains("unknown block") || message.contains("not found")
            || message.contains("pruned history")
    }
}

extension RPCReplies {
    /// The result of a call about a block; the node's word that it lacks the block is `missing`, as `null`
    /// is.
    func content(_ index: Int, of header: Header) throws(NodeError) -> JSON {
        if case .error(let error) = try answer(index), error.saysMissing {
            throw fault(.missing("block \(header.height) (\(header.hash)): \(error.message)"))
        }
        return try result(index)
    }
}

extension RPCReplies {
    func traces(
        _ index: Int, of header: Header, _ tracer: ScanRules.Tracer
    ) throws(NodeError) -> JSON {
        if case .error(let error) = try answer(index), error.meaning == .noSuchMethod {
            throw fault(tracer.absence)
        }
        return try content(index, of: header)
    }
}

extension RPCCall {
    static func block(_ header: Header) -> RPCCall {
        RPCCall("eth_getBlockByHash", #"["\#(header.hash)",true]"#)
    }

    static func receipts(_ header: Header) -> RPCCall { receipts(header.hash.text) }

    static func receipts(_ hash: String) -> RPCCall {
        RPCCall("eth_getBlockReceipts", #"["\#(hash)"]"#)
    }

    static func traces(_ header: Header, _ tracer: ScanRules.Tracer) -> RPCCall {
        traces(header.hash.text, at: header.height, tracer)
    }

    /// `trace_block` takes no hash, so each of its items is checked for the block it says it is of.
    static func traces(_ hash: String, at height: Height, _ tracer: ScanRules.Tracer) -> RPCCall {
        switch tracer {
        case .callTracer: RPCCall(tracer.method, #"["\#(hash)",{"tracer":"callTracer"}]"#)
        case .traceBlock: RPCCall(tracer.method, #"["\#(hexQuantity(height.rawValue))"]"#)
        }
    }
}
