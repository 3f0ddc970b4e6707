/// How high the head has stood, and each node, for as long as that tells who has kept up. Pure: time is handed in.
struct HeadRecord: Sendable {
    /// Seconds.
    private let patience: Int64
    private var heads: [(at: Timestamp, head: Height)] = []
    private var tops: [Int: (height: Height, rose: Timestamp?)] = [:]

    init(patience: Int64) {
        self.patience = patience
    }

    mutating func note(_ soundings: some Collection<Sounding>, head: Height?, at now: Timestamp) {
        for sounding in soundings {
            guard let top = tops[sounding.node] else {
                // The first word of a node is no rise: it may have stood there for days.
                tops[sounding.node] = (sounding.head, nil)
                continue
            }
            if sounding.head > top.height { tops[sounding.node] = (sounding.head, now) }
        }
        guard let head else { return }
        heads.append((now, head))
        let old = heads.lastIndex { $0.at.seconds <= now.seconds - patience } ?? 0
        heads.removeFirst(old)
    }

    /// Whether a node has reached the height at which the head stood a patience ago, or has risen within one.
    ///
    /// After our own start the head as first heard counts, until the record is long enough.
    func isFresh(_ sounding: Sounding, at now: Timestamp) -> Bool {
        if let rose = tops[sounding.node]?.rose, now.seconds - rose.seconds <= patience { return true }
        guard let first = heads.first, let last = heads.last else { return true }
        let isLong = first.at.seconds <= now.seconds - patience
        return sounding.head >= (isLong ? first.head : min(first.head, last.head))
    }
}
