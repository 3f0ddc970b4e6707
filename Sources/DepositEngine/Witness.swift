internal import ChainKit
internal import DepositCore
internal import NodeRPC

/// Hears enough nodes on the blocks in which deposits are due, and has what they hold read once more.
///
/// A hash speaks for all blocks below it, so a node that shows our highest block has shown the lower ones too.
struct Witness {
    let agree: Int
    let node: ChainNode
    /// The highest block of ours that `node` has shown in this turn.
    let shown: Height?
    let peers: [ChainNode]
    /// What other nodes were wrong about earlier in this turn: they are not asked again.
    let complaints: [NodeComplaint]
    let local: HeaderChain
    let watching: Watchlist

    /// Blocks that a node is asked about one by one, from the highest down, before it counts as silent.
    private static let questions = 8

    func hear(_ due: [Deposit]) async -> Testimony {
        var hearing = Hearing(due, after: complaints)
        if let shown { hearing.vote(through: shown) }
        for peer in peers where !hearing.held(agree).isEmpty {
            await ask(peer, &hearing)
        }
        if !hearing.unread.isEmpty { await reread(hearing.unread, from: node, &hearing) }
        return hearing.verdict(agree)
    }

    private func ask(_ peer: ChainNode, _ hearing: inout Hearing) async {
        for block in hearing.blocks.prefix(Self.questions) {
            do throws(NodeError) {
                let theirs = try await peer.adapter.headers(at: block.height...block.height).first
                guard let theirs, theirs.height == block.height else {
                    hearing.note("\(peer.name) has no block \(block.height) yet")
                    continue
                }
                guard theirs.hash == block.hash else {
                    hearing.dissent("\(peer.name) shows \(theirs.hash) at \(block.height)")
                    continue
                }
                hearing.vote(through: block.height)
                await reread(hearing.unread.filter { $0.height <= block.height }, from: peer, &hearing)
                return
            } catch {
                hearing.complain(peer, error)
                return
            }
        }
    }

    /// Reads the blocks again: each must hold, proven, the transfers that are about to be confirmed.
    private func reread(_ blocks: [BlockRef], from node: ChainNode, _ hearing: inout Hearing) async {
        do throws(NodeError) {
            let headers = try await headers(of: blocks, from: node)
            for block in try await node.adapter.blocks(headers, watching: watching) {
                hearing.read(block, by: node)
            }
        } catch {
            hearing.complain(node, error)
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
