/// What the nodes of a chain agree on, by what each showed last; the rules by which one liar among several credits,
/// takes back, halts and freezes nothing.
///
/// Nothing is decided unless `quorum` nodes say so, so that at least one honest node does while fewer lie; nothing
/// waits for more than them. Pure: soundings and time in, decisions out.
public struct Agreement: Sendable {
    /// How many nodes must say the same: `agree` in the configuration.
    public let quorum: Int
    /// The last word of each node that answered.
    public private(set) var soundings: [Int: Sounding] = [:]
    /// The highest block of our chain, as it stands, that ever was agreed.
    public private(set) var standing: Height?
    /// Those whose words count for our chain: they have kept up with the head.
    public private(set) var fresh: [Sounding] = []
    private var record: HeadRecord
    /// Which node gave each block that was not agreed yet.
    private var givers: [BlockHash: Int] = [:]

    /// - Parameters:
    ///   - standing: the highest block of ours that was agreed before, as it was stored.
    ///   - blockInterval: in milliseconds.
    public init(quorum: Int, standing: Height?, blockInterval: Int) {
        precondition(quorum > 0)
        self.quorum = quorum
        self.standing = standing
        record = HeadRecord(patience: Self.patience(quorum: quorum, blockInterval: blockInterval))
    }

    /// Seconds within which a node must have kept up for its word to count. Where one claim is the head, longer.
    static func patience(quorum: Int, blockInterval: Int) -> Int64 {
        quorum == 1
            ? max(120, Int64(12 * blockInterval / 1_000))
            : min(max(Int64(2 * blockInterval / 1_000), 30), 120)
    }

    // MARK: What was heard

    /// Takes the words of one beat for all there are: a node that did not answer is not there.
    public mutating func hear(_ words: [Sounding], at now: Timestamp) {
        soundings = Dictionary(words.map { ($0.node, $0) }) { _, last in last }
        judge(at: now)
    }

    /// Takes one node's word of its own turn.
    public mutating func note(_ word: Sounding, at now: Timestamp) {
        soundings[word.node] = word
        judge(at: now)
    }

    /// A node did not answer in its turn: what it said before is no word of this moment.
    public mutating func lose(_ node: Int, at now: Timestamp) {
        guard soundings.removeValue(forKey: node) != nil else { return }
        judge(at: now)
    }

    /// A block was connected, which this node gave.
    public mutating func connected(_ header: Header, by node: Int, at now: Timestamp) {
        givers[header.hash] = node
        if let word = soundings[node] { note(word.reaching(header.height), at: now) }
    }

    /// Blocks above this one were undone.
    public mutating func undone(to tip: Height?, at now: Timestamp) {
        soundings = soundings.mapValues { $0.under(tip) }
        standing = tip.flatMap { tip in standing.map { min($0, tip) } }
        judge(at: now)
    }

    private mutating func judge(at now: Timestamp) {
        record.note(soundings.values, head: mark, at: now)
        fresh = soundings.values.filter { record.isFresh($0, at: now) }.sorted { $0.node < $1.node }
        guard let agreed else { return }
        standing = max(standing ?? agreed, agreed)
        givers = givers.count > 4_096 ? [:] : givers
    }

    // MARK: What follows

    /// The highest head but one for each liar there may be: never above the highest honest one. Nil while fewer nodes
    /// answer than must agree.
    public var head: Height? { top(soundings.values.map(\.head)) }

    /// What nodes must have kept up with: the head; or where one claim would be that and there are others, the second
    /// highest, so that one claim makes no two others old.
    private var mark: Height? {
        guard quorum == 1, soundings.count > 2 else { return head }
        return soundings.values.map(\.head).sorted(by: >)[1]
    }

    /// The highest block of ours that enough fresh nodes show now.
    public var agreed: Height? { top(fresh.compactMap(\.shows)) }

    /// The highest block of ours that enough fresh nodes show and hold final.
    public var final: BlockRef? {
        let finals = fresh.compactMap(\.final).sorted { $0.height > $1.height }
        return finals.count < quorum ? nil : finals[quorum - 1]
    }

    func support(_ height: Height) -> Int { fresh.count { $0.shows(height) } }

    func contest(_ height: Height) -> Int { fresh.count { $0.contradicts(height) } }

    private func top(_ heights: [Height]) -> Height? {
        heights.count < quorum ? nil : heights.sorted(by: >)[quorum - 1]
    }

    public func giver(of header: Header) -> Int? { givers[header.hash] }
}
