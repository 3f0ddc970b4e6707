internal import DepositCore
internal import NodeRPC

extension EVMAdapter {
    /// Blocks that share one batch. Geth answers up to 25 MB in one; traces can be many times a block.
    private var blocksPerRequest: Int { chain.rules.tracer == nil ? 4 : 1 }

    func blocks(_ headers: [Header], watching: Watchlist) async throws(NodeError) -> [Block] {
        var blocks: [Block] = []
        blocks.reserveCapacity(headers.count)
        for start in stride(from: 0, to: headers.count, by: blocksPerRequest) {
            let part = headers[start..<min(start + blocksPerRequest, headers.count)]
            blocks += try await withReceipts(part, watching)
        }
        return blocks
    }

    private func withReceipts(
        _ headers: ArraySlice<Header>, _ watching: Watchlist
    ) async throws(NodeError) -> [Block] {
        let rules = chain.rules
        var calls: [RPCCall] = []
        for header in headers {
            calls += [.block(header), .receipts(header)]
            if let tracer = rules.tracer { calls.append(.traces(header, tracer)) }
        }
        let width = calls.count / headers.count
        return try await node.call(calls) { replies throws(NodeError) in
            var blocks: [Block] = []
            var scan = BlockScan(rules, watching: watching, header: headers[headers.startIndex])
            for (index, header) in headers.enumerated() {
                let block = try replies.result(index * width)
                let receipts = try replies.result(index * width + 1)
                let traces = width > 2 ? try replies.result(index * width + 2) : nil
                do throws(Flaw) {
                    guard !receipts.isNull else { throw Flaw.missing("receipts of block \(header.height)") }
                    guard receipts.isArray else { throw Flaw.malformed("eth_getBlockReceipts: no array") }
                    blocks.append(
                        try scan.scan(header, block: block, receipts: Array(receipts.elements), traces: traces))
                } catch {
                    throw replies.fault(error.fault)
                }
            }
            return blocks
        }
    }
}

extension RPCCall {
    static func block(_ header: Header) -> RPCCall {
        RPCCall("eth_getBlockByHash", #"["\#(header.hash)",true]"#)
    }

    static func receipts(_ header: Header) -> RPCCall {
        RPCCall("eth_getBlockReceipts", #"["\#(header.hash)"]"#)
    }

    /// `trace_block` takes no hash, so each of its items is checked for the block it says it is of.
    static func traces(_ header: Header, _ tracer: ScanRules.Tracer) -> RPCCall {
        switch tracer {
        case .callTracer:
            RPCCall("debug_traceBlockByHash", #"["\#(header.hash)",{"tracer":"callTracer"}]"#)
        case .traceBlock:
            RPCCall("trace_block", #"["\#(hexQuantity(header.height.rawValue))"]"#)
        }
    }
}
