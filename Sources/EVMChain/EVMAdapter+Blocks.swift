internal import DepositCore
internal import NodeRPC
internal import Synchronization

extension EVMAdapter {
    /// Blocks that share one batch. Geth answers up to 25 MB in one; traces can be many times a block.
    var blocksPerRequest: Int { chain.rules.tracer == nil ? 4 : 1 }

    /// What came of asking for blocks in one form.
    enum Reading {
        case read([ScannedBlock])
        case refused(FormRefusal)
    }

    func blocks(_ headers: [Header], watching: Watchlist) async throws(NodeError) -> [Block] {
        var blocks: [Block] = []
        blocks.reserveCapacity(headers.count)
        for start in stride(from: 0, to: headers.count, by: blocksPerRequest) {
            let part = headers[start..<min(start + blocksPerRequest, headers.count)]
            blocks += try await verified(try await tied(try await read(part, watching), watching))
        }
        return blocks
    }

    /// Reads blocks in one request, or in smaller ones where that is more than the node answers at once or in time; and
    /// a single block in whichever form of the question the node answers.
    func read(
        _ headers: ArraySlice<Header>, _ watching: Watchlist
    ) async throws(NodeError) -> [ScannedBlock] {
        var forms = memory.withLock { BlockForms(chain.rules, &$0) }
        var last: NodeError?
        while true {
            let reading: Reading
            do throws(NodeError) { reading = try await ask(headers, forms, watching) } catch {
                guard headers.count > 1, error.asksForLess else { throw error }
                return try await halves(headers, watching)
            }
            switch reading {
            case .read(let blocks):
                memory.withLock { forms.note(in: &$0) }
                return blocks
            case .refused(let refusal):
                if headers.count > 1, !refusal.isDefinite { return try await halves(headers, watching) }
                // That there is no other form says less than what the last one was refused with.
                if !refusal.isAbsent || last == nil { last = refusal.error }
                guard forms.advance(refusal) else { throw last ?? refusal.error }
            }
        }
    }

    private func halves(
        _ headers: ArraySlice<Header>, _ watching: Watchlist
    ) async throws(NodeError) -> [ScannedBlock] {
        let middle = headers.startIndex + headers.count / 2
        let first = try await read(headers[..<middle], watching)
        return first + (try await read(headers[middle...], watching))
    }

    private func ask(
        _ headers: ArraySlice<Header>, _ forms: BlockForms, _ watching: Watchlist
    ) async throws(NodeError) -> Reading {
        if forms.receipts == .byLogs { return try await byLogs(headers, watching) }
        guard forms.needTransactions else {
            return try await ask(headers.map { BlockQuestion($0) }, forms, watching)
        }
        var blocks: [ScannedBlock] = []
        for (header, transactions) in zip(headers, try await transactions(of: headers)) {
            let question = BlockQuestion(header, transactions: transactions)
            switch try await ask([question], forms, watching) {
            case .read(let read): blocks += read
            case .refused(let refusal): return .refused(refusal)
            }
        }
        return .read(blocks)
    }

    /// Blocks with their receipts and, where the chain file asks for them, their traces, in one question.
    private func ask(
        _ questions: [BlockQuestion], _ forms: BlockForms, _ watching: Watchlist
    ) async throws(NodeError) -> Reading {
        let rules = chain.rules
        var calls: [RPCCall] = []
        let places = questions.map { question in
            let first = calls.count
            let asked = question.calls(forms, rules, patience: node.patience)
            calls += [.block(question.header)] + asked.receipts + asked.traces
            return (block: first, receipts: asked.receipts.count, traces: asked.traces.count)
        }
        return try await node.call(calls, depth: rules.depth) { replies throws(NodeError) -> Reading in
            var blocks: [ScannedBlock] = []
            var scan = BlockScan(rules, watching: watching, header: questions[0].header)
            for (question, place) in zip(questions, places) {
                let header = question.header
                let block = try replies.content(place.block, of: header)
                let receipts = place.block + 1..<place.block + 1 + place.receipts
                let traces = receipts.upperBound..<receipts.upperBound + place.traces
                let given: [JSON]
                switch try replies.receipts(receipts, of: header, block, forms.receipts, rules) {
                case .success(let found): given = found
                case .failure(let refusal): return .refused(refusal)
                }
                var traced: BlockTraces?
                if let form = forms.traces, let tracer = rules.tracer {
                    switch try replies.traces(traces, of: header, form, tracer) {
                    case .success(let found): traced = found
                    case .failure(let refusal): return .refused(refusal)
                    }
                }
                do throws(Flaw) {
                    blocks.append(try scan.scan(header, block: block, receipts: given, traces: traced))
                } catch {
                    let fault = replies.fault(error.fault)
                    guard scan.lacksTrace, forms.traces != .each else { throw fault }
                    return .refused(FormRefusal(part: .traces, error: fault))
                }
            }
            return .read(blocks)
        }
    }
}

/// One block and what is known of it before it is asked for.
struct BlockQuestion {
    let header: Header
    /// Their hashes; empty where none is asked for by itself.
    var transactions: [Bytes32] = []

    init(_ header: Header, transactions: [Bytes32] = []) {
        self.header = header
        self.transactions = transactions
    }

    func calls(
        _ forms: BlockForms, _ rules: ScanRules, patience: Int
    ) -> (receipts: [RPCCall], traces: [RPCCall]) {
        let receipts: [RPCCall] =
            switch forms.receipts {
            case .byHash: [.receipts(header.hash.text)]
            case .byNumber: [.receipts(hexQuantity(header.height.rawValue))]
            case .byLogs, .each: transactions.map { .receipt($0) }
            }
        guard let tracer = rules.tracer, let form = forms.traces else { return (receipts, []) }
        let time = form == .byBlockPlainly ? nil : TraceTime(within: patience)
        let traces: [RPCCall] =
            switch form {
            case .byBlock, .byBlockPlainly: [.traces(header.hash.text, at: header.height, tracer, time)]
            case .each: transactions.map { .trace($0, tracer, time) }
            }
        return (receipts, traces)
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

extension RPCCall {
    static func block(_ header: Header) -> RPCCall {
        RPCCall("eth_getBlockByHash", #"["\#(header.hash)",true]"#)
    }

    /// - Parameter block: its hash, or its number in hex.
    static func receipts(_ block: String) -> RPCCall {
        RPCCall("eth_getBlockReceipts", #"["\#(block)"]"#)
    }
}
