internal import DepositCore
internal import Synchronization

/// What the headers that a node has shown commit to, so that none is asked for twice.
final class CommitmentMemory: Sendable {
    /// Some minutes of a fast chain, and a few hundred bytes each.
    private static let capacity = 2_048

    private let known = Mutex<[BlockHash: Commitment]>([:])

    func note(_ commitment: Commitment, of hash: BlockHash) {
        known.withLock { known in
            if known.count >= Self.capacity { known.removeAll(keepingCapacity: true) }
            known[hash] = commitment
        }
    }

    subscript(hash: BlockHash) -> Commitment? { known.withLock { $0[hash] } }
}
