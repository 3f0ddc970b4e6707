internal import ChainKit
internal import DepositCore
internal import NodeRPC
internal import Synchronization

extension EVMAdapter {
    /// Asked for what belongs to a block that nobody has, a node that has a method says so of the block, at no cost.
    private static let nobodys = "0x" + String(repeating: "0", count: 64)

    func probe() async throws(NodeError) -> [Capability] {
        let tracer = chain.rules.tracer
        let hasTag = chain.spec.rules.finality == .tag
        let time = TraceTime(within: node.patience)
        // First what every node has: what is refused behind it is refused by itself.
        var calls = [RPCCall.header("finalized"), .receipts(Self.nobodys)]
        if let tracer { calls.append(.traces(Self.nobodys, at: 0, tracer, time)) }
        let verified = chain.rules.verified.min { $0.key < $1.key }
        if let contract = verified?.value {
            calls.append(.balance(of: contract.text, in: contract, after: Self.nobodys))
        }
        return try await node.call(calls) { replies throws(NodeError) in
            self.rawTransactions.withLock { $0 = .unknown }
            let hasReceipts = replies.absence(1) == nil
            self.memory.withLock {
                BlockForms.note(hasBlockReceipts: hasReceipts, self.chain.rules, in: &$0)
            }
            var found = [Capability("receipts by block", isOffered: hasReceipts)]
            if hasTag {
                found.append(Capability("finality tag", isOffered: try replies.isResult(0)))
            }
            if let tracer {
                if let words = replies.absence(2) { throw replies.fault(tracer.absence(words)) }
                found.append(Capability("traces", isOffered: true))
            }
            if let asset = verified?.key {
                if let words = replies.absence(calls.count - 1) {
                    throw replies.fault(.balancesAbsence(of: asset, words))
                }
                found.append(Capability("balances", isOffered: true))
            }
            return found
        }
    }
}

extension RPCReplies {
    /// A node that does not know a tag answers with one error or another.
    fileprivate func isResult(_ index: Int) throws(NodeError) -> Bool {
        if case .result = try answer(index) { true } else { false }
    }
}

extension ScanRules.Tracer {
    var method: String {
        switch self {
        case .callTracer: "debug_traceBlockByHash"
        case .traceBlock: "trace_block"
        }
    }

    /// Of a node without the method: without traces, what moves inside calls would not be seen.
    ///
    /// - Parameter words: in which it refused it.
    func absence(_ words: String) -> NodeError.Fault {
        let module =
            switch self {
            case .callTracer: "debug"
            case .traceBlock: "trace"
            }
        return .unsuited(
            why:
                "it has no \(method) (\(words)), which internal_transfers: \(rawValue) in the chain file needs",
            remedy:
                "switch its \(module) API on, take a node or plan that has it, or give up internal_transfers")
    }
}
