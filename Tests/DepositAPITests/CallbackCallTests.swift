import DepositCore
import DepositStore
import Foundation
import HTTPTypes
import Synchronization
import Testing

@testable import DepositAPI

struct CallbackCallTests {
    private func fail(_ world: World, _ sign: EndpointSign) async throws {
        let due = try await world.store.claim(callback: "ledger", now: World.now, limit: 1, excluding: [])
        let delivery = try #require(due.deliveries.first)
        let attempt = Attempt(at: World.now, milliseconds: 1, answer: .status(410), excerpt: "")
        try await world.store.record(
            [
                DeliveryResult(
                    delivery: delivery.id, attempt: attempt, verdict: .retry(at: World.now), sign: sign)
            ], of: "ledger", now: World.now)
    }

    private func ledger(_ world: World) async throws -> [String: Any] {
        try #require(try await world.call(.get, "/v1/callbacks", as: .read).items.first)
    }

    @Test func `a callback is listed with where it goes, how it is doing and what waits`() async throws {
        let world = try await World()
        #expect(try await ledger(world)["state"] as? String == "well")
        try await world.mine(1, [World.transfer("tx-1"), World.transfer("tx-2")])
        try await fail(world, .failing)
        let failing = try await ledger(world)
        #expect(failing["endpoint"] as? String == "https://ledger.example/hooks")
        #expect(failing["state"] as? String == "failing")
        #expect(failing["waiting"] as? Int == 2)
        #expect(failing["since"] as? String == World.now.description)
        #expect(failing["oldest_waiting"] as? String == World.now.description)
        try await fail(world, .busy(seconds: 60))
        let resting = try await ledger(world)
        #expect(resting["state"] as? String == "resting")
        #expect(resting["rests_until"] as? String == Timestamp(seconds: World.now.seconds + 60).description)
        let text = try await world.call(.get, "/metrics", as: .read).text
        #expect(text.contains("depositwatch_callback_spared{callback=\"ledger\"} 1\n"))
        #expect(text.contains("depositwatch_callback_paused{callback=\"ledger\"} 0\n"))
    }

    @Test func `a callback that wants no more is paused, seen so, and resumed on an operator's word`()
        async throws
    {
        let world = try await World()
        try await world.mine(1, [World.transfer("tx-1")])
        try await fail(world, .gone)
        let paused = try await ledger(world)
        #expect(paused["state"] as? String == "paused")
        #expect((paused["reason"] as? String)?.contains("410") == true)
        #expect(
            try await world.call(.get, "/metrics", as: .read).text
                .contains("depositwatch_callback_paused{callback=\"ledger\"} 1\n"))
        let answer = try await world.call(.post, "/v1/callbacks/ledger/resume")
        #expect(answer.status == 200)
        #expect(answer.json["state"] as? String == "recovering")
        #expect(world.watch.state.withLock { $0.retries } == 1)
    }

    @Test func `anyone may read the public keys that callbacks are signed by`() async throws {
        let world = try await World()
        let answer = try await world.call(.get, "/.well-known/depositwatch/keys.json", as: nil)
        #expect(answer.status == 200)
        let keys = try #require(answer.json["keys"] as? [[String: Any]])
        #expect(keys.map { $0["key"] as? String } == ["whpk_new", "whpk_old"])
        #expect(keys.allSatisfy { $0["callback"] as? String == "ledger" && $0["scheme"] as? String == "v1a" })
    }

    @Test func `a test event's answer is shown`() async throws {
        let world = try await World()
        #expect(try await world.call(.post, "/v1/callbacks/ledger/test", as: .write).status == 403)
        let answer = try await world.call(.post, "/v1/callbacks/ledger/test")
        #expect(answer.json["taken"] as? Bool == true)
        let attempt = try #require(answer.json["attempt"] as? [String: Any])
        #expect(attempt["status"] as? Int == 204 && attempt["excerpt"] as? String == "thanks")
        #expect(try await world.call(.post, "/v1/callbacks/leger/test").status == 404)
    }

    @Test func `an operator pauses a callback, and only a configured one`() async throws {
        let world = try await World()
        #expect(try await world.call(.post, "/v1/callbacks/ledger/pause", as: .write).status == 403)
        let answer = try await world.call(.post, "/v1/callbacks/ledger/pause")
        #expect(answer.json["state"] as? String == "paused")
        let unknown = try await world.call(.post, "/v1/callbacks/leger/resume")
        #expect(unknown.status == 404)
        #expect(unknown.detail.contains("there are: ledger"))
    }
}
