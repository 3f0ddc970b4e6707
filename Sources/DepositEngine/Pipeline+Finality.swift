internal import ChainKit
internal import DepositCore
internal import NodeRPC

extension Pipeline {
    /// How high finality may rise in this turn; nil: not at all.
    ///
    /// Where several nodes must agree, that is the highest block of ours that so many of them show and hold final: by
    /// their own tag, or deep enough below their own head. So one node that lies can neither make a deposit final nor
    /// raise the floor below which a reorg halts the chain: it can only delay both.
    func finalityCeiling(_ turn: inout Turn) async -> Height? {
        guard let wanted = finalityWanted(turn.remote), local.finalized.map({ wanted > $0.height }) ?? true
        else { return nil }
        guard agree > 1 else { return wanted }
        var reached = [wanted]
        for peer in await turn.peers() where reached.count(where: { $0 == wanted }) < agree {
            guard let height = await reach(of: peer, atMost: wanted, &turn) else { continue }
            reached.append(height)
        }
        guard reached.count >= agree else { return nil }
        return reached.sorted(by: >)[agree - 1]
    }

    /// What is final by the chain's rules, as far as enough nodes hold it so.
    func final(under head: Head, upTo ceiling: Height?) -> BlockRef? {
        guard let ceiling, let final = spec.rules.finalized(in: local, head: head) else { return nil }
        return final.height <= ceiling ? final : local.header(at: ceiling)?.block
    }

    /// The highest block that this turn's node alone would make final.
    private func finalityWanted(_ remote: RemoteView) -> Height? {
        guard let last = (remote.above.last ?? local.tip)?.height else { return nil }
        return spec.rules.finalHeight(under: last, by: remote.head).map { min($0, last) }
    }

    /// The highest block of ours that the peer shows and holds final.
    private func reach(of peer: ChainNode, atMost wanted: Height, _ turn: inout Turn) async -> Height? {
        do throws(NodeError) {
            let head = try await peer.adapter.head()
            guard let final = spec.rules.finalHeight(under: head.header.height, by: head) else { return nil }
            let height = min(final, wanted)
            let theirs = try await peer.adapter.headers(at: height...height).first
            guard let theirs, theirs.hash == ours(at: height, turn.remote)?.hash else { return nil }
            return height
        } catch {
            turn.complaints.append(NodeComplaint(node: peer.name, error: error))
            return nil
        }
    }

    /// Of our chain as it will be at the end of this turn.
    private func ours(at height: Height, _ remote: RemoteView) -> Header? {
        remote.above.first { $0.height == height } ?? local.header(at: height)
    }
}
