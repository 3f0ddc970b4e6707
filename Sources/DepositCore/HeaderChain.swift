/// The blocks that have been scanned and still stand, newest last, as far back as a reorg may reach.
public struct HeaderChain: Hashable, Sendable {
    public private(set) var headers: [Header]
    /// The highest height that ever was agreed: undoing blocks must not move the floor down.
    public private(set) var agreed: Height
    /// The newest block that was final when it was scanned; it never goes back.
    public private(set) var finalized: BlockRef?
    /// The deepest reorg that is followed unaided, in blocks.
    public let window: UInt64

    /// - Parameter agreed: as it was kept; below the tip where not all is agreed yet, or an operator's word has let the
    ///   floor down. Nil: the tip.
    /// - Precondition: `headers` are linked, lowest first: the store wrote them so.
    public init(headers: [Header], agreed: Height?, finalized: BlockRef?, window: UInt64) {
        precondition(zip(headers, headers.dropFirst()).allSatisfy { $1.parent == $0.hash })
        self.headers = headers
        self.agreed = agreed ?? headers.last?.height ?? 0
        self.finalized = finalized
        self.window = window
    }

    public var tip: Header? { headers.last }

    /// The newest block that may not be undone unaided: final, or `window` below the highest that was ever agreed. Nil
    /// near the start.
    public var floor: Header? {
        let limit = agreed - window
        let byWindow = agreed.rawValue >= window ? headers.last { $0.height <= limit } : nil
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

    /// - Precondition: `header` stands on the tip. Forgets what lies more than twice the window below the highest
    ///   agreed block, but for one: after a gap in the heights there must still be a floor.
    public mutating func connect(_ header: Header) {
        precondition(tip.map { header.parent == $0.hash && header.height > $0.height } ?? true)
        headers.append(header)
        if headers.count == 1 { agreed = max(agreed, header.height) }
        forget()
    }

    /// Notes that a block of ours is agreed.
    public mutating func agree(on height: Height?) {
        guard let height, height > agreed else { return }
        agreed = height
        forget()
    }

    /// The highest block that may be scanned: what is built on one node's word can always be undone.
    public var reach: Height { agreed + window }

    private mutating func forget() {
        let keepFrom = agreed - 2 * window
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

    /// Lets what was agreed and final down to the tip: an operator has taken the chain back.
    public mutating func rewind() {
        agreed = min(agreed, tip?.height ?? 0)
        finalized = nil
    }

    /// Lets the floor down to the lowest block that is kept, on an operator's word, so that a halted chain may follow
    /// a reorg of whatever depth it can still follow block by block.
    public mutating func yield() {
        guard let lowest = headers.first else { return }
        agreed = min(agreed, lowest.height + window)
        finalized = nil
    }
}
