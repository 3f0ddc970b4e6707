import DepositCore
import DepositStore
import Foundation
import HTTPTypes
import Synchronization
import Testing

@testable import DepositAPI

struct DeliveryCallTests {
    private func world() async throws -> World {
        let world = try await World()
        try await world.mine(1, [World.transfer("tx-1"), World.transfer("tx-2")])
        try await world.mine(1, on: ChainID("beta"), [World.transfer("tx-3")])
        let due = try await world.store.claim(callback: "ledger", now: World.now, limit: 10, excluding: [])
        let attempt = Attempt(at: World.now, milliseconds: 9, answer: .failure("refused"), excerpt: "")
        try await world.store.record(
            due.deliveries.map {
                DeliveryResult(delivery: $0.id, attempt: attempt, verdict: .exhausted(reason: "refused"))
            }, of: "ledger", now: World.now)
        return world
    }

    @Test(arguments: [
        ("", 3), ("chain=alpha", 2), ("chain=beta&status=exhausted", 1), ("type=deposit.detected", 3),
        ("type=deposit.confirmed", 0), ("from=2026-11-21", 3), ("from=2026-11-21T02:35:07Z", 3),
        ("from=2026-11-21T02:35:08Z", 0), ("to=2026-11-21T02:35:07Z", 0), ("to=2026-11-22", 3),
    ])
    func `deliveries are listed by what is asked for`(query: String, count: Int) async throws {
        let answer = try await world().call(.get, "/v1/deliveries?\(query)", as: .read)
        #expect(answer.items.count == count, "\(answer.text)")
        #expect(answer.items.allSatisfy { $0["at"] as? String == World.now.description })
    }

    @Test(arguments: [
        ("type=deposit.confirmd", "give one of deposit.seen"), ("chain=gamma", "configured are alpha, beta"),
        ("from=yesterday", "a moment such as 2026-11-21T02:15:07Z"), ("to=2026-02-30", "a moment such as"),
    ])
    func `a filter that cannot be used says what can`(query: String, words: String) async throws {
        let answer = try await world().call(.get, "/v1/deliveries?\(query)", as: .read)
        #expect(answer.status / 100 == 4)
        #expect(answer.detail.contains(words), "\(answer.detail)")
    }

    @Test func `one delivery is shown with the exact bytes of its event and every attempt`() async throws {
        let world = try await world()
        let event = try #require(try await world.store.events(after: nil, limit: 1).items.first)
        let answer = try await world.call(.get, "/v1/deliveries/1", as: .read)
        #expect(answer.json["event"] as? String == event.id.text)
        #expect(answer.text.contains(#""body":\#(event.body)"#))
        #expect((answer.json["attempts"] as? [[String: Any]])?.first?["failure"] as? String == "refused")
        for id in ["99", "x"] {
            #expect(try await world.call(.get, "/v1/deliveries/\(id)", as: .read).status == 404)
        }
    }

    @Test func `all that were given up are sent again at the pace asked for`() async throws {
        let world = try await world()
        let order = #"{"status":"exhausted","callback":"ledger","per_second":2}"#
        #expect(try await world.call(.post, "/v1/deliveries/replay", as: .write, body: order).status == 403)
        let answer = try await world.call(.post, "/v1/deliveries/replay", body: order)
        #expect(answer.status == 202)
        #expect(answer.json["count"] as? Int == 3 && answer.json["seconds"] as? Int == 1)
        #expect(world.watch.state.withLock { $0.retries } == 1)
        let due = try await world.store.claim(callback: "ledger", now: World.now, limit: 10, excluding: [])
        #expect(due.deliveries.count == 2)
        #expect(due.next == Timestamp(seconds: World.now.seconds + 1))
    }

    @Test(arguments: [
        ("{}", "narrow it by status or by from and to"),
        (#"{"status":"lost"}"#, "give one of waiting, delivered"),
        (#"{"status":"exhausted","callback":"leger"}"#, "there are: ledger"),
        (#"{"status":"exhausted","per_second":0}"#, "from 1 to 10000"),
        (#"{"from":"soon"}"#, "from is \"soon\""),
        (#"{"status":"exhausted","chain":"gamma"}"#, "configured are alpha, beta"),
        (#"{"status":"exhausted","asset":"COIN"}"#, "unknown field \"asset\""),
    ])
    func `a replay that cannot be meant so says why`(body: String, words: String) async throws {
        let answer = try await world().call(.post, "/v1/deliveries/replay", body: body)
        #expect(answer.status / 100 == 4)
        #expect(answer.detail.contains(words), "\(answer.detail)")
    }
}
