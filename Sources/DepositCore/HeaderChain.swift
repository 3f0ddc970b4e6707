/// The blocks that have been scanned and still stand, newest last, as far back as a reorg may reach.
public struct HeaderChain: Hashable, Sendable {
    public private(set) var headers: [Header]
    /// The highest tip there ever was: undoing blocks must not move the floor down.
    public private(set) var highest: Height
    /// The newest block that was final when it was scanned; it never goes back.
    public private(set) var finalized: BlockRef?
    /// The deepest reorg that is followed unaided, in blocks.
    public let window: UInt64

    /// - Parameter highest: as it was kept; below the tip where an operator's word has let the floor down. Nil: tip.
    /// - Precondition: `headers` are linked, lowest first: the store wrote them so.
    public init(headers: [Header], highest: Height?, finalized: BlockRef?, window: UInt64) {
        precondition(zip(headers, headers.dropFirst()).allSatisfy { $1.parent == $0.hash })
        self.headers = headers
        self.highest = highest ?? headers.last?.height ?? 0
        self.finalized = finalized
        self.window = window
    }

    public var tip: Header? { headers.last }

    /// The newest block that may not be undone unaided: final, or `window` below the highest tip. Nil near the start.
    public var floor: Header? {
        let limit = highest - window
        let byWindow = highest.rawValue >= window ? headers.last { $0.height <= limit } : nil
        let byFinality = finalized.flatMap { header(at: $0.height) }
        guard let byWindow, let byFinality else { return byWindow ?? byFinality }
        return byWindow.height < byFinality.height ? byFinality : byWindow
    }

    public func header(at height: Height) -> Header? {
        var low = 0
        var high = headers.count
        while low < high {
            let middle = (low + high) / 2
            if headers[middle].height < height { low = middle + 1 } else { high = middle }
        }
        return low < headers.count && headers[low].height == height ? headers[low] : nil
    }

    /// - Precondition: `header` stands on the tip. Forgets what lies more than twice the window below it, but for one
    ///   block: after a gap in the heights there must still be a floor.
    public mutating func connect(_ header: Header) {
        precondition(tip.map { header.parent == $0.hash && header.height > $0.height } ?? true)
        headers.append(header)
        highest = max(highest, header.height)
        let keepFrom = header.height - 2 * window
        if let first = headers.first, first.height + window < keepFrom,
            let lowest = headers.lastIndex(where: { $0.height <= keepFrom })
        {
            headers.removeFirst(lowest)
        }
    }

    /// - Precondition: `header` is the tip.
    public mutating func disconnect(_ header: Header) {
        precondition(tip == header)
        headers.removeLast()
    }

    /// Notes a final block; none, or one below what was final before, changes nothing.
    public mutating func finalize(_ block: BlockRef?) {
        guard let block, finalized.map({ block.height > $0.height }) ?? true else { return }
        finalized = block
    }

    /// Lets the floor down to the lowest block that is kept, on an operator's word, so that a halted chain may follow
    /// a reorg of whatever depth it can still follow block by block.
    public mutating func yield() {
        guard let lowest = headers.first else { return }
        highest = min(highest, lowest.height + window)
        finalized = nil
    }
}
