import DepositTestKit
import Testing

@testable import DepositAPI

/// Who gives way where there are too many connections.
struct GuestBookTests {
    private final class Connection {}

    private static let limits = {
        var limits = APILimits()
        limits.connections = 16
        return limits
    }()

    @Test func `one address cannot take the places of others`() {
        var book = GuestBook(Self.limits)
        let other = Connection()
        #expect(book.arrive(ObjectIdentifier(other), from: "10.0.0.9") == nil)
        let many = (0..<100).map { _ in Connection() }
        let losers = many.compactMap { book.arrive(ObjectIdentifier($0), from: "10.0.0.1") }
        #expect(book.count == 13)
        #expect(losers == many.prefix(88).map { ObjectIdentifier($0) })
    }

    @Test func `who speaks stays before who is silent, and who is at work before both`() {
        var book = GuestBook(Self.limits)
        let guests = (0..<12).map { _ in Connection() }
        for guest in guests { #expect(book.arrive(ObjectIdentifier(guest), from: "a") == nil) }
        let isAtWork = book.begin(ObjectIdentifier(guests[0]))
        #expect(isAtWork)
        book.hear(ObjectIdentifier(guests[1]))
        let late = Connection()
        #expect(book.arrive(ObjectIdentifier(late), from: "a") == ObjectIdentifier(guests[2]))
        book.end(ObjectIdentifier(guests[0]))
        let later = Connection()
        #expect(book.arrive(ObjectIdentifier(later), from: "a") == ObjectIdentifier(guests[0]))
    }

    @Test func `a process that may open few files gives the API half of them at most`() {
        #expect(APILimits(descriptors: 65_536).connections == 1_024)
        #expect(APILimits(descriptors: 512).connections == 256)
        #expect(APILimits(descriptors: 10).connections == 8)
    }

    /// Walked at random: whatever comes in whatever order, the numbers hold, nobody at work is shown out while somebody
    /// else could be, and there is room for a newcomer.
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `the numbers hold whoever comes and goes`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var book = GuestBook(Self.limits)
        var present: [(guest: Connection, peer: String, calls: Int)] = []
        for _ in 0..<2_000 {
            switch Int.random(in: 0..<4, using: &random) {
            case 0, 1:
                let newcomer = (
                    guest: Connection(), peer: "\(Int.random(in: 0..<3, using: &random))", calls: 0
                )
                present.append(newcomer)
                guard let loser = book.arrive(ObjectIdentifier(newcomer.guest), from: newcomer.peer) else {
                    break
                }
                #expect(present.first { ObjectIdentifier($0.guest) == loser }?.calls == 0)
                #expect(loser != ObjectIdentifier(newcomer.guest), "there is room for a newcomer")
                present.removeAll { ObjectIdentifier($0.guest) == loser }
            case 2:
                guard let at = present.indices.randomElement(using: &random) else { break }
                if present[at].calls > 0 {
                    book.end(ObjectIdentifier(present[at].guest))
                    present[at].calls = 0
                } else if book.begin(ObjectIdentifier(present[at].guest)) {
                    present[at].calls = 1
                }
            default:
                guard let at = present.indices.randomElement(using: &random) else { break }
                book.leave(ObjectIdentifier(present.remove(at: at).guest))
            }
            #expect(book.count == present.count)
            #expect(present.count <= 16)
            #expect(present.count { $0.calls > 0 } <= 14)
        }
    }
}
