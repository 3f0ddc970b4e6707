internal import Synchronization

/// Something about a node that decides nothing, and that its operator should know: a field that differs from what a
/// root proves, a block that it has pruned, what stays unproven and why.
public struct Remark: Hashable, Sendable {
    /// What it is about: a node has one remark on a topic.
    public let topic: String
    public let words: String

    public init(topic: String, words: String) {
        self.topic = topic
        self.words = words
    }
}

/// The remarks on one node, the oldest first: each topic is told once, however often it comes up.
public final class Remarks: Sendable {
    private let kept = Mutex<[Remark]>([])
    /// A node chooses its own oddities; it does not choose how much of our memory they take.
    private static let most = 32

    public init() {}

    public var all: [Remark] { kept.withLock { $0 } }

    /// Keeps a remark, unless there is one on its topic.
    public func note(_ remark: Remark) {
        kept.withLock { kept in
            guard kept.count < Self.most, !kept.contains(where: { $0.topic == remark.topic }) else { return }
            kept.append(remark)
        }
    }

    /// Puts these in the place of all on their topics and of those that begin with `prefix`, which were looked at
    /// again.
    public func renew(_ prefix: String, with remarks: [Remark]) {
        kept.withLock { kept in
            let topics = Set(remarks.map(\.topic))
            let others = kept.filter { !$0.topic.hasPrefix(prefix) && !topics.contains($0.topic) }
            kept = Array((others + remarks).suffix(Self.most))
        }
    }
}
