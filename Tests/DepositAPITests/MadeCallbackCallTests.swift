import DepositCore
import DepositStore
import HTTPTypes
import Synchronization
import Testing

@testable import DepositAPI

/// How callbacks are made, changed and removed over HTTP; what the daemon makes of it is another suite's.
struct MadeCallbackCallTests {
    private func make(_ world: World, _ body: String, as scope: Scope = .admin) async throws -> Answer {
        try await world.call(.post, "/v1/callbacks", as: scope, body: body)
    }

    private let desk = #"{"callback":"desk","url":"https://desk.example/hooks"}"#

    @Test func `a callback is made by an admin alone, and its secret is shown once`() async throws {
        let world = try await World()
        #expect(try await make(world, desk, as: .write).status == 403)
        let answer = try await make(world, desk)
        #expect(answer.status == 201)
        #expect(answer.headers[.location] == "/v1/callbacks/desk")
        #expect(answer.headers[.cacheControl] == "no-store")
        #expect(answer.json["secret"] as? String == "whsec_shown-once")
        #expect(answer.json["origin"] as? String == "api")
        let again = try await make(world, desk)
        #expect(again.status == 200 && again.json["secret"] == nil)
        for path in ["/v1/callbacks", "/v1/callbacks/desk"] {
            let shown = try await world.call(.get, path, as: .read)
            #expect(shown.status == 200 && !shown.text.contains("secret") && shown.text.contains("\"desk\""))
        }
    }

    @Test func `all that a callback may ask for arrives as it was said`() async throws {
        let world = try await World()
        let answer = try await make(
            world,
            """
            {"callback":"desk","url":"https://desk.example/hooks","events":["deposit.confirmed"],"chains":["alpha"],
            "assets":["COIN"],"labels":["vip-*"],"headers":{"X-Tenant":"acme"},"timeout":20,"concurrency":3,
            "schedule":[0,10],"pause_after":3600}
            """)
        #expect(answer.status == 201, "\(answer.text)")
        let wish = try #require(world.callbacks.state.withLock { $0.made["desk"] })
        #expect(wish.url == "https://desk.example/hooks")
        #expect(wish.types.over(nil) == [.depositConfirmed])
        #expect(wish.chains.over(nil) == [ChainID("alpha")] && wish.assets.over(nil) == [AssetID("COIN")])
        #expect(wish.labels.over(nil)?.map(\.description) == ["vip-*"])
        #expect(wish.headers.over(nil) == ["X-Tenant": "acme"])
        #expect(wish.timeout.over(nil) == 20 && wish.concurrency.over(nil) == 3)
        #expect(wish.schedule.over(nil) == [0, 10] && wish.pauseAfter.over(nil) == 3_600)
    }

    @Test func `a patch says what changes, what becomes ordinary again, and nothing of the rest`()
        async throws
    {
        let world = try await World()
        _ = try await make(world, desk)
        let body = #"{"events":null,"timeout":30}"#
        let answer = try await world.call(.patch, "/v1/callbacks/desk", body: body)
        #expect(answer.status == 200 && answer.json["secret"] == nil)
        let wish = try #require(world.callbacks.state.withLock { $0.changed["desk"] })
        #expect(wish.types.over([.depositSeen]) == nil)
        #expect(wish.timeout.over(15) == 30)
        #expect(wish.concurrency.over(8) == 8 && wish.url == nil)
        #expect(try await world.call(.patch, "/v1/callbacks/desk", as: .write, body: body).status == 403)
        let renamed = try await world.call(.patch, "/v1/callbacks/desk", body: #"{"callback":"other"}"#)
        #expect(renamed.status == 422 && renamed.detail.contains("keeps its name"))
    }

    @Test func `a rotation shows the new secret once, and ends without one`() async throws {
        let world = try await World()
        _ = try await make(world, desk)
        let rotated = try await world.call(.post, "/v1/callbacks/desk/rotate")
        #expect(rotated.json["secret"] as? String == "whsec_the-next")
        let finished = try await world.call(.post, "/v1/callbacks/desk/rotate?finish=true")
        #expect(finished.status == 200 && finished.json["secret"] == nil)
        #expect(
            try await world.call(.post, "/v1/callbacks/desk/rotate?finish=maybe").problem == "bad-parameter")
        #expect(try await world.call(.post, "/v1/callbacks/desk/rotate", as: .write).status == 403)
    }

    @Test func `a callback is removed, and one that events wait for only when they are given up`()
        async throws
    {
        let world = try await World()
        _ = try await make(world, desk)
        world.callbacks.state.withLock { $0.refusal = CallbackRefusal(.eventsWaiting(12), "12 events wait") }
        let refused = try await world.call(.delete, "/v1/callbacks/desk")
        #expect(refused.status == 409 && refused.problem == "events-waiting")
        #expect(refused.json["waiting"] as? Int == 12)
        #expect(try await world.call(.delete, "/v1/callbacks/desk", as: .write).status == 403)
        let removed = try await world.call(.delete, "/v1/callbacks/desk?discard=true")
        #expect(removed.status == 200 && removed.json["given_up"] as? Int == 7)
        #expect(world.callbacks.state.withLock { $0.isGivingUp })
        #expect(try await world.call(.get, "/v1/callbacks/desk").status == 404)
    }

    @Test func `a removed callback's gauges do not go on telling of it`() async throws {
        let world = try await World()
        _ = try await make(world, desk)
        try await world.store.register(callbacks: [CallbackSubscription(name: "desk")])
        _ = try await world.store.pause(callback: "desk", reason: "mending", now: World.now)
        let gauge = "depositwatch_callback_paused{callback=\"desk\"}"
        #expect(try await world.call(.get, "/metrics").text.contains("\(gauge) 1\n"))
        _ = try await world.call(.delete, "/v1/callbacks/desk")
        #expect(try await world.call(.get, "/metrics").text.contains("\(gauge) 0\n"))
    }

    @Test(arguments: [
        ("{}", 400, "callback is missing"), (#"{"callback":"desk"}"#, 400, "url is missing"),
        (#"{"callback":7,"url":"https://x"}"#, 400, "callback is not a text"),
        (#"{"callback":"d","url":"https://x","retries":3}"#, 400, "unknown field"),
        (#"{"callback":"d","url":"https://x","timeout":"soon"}"#, 400, "timeout is not a whole number"),
        (#"{"callback":"d","url":"https://x","headers":{"A":1}}"#, 400, "headers.A is not a text"),
        (
            #"{"callback":"d","url":"https://x","events":["deposit.confirmd"]}"#, 422,
            "there are: callback.exhausted"
        ),
        (#"{"callback":"d","url":"https://x","events":[]}"#, 422, "leave it out for all"),
        (#"{"callback":"d","url":"https://x","chains":["gamma"]}"#, 422, "configured are alpha, beta"),
        (#"{"callback":"d","url":"https://x","assets":["DOGE"]}"#, 422, "There is no asset \"DOGE\" here"),
        (#"{"callback":"d","url":"https://x","labels":["a*b"]}"#, 422, "such as vip-*"),
        (#"{"callback":"d","url":"https://x","labels":["a\nb"]}"#, 422, "is no label"),
        (#"{"callback":"d","url":"https://x","certificate":{}}"#, 422, "stands in the configuration alone"),
        (#"{"callback":"d","url":"https://x","proxy":"http://p"}"#, 422, "stands in the configuration alone"),
        (#"{"callback":"d","url":"https://x","source":"eth1"}"#, 422, "stands in the configuration alone"),
        (#"{"callback":"d","url":"https://x","ca":"/etc/shadow"}"#, 422, "stands in the configuration alone"),
        (#"{"callback":"d","url":"https://x","secret":"whsec_AAAA"}"#, 422, "shown once in the answer"),
    ]) func `what cannot be is refused, with the place and a reason`(body: String, status: Int, words: String)
        async throws
    {
        let world = try await World()
        let answer = try await make(world, body)
        #expect(answer.status == status, "\(answer.text)")
        #expect(answer.detail.contains(words), "\(answer.detail)")
        #expect(world.callbacks.state.withLock { $0.made.isEmpty })
    }

    @Test(arguments: [
        (CallbackRefusal.Kind.noSecretsKey, 409, "no-secrets-key"), (.unfit, 422, "unfit-callback"),
        (.exists, 409, "callback-exists"), (.tooMany, 409, "too-many-callbacks"),
        (.configured, 409, "callback-configured"), (.locked, 409, "callback-locked"),
        (.rotation, 409, "rotation"), (.unknown, 404, "not-found"),
    ]) func `what the daemon refuses is told as a problem`(
        kind: CallbackRefusal.Kind, status: Int, problem: String
    ) async throws {
        let world = try await World()
        world.callbacks.state.withLock { $0.refusal = CallbackRefusal(kind, "for a reason") }
        let answer = try await make(world, desk)
        #expect(answer.status == status && answer.problem == problem && answer.detail == "for a reason")
        #expect(answer.headers[.contentType] == "application/problem+json")
    }

    @Test func `a long body is refused before it is read`() async throws {
        let world = try await World()
        let answer = try await make(world, String(repeating: " ", count: 70_000))
        #expect(answer.status == 413)
    }
}
