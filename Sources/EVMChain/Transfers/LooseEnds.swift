internal import DepositCore

/// What a block's own answers left open, and the node may still show.
struct LooseEnds {
    /// The transactions root, where transactions are of a foreign type.
    var foreign: ForeignRoot?
    /// Polygon's pseudo transaction, where its receipt was not among the others.
    var unrooted: (transaction: Bytes32, index: Int)?

    var isEmpty: Bool { foreign == nil && unrooted == nil }
}

/// A transactions root over transactions of which some are of a type that is foreign here: only their raw bytes tell
/// what it is over.
struct ForeignRoot {
    struct Item {
        let hash: Bytes32
        let type: UInt64
        /// Nil for a foreign one.
        let encoding: [UInt8]?
    }

    let claimed: Bytes32
    let items: [Item]
    /// What is refused unless the root proves it wrong.
    let contested: Flaw?
    /// Whether the block's hash proves all that decides once the root does.
    let closesBlock: Bool

    var foreign: [Item] { items.filter { $0.encoding == nil } }
    var types: Set<UInt64> { Set(foreign.map(\.type)) }

    /// Fails unless the root is over these raw bytes of the foreign ones and all others.
    func prove(_ raw: [Bytes32: [UInt8]], at height: Height) throws(Flaw) {
        var writer = RLPWriter(capacity: 1 << 16)
        var encodings: [Range<Int>] = []
        for item in items {
            let start = writer.count
            for byte in item.encoding ?? raw[item.hash] ?? [] { writer.raw(byte) }
            encodings.append(start..<writer.count)
        }
        var trie = OrderedTrie()
        let root = trie.root(of: encodings, in: writer)
        guard root == claimed else {
            throw Flaw.unproven(
                "transactions root of block \(height)", expected: claimed.text, found: root.text)
        }
    }
}
