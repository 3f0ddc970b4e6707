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
