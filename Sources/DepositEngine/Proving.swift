internal import DepositCore

/// How far it is proven what our blocks hold, on a chain where later blocks commit to that.
struct Proving: Sendable {
    /// The lowest block of which it is not proven; nil before the first.
    private(set) var next: Height?
    /// Blocks from there on that prove themselves, as they were scanned.
    private var own: [Height: BlockHash] = [:]
    /// Blocks that a later one has proven in full: their deposits need no second look.
    private(set) var whole: Set<BlockHash> = []
    /// Why the next one is not proven though a later block commits to it; nil where it is only waited for.
    private(set) var trouble: Hold?
    /// When that was found, and how often in a row.
    private var troubles: (last: Timestamp, count: Int64)?

    private static let remembered = 4_096

    init(next: Height?) {
        self.next = next
    }

    /// Whether it is proven what this block holds, so that its deposits may be confirmed.
    func covers(_ block: BlockRef) -> Bool {
        next.map { block.height < $0 } ?? false || own[block.height] == block.hash
    }

    /// Whether the next one may be tried: after a failure two seconds are let pass, and twice as many after each more,
    /// up to sixteen.
    func isReady(at now: Timestamp) -> Bool {
        troubles.map { now.seconds - $0.last.seconds >= min(1 << min($0.count, 4), 16) } ?? true
    }

    mutating func note(_ trouble: Hold?, at now: Timestamp) {
        self.trouble = trouble
        troubles = trouble.map { _ in (now, (troubles?.count ?? 0) + 1) }
    }

    /// Notes blocks as they were read before anything was known of later ones.
    mutating func scanned(_ blocks: [Block]) {
        guard let first = blocks.first else { return }
        next = next ?? first.header.height
        for block in blocks where !block.isAwaited { own[block.header.height] = block.header.hash }
    }

    /// Passes over agreed blocks that prove themselves.
    mutating func pass(on local: HeaderChain, upTo agreed: Height) {
        while let height = next, height <= agreed, let hash = own[height],
            hash == local.header(at: height)?.hash
        {
            own[height] = nil
            next = height + 1
        }
    }

    /// Notes that a later block has proven this one, the next.
    mutating func proven(_ block: Block) {
        next = block.header.height + 1
        own[block.header.height] = nil
        guard block.isProven, !block.transfers.isEmpty else { return }
        if whole.count >= Self.remembered { whole = [] }
        whole.insert(block.header.hash)
    }

    /// Blocks were undone: what an undone block has proven is to be proven again.
    ///
    /// - Parameter next: as the store has it now.
    mutating func undone(to tip: Height?, next: Height?) {
        self.next = next
        own = own.filter { height, _ in tip.map { height <= $0 } ?? false }
        trouble = nil
        troubles = nil
    }
}
