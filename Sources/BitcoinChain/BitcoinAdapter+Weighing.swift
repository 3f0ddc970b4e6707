internal import ChainKit
internal import DepositCore
internal import NodeRPC

extension BitcoinAdapter: Weighing {
    private static let batch: UInt64 = 500

    /// Strictly more work, summed over proven headers: the node's from `fork` to its head, ours as they are kept.
    ///
    /// A header of ours that is no longer known, and that this node does not have, counts as the node's first above
    /// the fork does: difficulty moves little within a window. Where the rules are not known, length is all there is.
    func outweighs(_ ours: [Header], above fork: Header) async throws(NodeError) -> Bool {
        let head = try await head().header
        guard head.height > fork.height else { return false }
        guard chain.network.consensus != nil else {
            return head.height > ours.last?.height ?? fork.height
        }
        let most = fork.height + max(UInt64(ours.count), chain.spec.reorgWindow) * 4
        let end = min(head.height, most).rawValue
        var (theirs, at, parent) = (UInt128(0), fork.height.rawValue, fork.hash)
        var wanted: UInt128?
        while at < end {
            let low = fork.height + (at + 1 - fork.height.rawValue)
            let high = fork.height + (min(end, at + Self.batch) - fork.height.rawValue)
            let headers = try await headers(at: low...high)
            guard let first = headers.first, first.parent == parent else { return false }
            let needed: UInt128
            if let wanted {
                needed = wanted
            } else {
                needed = try await work(of: ours, usual: work(of: first.hash) ?? 0)
            }
            wanted = needed
            for header in headers { theirs += work(of: header.hash) ?? 0 }
            if theirs > needed { return true }
            at += UInt64(headers.count)
            parent = headers[headers.count - 1].hash
        }
        return false
    }

    private func work(of hash: BlockHash) -> UInt128? {
        Hash256(text: hash.text).flatMap { proven[$0]?.work }
    }

    private func work(of ours: [Header], usual: UInt128) async throws(NodeError) -> UInt128 {
        let unknown = ours.filter { work(of: $0.hash) == nil }.map(\.hash)
        var sum = ours.reduce(UInt128(0)) { $0 + (work(of: $1.hash) ?? 0) }
        guard !unknown.isEmpty else { return sum }
        let calls = unknown.map { RPCCall("getblockheader", #"["\#($0)",false]"#) }
        sum += try await node.call(calls) { replies throws(NodeError) in
            var sum: UInt128 = 0
            for (index, hash) in unknown.enumerated() {
                let header = try? self.raw(replies.value(index), hash, replies)
                let target = header.flatMap { Target(bits: $0.facts.bits) }
                sum += target?.countedWork ?? usual
            }
            return sum
        }
        return sum
    }
}
