import CallbackNotifier
import DepositCore
import DepositStore
import DepositTestKit
import Foundation
import Testing

@testable import DepositAPI
@testable import depositwatch

/// Callbacks made through the API, from the wish to a receiver that verifies.
@Suite(.timeLimit(.minutes(5))) struct CallbackDeskTests {
    private func made(_ desk: CallbackDesk, _ url: String, _ name: String = "desk") async throws -> Secret {
        try #require(try await desk.make(name, CallbackWish(url: url))).receivers
    }

    /// Has one event sent to `desk`, and waits until it is taken.
    private func send(_ office: CallbackOffice, _ desk: CallbackDesk, _ box: Letterbox) async throws {
        let before = box.received.count
        try await office.tell()
        desk.notifier.wake()
        try await eventually { try await office.waiting() == 0 && box.received.count > before }
    }

    @Test func `a callback is made, delivered to at once, and known again after a restart`() async throws {
        let (office, box) = (try await CallbackOffice(), Letterbox())
        var desk = try await office.desk()
        var secret: Secret?
        try await office.delivering(desk) {
            secret = try await made(desk, box.url)
            try await send(office, desk, box)
        }
        let receivers = try #require(secret)
        #expect(box.verifying([receivers], now: office.clock.now) == [true])
        desk = try await office.desk(configured: ["ledger"])
        #expect(desk.cards.map(\.name) == ["ledger", "desk"])
        try await office.delivering(desk) { try await send(office, desk, box) }
        #expect(box.received.count == 2 && box.verifying([receivers], now: office.clock.now) == [true])
    }

    @Test func `while a secret is rotated both sign, then the new one alone, also over a restart`()
        async throws
    {
        let (office, box) = (try await CallbackOffice(), Letterbox())
        let desk = try await office.desk()
        try await office.delivering(desk) {
            let old = try await made(desk, box.url)
            #expect(await refusal { try await desk.finishRotation(of: "desk") }?.kind == .rotation)
            let new = try await desk.rotate("desk").receivers
            #expect(new != old)
            try await send(office, desk, box)
            #expect(box.verifying([old, new], now: office.clock.now) == [true, true])
            #expect(desk.cards.map(\.isRotating) == [true])
            #expect(await refusal { _ = try await desk.rotate("desk") }?.kind == .rotation)
            let restarted = try await office.desk()
            try await restarted.finishRotation(of: "desk")
            try await desk.finishRotation(of: "desk")
            try await send(office, desk, box)
            #expect(box.verifying([old, new], now: office.clock.now) == [false, true])
            #expect(desk.cards.map(\.isRotating) == [false])
        }
    }

    @Test func `one that events wait for is removed only when they are given up, and is sent nothing after`()
        async throws
    {
        let (office, box) = (try await CallbackOffice(), Letterbox())
        let desk = try await office.desk()
        _ = try await made(desk, box.url)
        try await office.tell()
        let refused = await refusal { _ = try await desk.remove("desk", givingUp: false) }
        #expect(refused?.kind == .eventsWaiting(1))
        #expect(refused?.detail.contains("discard=true") == true)
        #expect(desk.cards.count == 1)
        #expect(try await desk.remove("desk", givingUp: true) == 1)
        #expect(desk.cards.isEmpty)
        #expect(try await office.store.backlog(of: "desk").exhausted == 1)
        #expect(try await office.store.events(after: nil, limit: 10).items.count == 1)
        try await office.delivering(desk) {
            desk.notifier.wake()
            for _ in 0..<200 { await Task.yield() }
        }
        #expect(box.connections == 0)
        #expect(await refusal { _ = try await desk.remove("desk", givingUp: true) }?.kind == .unknown)
    }

    @Test(arguments: [Data(repeating: 8, count: 32).base64EncodedString(), nil])
    func
        `with another key or none a callback is paused, loses no event, and goes on once the key is back`(
            key: String?
        ) async throws
    {
        let (office, box) = (try await CallbackOffice(), Letterbox())
        let secret = try await made(office.desk(), box.url)
        var desk = try await office.desk(key: key)
        let card = try #require(desk.cards.first)
        #expect(card.lock?.contains("api.secrets_key") == true && card.pace == nil)
        #expect(try await office.store.health(of: "desk").pause?.reason.contains("api.secrets_key") == true)
        try await office.tell()
        try await office.delivering(desk) {
            desk.notifier.wake()
            for _ in 0..<200 { await Task.yield() }
        }
        #expect(try await office.waiting() == 1 && box.connections == 0)
        #expect(await refusal { _ = try await desk.rotate("desk") }?.kind == .locked)
        #expect(await refusal { try await desk.change("desk", to: CallbackWish()) }?.kind == .locked)
        desk = try await office.desk()
        try await office.delivering(desk) { try await eventually { try await office.waiting() == 0 } }
        #expect(box.verifying([secret], now: office.clock.now) == [true])
    }

    @Test func `a pause by an operator is not ended by a key that is right`() async throws {
        let office = try await CallbackOffice()
        _ = try await made(office.desk(), "https://desk.example/")
        _ = try await office.store.pause(callback: "desk", reason: "mending", now: office.clock.now)
        _ = try await office.desk(key: nil)
        _ = try await office.desk()
        #expect(try await office.store.health(of: "desk").pause?.reason == "mending")
    }

    @Test func `a name in the configuration and in the store is refused at both ends`() async throws {
        let office = try await CallbackOffice()
        let desk = try await office.desk(configured: ["ledger"])
        let url = "https://ledger.example/"
        #expect(await refusal { _ = try await made(desk, url, "ledger") }?.kind == .configured)
        for call in [
            { _ = try await desk.rotate("ledger") }, { try await desk.change("ledger", to: CallbackWish()) },
            { _ = try await desk.remove("ledger", givingUp: true) },
        ] as [() async throws -> Void] {
            #expect(await refusal(call)?.kind == .configured)
        }
        _ = try await made(desk, "https://desk.example/")
        let exit = try await #require(throws: Exit.self) { try await office.desk(configured: ["desk"]) }
        #expect(exit.code == .configuration)
        #expect(exit.message.contains("callbacks.desk") && exit.message.contains("another name"))
    }

    @Test func `without a key none is made, and the configuration's key is named`() async throws {
        let desk = try await CallbackOffice().desk(key: nil)
        let refused = await refusal { _ = try await made(desk, "https://desk.example/") }
        #expect(refused?.kind == .noSecretsKey)
        #expect(refused?.detail.contains("api.secrets_key") == true)
    }

    @Test
    func `the same asked for again changes nothing, another of the name is refused, and so is one too many`()
        async throws
    {
        let office = try await CallbackOffice()
        let desk = try await office.desk(limit: 2)
        var wish = CallbackWish(url: "https://desk.example/")
        wish.headers = .value(["X-Tenant": "acme"])
        #expect(try await desk.make("desk", wish) != nil)
        let before = try await office.store.madeCallbacks()
        #expect(try await desk.make("desk", wish) == nil)
        #expect(try await office.store.madeCallbacks() == before)
        wish.headers = .value(["X-Tenant": "other"])
        #expect(await refusal { _ = try await desk.make("desk", wish) }?.kind == .exists)
        _ = try await made(desk, "https://more.example/", "more")
        #expect(await refusal { _ = try await made(desk, "https://x.example/", "third") }?.kind == .tooMany)
    }

    @Test func `what is changed counts from then on, and the rest stays`() async throws {
        let (office, box) = (try await CallbackOffice(), Letterbox())
        let desk = try await office.desk()
        var wish = CallbackWish(url: "http://127.0.0.1:1/")
        wish.headers = .value(["X-Tenant": "acme"])
        wish.timeout = .value(20)
        let secret = try #require(try await desk.make("desk", wish)).receivers
        try await office.delivering(desk) {
            var change = CallbackWish(url: box.url)
            change.timeout = .ordinary
            change.concurrency = .value(2)
            try await desk.change("desk", to: change)
            try await send(office, desk, box)
        }
        let card = try #require(desk.cards.first)
        #expect(card.pace?.timeout == 15 && card.pace?.concurrency == 2 && card.headers == ["X-Tenant"])
        #expect(box.received.last?.headers["x-tenant"] == "acme")
        #expect(box.verifying([secret], now: office.clock.now) == [true])
        var bare = CallbackWish()
        bare.headers = .ordinary
        try await desk.change("desk", to: bare)
        #expect(desk.cards.first?.headers == [])
    }

    @Test func `an address that may not be reached is a failed attempt with its reason, tried again later`()
        async throws
    {
        let (office, box) = (try await CallbackOffice(), Letterbox())
        let desk = try await office.desk(networks: [])
        // A name, so that nothing can be said of it before it is looked up.
        _ = try await made(desk, "https://localhost:\(box.port)/hooks")
        try await office.tell()
        let store = office.store
        func delivery() async throws -> DeliveryRecord? {
            try await store.deliveries(DeliveryFilter(callback: "desk"), after: nil, limit: 1).items.first
        }
        try await office.delivering(desk) {
            try await eventually { try await delivery()?.attempts.isEmpty == false }
        }
        let tried = try #require(try await delivery())
        #expect(tried.status == .waiting && tried.next != nil)
        guard case .failure(let why) = tried.attempts[0].answer else {
            Issue.record("it was answered")
            return
        }
        #expect(why.contains("which is loopback") && why.contains("api.callback_networks"), "\(why)")
        #expect(box.connections == 0)
    }

    @Test func `nothing that is secret stands in the store`() async throws {
        let office = try await CallbackOffice()
        let desk = try await office.desk()
        var wish = CallbackWish(url: "https://desk.example/")
        wish.headers = .value(["Authorization": "Bearer canary-4711"])
        let secret = try #require(try await desk.make("desk", wish)).text
        let made = try #require(try await office.store.madeCallbacks().first)
        for sealed in [made.secret, made.headers ?? []] {
            for text in [String(secret.dropFirst(6)), "canary-4711", "Bearer"] {
                #expect(Data(sealed).firstRange(of: Data(text.utf8)) == nil)
            }
        }
        var dumped = ""
        dump((desk.cards, made), to: &dumped)
        #expect(!dumped.contains(secret) && !dumped.contains("canary"))
    }
}
