internal import Synchronization

/// The headers of one chain that stood up to its rules, from whichever node they came, as far as they are still kept.
///
/// Heights are counted here: from an anchor, or from a block whose own first transaction tells its height.
final class ProvenHeaders: Sendable {
    struct Entry: Sendable {
        let facts: HeaderFacts
        let parent: Hash256
        /// Of this block alone.
        let work: UInt128
    }

    private struct State {
        var entries: [Hash256: Entry] = [:]
        /// In the order in which they came, for the oldest to be forgotten.
        var order: [Hash256] = []
        var next = 0
    }

    /// Some ten periods of difficulty: a few megabytes.
    private static let most = 24_576

    private let state = Mutex(State())

    subscript(hash: Hash256) -> Entry? {
        state.withLock { $0.entries[hash] }
    }

    func knows(_ hash: Hash256) -> Bool {
        self[hash] != nil
    }

    func insert(_ header: RawHeader, at height: UInt64) {
        let facts = HeaderFacts(height: height, time: header.facts.time, bits: header.facts.bits)
        let work = Target(bits: facts.bits)?.countedWork ?? 0
        state.withLock { state in
            let entry = Entry(facts: facts, parent: header.parent, work: work)
            guard state.entries.updateValue(entry, forKey: header.hash) == nil else { return }
            guard state.order.count == Self.most else { return state.order.append(header.hash) }
            state.entries[state.order[state.next]] = nil
            state.order[state.next] = header.hash
            state.next = (state.next + 1) % Self.most
        }
    }

    /// The block and those below it, newest first, until `body` has seen enough or no more are known.
    func descend(_ hash: Hash256, _ body: (Hash256, Entry) -> Bool) {
        state.withLock { state in
            var hash = hash
            while let entry = state.entries[hash], body(hash, entry) { hash = entry.parent }
        }
    }

    /// The block of this height at or below another; nil where not all between them are known.
    func ancestor(of hash: Hash256, at height: UInt64) -> (hash: Hash256, entry: Entry)? {
        var found: (Hash256, Entry)?
        descend(hash) { hash, entry in
            if entry.facts.height == height { found = (hash, entry) }
            return entry.facts.height > height
        }
        return found
    }

    /// The lowest known block at most `depth` below another, and whether more are needed below it.
    func end(below hash: Hash256, depth: UInt64) -> (hash: Hash256, entry: Entry)? {
        var found: (Hash256, Entry)?
        guard let top = self[hash]?.facts.height else { return nil }
        descend(hash) { hash, entry in
            found = (hash, entry)
            return entry.facts.height > 0 && top - entry.facts.height < depth
        }
        return found
    }

    /// The highest known block that is no higher than this.
    func highest(upTo height: UInt64) -> (hash: Hash256, entry: Entry)? {
        state.withLock { state in
            state.entries.filter { $0.value.facts.height <= height }
                .max { $0.value.facts.height < $1.value.facts.height }.map { ($0.key, $0.value) }
        }
    }
}
