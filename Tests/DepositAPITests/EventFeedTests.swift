import DepositCore
import HTTPTypes
import Testing

@testable import DepositAPI

struct EventFeedTests {
    @Test func `the feed gives every event once, in order, with the exact bytes`() async throws {
        let world = try await World()
        var sent: [Event] = []
        for height in 1...9 as ClosedRange<UInt32> {
            sent += try await world.mine(Height(integerLiteral: height), [World.transfer("tx-\(height)")])
                .events
        }
        var met: [String] = []
        var after = ""
        while true {
            let page = try await world.call(.get, "/v1/events?limit=4&after=\(after)", as: .read)
            if page.items.isEmpty { break }
            met += page.items.compactMap { $0["id"] as? String }
            for event in sent where page.text.contains(event.id.text) {
                #expect(page.text.contains(#"{"id":"\#(event.id)","body":\#(event.body)}"#))
            }
            after = try #require(page.next)
        }
        #expect(met == sent.map(\.id.text))
        #expect(met.count > 9)
    }

    @Test func `at the end of the feed the cursor stays good for what comes later`() async throws {
        let world = try await World()
        try await world.mine(1, [World.transfer("tx-1")])
        let first = try await world.call(.get, "/v1/events", as: .read)
        let cursor = try #require(first.next)
        let empty = try await world.call(.get, "/v1/events?after=\(cursor)", as: .read)
        #expect(empty.items.isEmpty)
        #expect(empty.next == cursor)
        let later = try await world.mine(2, [World.transfer("tx-2")])
        let more = try await world.call(.get, "/v1/events?after=\(cursor)", as: .read)
        #expect(more.items.compactMap { $0["id"] as? String } == later.events.map(\.id.text))
    }

    @Test func `a long poll answers as soon as an event is committed`() async throws {
        let world = try await World()
        async let polled = world.call(.get, "/v1/events?wait=30", as: .read)
        while world.server.bell.listeners == 0 { await Task.yield() }
        let change = try await world.mine(1, [World.transfer("tx-1")])
        // It was let go by the commit itself, not by the end of its thirty seconds.
        #expect(world.server.bell.listeners == 0)
        let answer = try await polled
        #expect(answer.items.compactMap { $0["id"] as? String } == change.events.map(\.id.text))
    }

    @Test func `a block without events wakes nobody`() async throws {
        let world = try await World()
        let rings = world.server.bell.rings
        try await world.mine(1)
        #expect(world.server.bell.rings == rings)
        try await world.mine(2, [World.transfer("tx-1")])
        #expect(world.server.bell.rings > rings)
    }

    @Test func `a long poll goes home empty when the server shuts down`() async throws {
        let world = try await World()
        async let polled = world.call(.get, "/v1/events?wait=30", as: .read)
        while world.server.bell.listeners == 0 { await Task.yield() }
        world.server.bell.close()
        let answer = try await polled
        #expect(answer.status == 200)
        #expect(answer.items.isEmpty)
    }

    @Test func `last gives the newest events and where the feed goes on`() async throws {
        let world = try await World()
        #expect(
            try await world.call(.get, "/v1/events?last=0", as: .read).text == #"{"items":[],"next":null}"#)
        for height in 1...5 as ClosedRange<UInt32> {
            try await world.mine(
                Height(integerLiteral: height), [World.transfer("tx-\(height)", amount: 10_000)])
        }
        let all = try await world.call(.get, "/v1/events", as: .read)
        let last = try await world.call(.get, "/v1/events?last=3", as: .read)
        #expect(
            last.items.compactMap { $0["id"] as? String }
                == all.items.suffix(3).compactMap { $0["id"] as? String })
        #expect(last.next == all.next)
        let now = try await world.call(.get, "/v1/events?last=0", as: .read)
        #expect(now.items.isEmpty)
        #expect(now.next == all.next)
    }

    @Test(arguments: [
        ("wait=31", "from 0 to 30"), ("wait=-1", "from 0 to 30"), ("after=zzz", "no cursor"),
        ("last=5&after=x", "exclude each other"), ("cursor=1", "knows after, last, wait, limit"),
    ])
    func `a parameter of the feed that cannot be used says why`(query: String, words: String) async throws {
        let world = try await World()
        let answer = try await world.call(.get, "/v1/events?\(query)", as: .read)
        #expect(answer.status == 400)
        #expect(answer.detail.contains(words), "\(answer.detail)")
    }
}
