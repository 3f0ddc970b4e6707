internal import ChainKit
internal import DepositCore
internal import NodeRPC

extension Pipeline {
    /// Has the blocks of these deposits read once more, by other nodes than the one that gave them where there are any.
    func readAgain(_ due: [Deposit], _ council: Council) async -> Testimony {
        var hearing = Hearing(due, agree: settings.agree, settled: proving?.whole ?? [])
        for seat in readers(council) {
            let shown = agreement.soundings[seat.place]?.shows
            let blocks = hearing.open.filter { block in shown.map { $0 >= block.height } ?? false }
            if !blocks.isEmpty { await read(blocks, from: seat.node, &hearing) }
        }
        return hearing.verdict()
    }

    /// Whose blocks ours are comes last.
    func readers(_ council: Council) -> [Seat] {
        let giver = local.tip.flatMap { agreement.giver(of: $0) }
        return council.seats.filter { $0.place != giver } + council.seats.filter { $0.place == giver }
    }

    /// All of them at once, or one by one where that fails: what it lacks of an old block says nothing of the others.
    private func read(_ blocks: [BlockRef], from node: ChainNode, _ hearing: inout Hearing) async {
        do throws(NodeError) {
            let headers = try await headers(of: blocks, from: node)
            for block in try await node.adapter.blocks(headers, watching: watching.current) {
                hearing.read(block, by: node)
            }
        } catch {
            guard blocks.count > 1, error.fault.isOfOneBlock else { return hearing.complain(node, error) }
            for block in blocks { await read([block], from: node, &hearing) }
        }
    }

    private func headers(of blocks: [BlockRef], from node: ChainNode) async throws(NodeError) -> [Header] {
        var headers: [Header] = []
        for block in blocks.reversed() {
            if let ours = local.header(at: block.height), ours.hash == block.hash {
                headers.append(ours)
                continue
            }
            let theirs = try await node.adapter.headers(at: block.height...block.height).first
            guard let theirs, theirs.block.hash == block.hash else {
                throw NodeError(node: node.name, fault: .missing("block \(block.height) \(block.hash)"))
            }
            headers.append(theirs)
        }
        return headers
    }
}

extension NodeError.Fault {
    /// Another block may be had all the same.
    fileprivate var isOfOneBlock: Bool {
        switch self {
        case .missing, .pending, .rpc, .malformed, .unproven, .unanswered, .tooLarge, .timedOut, .broken: true
        case .unreachable, .http, .unauthorized, .rateLimited, .syncing, .wrongChain, .unsuited, .cancelled:
            false
        }
    }
}
