internal import Synchronization

/// Parsers at rest, so that their memory is used again; but not the memory that one huge answer made them take.
final class ParserPool: Sendable {
    private static let capacity = 8
    private static let largest = 16 << 20

    private struct Parsers: @unchecked Sendable { var idle: [JSONParser] = [] }
    private let parsers = Mutex(Parsers())

    func borrow(depth: Int) -> JSONParser {
        let taken = parsers.withLock { parsers in
            guard let index = parsers.idle.lastIndex(where: { $0.depth == depth }) else { return Parsers() }
            return Parsers(idle: [parsers.idle.remove(at: index)])
        }
        return taken.idle.first ?? JSONParser(depth: depth)
    }

    func giveBack(_ borrowed: [JSONParser]) {
        let returned = Parsers(idle: borrowed.filter { $0.capacity <= Self.largest })
        parsers.withLock { parsers in
            parsers.idle = (parsers.idle + returned.idle).suffix(Self.capacity)
        }
    }
}

/// The parsers of one question: one for each of its answers, which are read until the loan ends.
///
/// None is borrowed before there is an answer: the one that was in use just now has its memory in the caches, and
/// questions that wait for their node need none.
struct ParserLoan {
    private let pool: ParserPool
    private let depth: Int
    private var borrowed: [JSONParser] = []

    init(from pool: ParserPool, depth: Int) {
        self.pool = pool
        self.depth = depth
    }

    mutating func parser() -> JSONParser {
        let parser = pool.borrow(depth: depth)
        borrowed.append(parser)
        return parser
    }

    /// Gives the newest back: the answer that it read was thrown away.
    mutating func giveBackLast() {
        if let last = borrowed.popLast() { pool.giveBack([last]) }
    }

    func end() {
        pool.giveBack(borrowed)
    }
}
