internal import DepositCore
internal import NodeRPC

extension EVMAdapter {
    /// Blocks that are proven in one call, and those that a list reaches beyond them.
    private static let atOnce = 64
    private static let requestsInFlight = 4

    /// A block that commits to its own results is proven as it is read. One that does not is proven by the lowest
    /// header that settles it, with all others that this one settles: one list of receipts, under its root and bloom.
    func settled(
        _ headers: [Header], under above: [Header], watching: Watchlist
    ) async throws(NodeError) -> [Block] {
        guard chain.rules.provesSettled else { return try await blocks(headers, watching: watching) }
        let all = headers + above
        let commitments = try await commitments(of: all)
        let plan = try reading { () throws(Flaw) in
            try SettlementPlan(commitments, upTo: headers.count, atOnce: Self.atOnce)
        }
        var blocks: [Block] = []
        if plan.own > 0 {
            blocks = try await self.blocks(Array(all[..<plan.own]), watching: watching)
        }
        do throws(NodeError) {
            guard let heights = plan.heights else { return blocks }
            let list = try await self.headers(at: heights, among: all)
            let (read, failure) = await scan(list, watching: watching)
            var scanned = read[...]
            for part in plan.parts {
                guard scanned.count >= part.heights.count else {
                    throw failure ?? node.fault(.missing("block \(part.heights.lowerBound)"))
                }
                let settled = Array(scanned.prefix(part.heights.count))
                scanned = scanned.dropFirst(settled.count)
                try reading { () throws(Flaw) in try part.commitment.prove(settled.compactMap(\.results)) }
                blocks += try await verified(try await tied(settled, watching)).map(\.settled)
            }
        } catch {
            if blocks.isEmpty { throw error }
        }
        // A list may begin below these blocks and end above them.
        return Array(blocks.drop { $0.header.height < all[0].height }.prefix(headers.count))
    }

    /// These blocks as they are read, several requests on their way at once; those below the first that failed.
    private func scan(
        _ headers: [Header], watching: Watchlist
    ) async -> (blocks: [ScannedBlock], failure: NodeError?) {
        let size = blocksPerRequest
        let starts = Array(stride(from: 0, to: headers.count, by: size))
        return await withTaskGroup(of: (Int, Result<[ScannedBlock], NodeError>).self) { group in
            var answers: [Int: Result<[ScannedBlock], NodeError>] = [:]
            for (place, start) in starts.enumerated() {
                if place >= Self.requestsInFlight, let answer = await group.next() {
                    answers[answer.0] = answer.1
                    if case .failure = answer.1 { break }
                }
                let part = headers[start..<min(start + size, headers.count)]
                group.addTask { (place, await self.result(part, watching)) }
            }
            for await answer in group { answers[answer.0] = answer.1 }
            var blocks: [ScannedBlock] = []
            for place in starts.indices {
                switch answers[place] {
                case .success(let more)?: blocks += more
                case .failure(let error)?: return (blocks, error)
                case nil: return (blocks, nil)
                }
            }
            return (blocks, nil)
        }
    }

    private func result(
        _ headers: ArraySlice<Header>, _ watching: Watchlist
    ) async -> Result<[ScannedBlock], NodeError> {
        do throws(NodeError) { return .success(try await read(headers, watching)) } catch {
            return .failure(error)
        }
    }

    /// What these headers commit to; those that this node has not shown before are asked for.
    private func commitments(of headers: [Header]) async throws(NodeError) -> [Commitment] {
        let unknown = headers.filter { commitments[$0.hash] == nil }
        if !unknown.isEmpty {
            let calls = unknown.map { RPCCall("eth_getBlockByHash", #"["\#($0.hash)",false]"#) }
            try await node.call(calls) { replies throws(NodeError) in
                let reader = HeaderReader(self.chain.rules, self.node.remarks, self.commitments)
                for (index, header) in unknown.enumerated() {
                    let json = try replies.content(index, of: header)
                    guard !json.isNull else {
                        throw replies.fault(.missing("block \(header.height) (\(header.hash))"))
                    }
                    let found = try replies.reading { () throws(Flaw) in try reader.header(json) }
                    guard found == header else {
                        throw replies.fault(
                            Flaw.unproven(
                                "block \(header.height) asked for by hash", expected: header.hash.text,
                                found: found.hash.text
                            ).fault)
                    }
                }
            }
        }
        var all: [Commitment] = []
        for header in headers {
            guard let commitment = commitments[header.hash] else {
                throw node.fault(.missing("block \(header.height) (\(header.hash))"))
            }
            all.append(commitment)
        }
        return all
    }

    /// The headers at these heights: of those at hand, and, below them, linked to the lowest of them.
    private func headers(
        at heights: Range<UInt64>, among ours: [Header]
    ) async throws(NodeError) -> [Header] {
        guard let lowest = ours.first else { return [] }
        let held = ours.filter { heights.contains($0.height.rawValue) }
        guard heights.lowerBound < lowest.height.rawValue, let first = Height(heights.lowerBound) else {
            return held
        }
        let below = try await headers(at: first...(lowest.height - 1))
        var parent = lowest.parent
        for header in below.reversed() {
            guard header.hash == parent else {
                throw node.fault(.missing("block \(header.height) \(parent), on which ours stands"))
            }
            parent = header.parent
        }
        guard below.first?.height == first else { throw node.fault(.missing("block \(first)")) }
        return below + held
    }

    private func reading<Value>(_ read: () throws(Flaw) -> Value) throws(NodeError) -> Value {
        do { return try read() } catch { throw node.fault(error.fault) }
    }
}
