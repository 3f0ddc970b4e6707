public import DepositCore

/// Notices that no node shows a new block for much longer than blocks are apart. Pure: time is handed in.
struct HeadWatch: Sendable {
    /// Seconds without a new block from which on the chain, or every node of it, counts as standing still.
    private let patience: Int64
    private let blockInterval: Int
    private var head: Height?
    private var since = Timestamp(seconds: 0)

    /// Twelve intervals, so that what chance alone makes of a chain found by work is rarely taken for a fault.
    ///
    /// - Parameter blockInterval: in milliseconds.
    init(blockInterval: Int) {
        self.blockInterval = blockInterval
        patience = max(120, Int64(12 * blockInterval / 1_000))
    }

    /// - Parameter best: the head as the nodes agree on it; nil where too few answer: then it is no news.
    mutating func note(_ best: Height?, at now: Timestamp) -> Stall? {
        guard let best = best ?? head else { return nil }
        if best != head {
            head = best
            since = now
        }
        guard now.seconds - since.seconds >= patience else { return nil }
        return Stall(head: best, since: since, blockInterval: blockInterval)
    }
}

/// The chain's newest block has been the newest for long.
public struct Stall: Hashable, Sendable {
    public let head: Height
    /// When it was first seen here.
    public let since: Timestamp
    /// How far apart blocks usually are, in milliseconds.
    let blockInterval: Int

    /// For the console and the log.
    public var words: String {
        let interval = blockInterval % 1_000 == 0 ? "\(blockInterval / 1_000) s" : "\(blockInterval) ms"
        return "no node has shown a block above \(head) since \(since); usually there is one each \(interval)"
    }
}
