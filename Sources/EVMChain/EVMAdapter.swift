internal import ChainKit
internal import DepositCore
internal import NodeRPC
internal import Synchronization

/// One EVM chain through one node.
final class EVMAdapter: ChainAdapter {
    let chain: EVM
    let node: Node
    /// In which forms the node gives what belongs to a block, by the last probe and by asking.
    let memory = Mutex(BlockForms.Memory())

    /// By which method the node was found to give raw transactions.
    let rawTransactions = Mutex(RawTransactions.unknown)
    /// What headers commit to, where later blocks prove earlier ones.
    let commitments = CommitmentMemory()

    init(_ chain: EVM, _ node: Node) {
        self.chain = chain
        self.node = node
    }

    /// `eth_getBlockByNumber` of the newest block and, on a chain with a finality tag, of the newest final
    /// one, in one batch, so that both most likely come from the same back end.
    func head() async throws(NodeError) -> Head {
        let hasTag = chain.spec.rules.finality == .tag
        let calls = ["latest"] + (hasTag ? ["finalized"] : [])
        return try await node.call(calls.map(RPCCall.header)) { replies throws(NodeError) in
            let latest = try replies.result(0)
            guard !latest.isNull else { throw replies.fault(.missing("block latest")) }
            return try replies.reading { () throws(Flaw) in
                let reader = HeaderReader(self.chain.rules, self.node.remarks, self.commitments)
                let header = try reader.header(latest)
                return Head(
                    header: header, finalized: try reader.finalized(hasTag ? replies : nil, under: header))
            }
        }
    }

    func headers(at heights: ClosedRange<Height>) async throws(NodeError) -> [Header] {
        let numbers = heights.lowerBound.rawValue...heights.upperBound.rawValue
        let calls = numbers.map { RPCCall.header(hexQuantity($0)) }
        return try await node.call(calls) { replies throws(NodeError) in
            var headers: [Header] = []
            var absent: UInt64?
            let reader = HeaderReader(self.chain.rules, self.node.remarks, self.commitments)
            for (index, number) in numbers.enumerated() {
                let json = try replies.header(index, at: number)
                if json.isNull {
                    absent = absent ?? number
                    continue
                }
                if let absent {
                    throw replies.fault(.missing("block \(absent), though it has block \(number)"))
                }
                headers.append(
                    try replies.reading { () throws(Flaw) in
                        let header = try reader.header(json)
                        guard header.height.rawValue == number else {
                            throw Flaw.unproven(
                                "number of the block asked for", expected: "\(number)",
                                found: "\(header.height)")
                        }
                        return header
                    })
            }
            return headers
        }
    }
}

extension RPCCall {
    /// A block without its transactions, by hex number or tag.
    static func header(_ place: String) -> RPCCall {
        RPCCall("eth_getBlockByNumber", #"["\#(place)",false]"#)
    }
}

extension RPCReplies {
    /// The header at a height; `null` above the node's head. One that it has pruned is `missing`, with what to do.
    fileprivate func header(_ index: Int, at number: UInt64) throws(NodeError) -> JSON {
        if case .error(let error) = try answer(index), error.saysMissing {
            throw fault(
                .missing("block \(number): \(error.message); add a node that keeps its history as far back"))
        }
        return try result(index)
    }

    /// Says of a flaw which node gave the answer.
    func reading<Value>(_ read: () throws(Flaw) -> Value) throws(NodeError) -> Value {
        do { return try read() } catch { throw fault(error.fault) }
    }
}

/// A number as JSON-RPC writes it: `0x` and no leading zeros.
func hexQuantity(_ number: UInt64) -> String {
    "0x" + String(number, radix: 16)
}
