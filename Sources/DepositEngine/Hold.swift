public import DepositCore
internal import NodeRPC

/// Why deposits that are due are not confirmed yet. It ends by itself once enough nodes agree.
public struct Hold: Hashable, Sendable {
    /// The highest block that waits.
    public let block: BlockRef
    public let reason: String
    /// A node shows something else there, and does not only lag or fail.
    public let isDisagreement: Bool
}

/// An error of a node that was asked as a witness.
struct NodeComplaint: Sendable {
    let node: String
    let error: NodeError
}

/// Whether the nodes of a chain agree on it: told once when they cease to, and once when they do again.
struct Accord: Sendable {
    private(set) var disagreements: UInt64
    private(set) var agreements: UInt64

    var isBroken: Bool { disagreements > agreements }

    /// The event that a turn's hold makes due, if any.
    mutating func event(_ hold: Hold?, on chain: ChainID, tip: BlockRef, now: Timestamp) -> Event? {
        if let hold, hold.isDisagreement, !isBroken {
            disagreements += 1
            return .disagreed(chain, at: hold.block, reason: hold.reason, occurrence: disagreements, now: now)
        }
        if hold == nil, isBroken {
            agreements += 1
            let reason = "enough nodes show the same blocks again"
            return .agreed(chain, at: tip, reason: reason, occurrence: agreements, now: now)
        }
        return nil
    }
}
