import DepositCore
import DepositStore
import HTTPTypes
import Synchronization
import Testing

@testable import DepositAPI

struct DepositCallTests {
    @Test func `a deposit shows its amount as text, its block, and confirmations under the scanned tip`()
        async throws
    {
        let world = try await World()
        try await world.mine(1, [World.transfer("tx-1")])
        try await world.mine(2)
        let item = try #require(try await world.call(.get, "/v1/deposits", as: .read).items.first)
        #expect(item["amount"] as? String == "250000000")
        #expect(item["decimals"] as? Int == 8)
        #expect(item["status"] as? String == "detected")
        #expect(item["confirmations"] as? Int == 2)
        #expect((item["block"] as? [String: Any])?["hash"] as? String == "block-1")
        #expect((item["required"] as? [String: Any])?["depth"] as? Int == 3)
        #expect(item["label"] as? String == "customer")
        #expect(item["below_minimum"] as? Bool == false)
    }

    @Test func `a deposit says that it waits for the block that settles its own`() async throws {
        let world = try await World()
        try await world.mine(1, [World.transfer("tx-1")])
        try await world.mine(2, [World.transfer("tx-2")])
        func waits() async throws -> [String?] {
            try await world.call(.get, "/v1/deposits", as: .read).items.map { $0["waits_for"] as? String }
        }
        #expect(try await waits() == [nil, nil])
        world.watch.state.withLock { $0.statuses[ChainID("alpha")]?.unproven = 2 }
        let words =
            "a later block that settles block 2 and so proves its receipts; block 2 is the next to be settled"
        #expect(try await waits() == [words, nil])
        world.watch.state.withLock { $0.statuses[ChainID("alpha")]?.hold = "nobody gives it" }
        #expect(try await waits() == [words + ": nobody gives it", nil])
        let chain = try await world.call(.get, "/v1/chains", as: .read).items.first
        #expect(chain?["unproven"] as? Int == 2)
    }

    @Test func `a walk through the pages meets every deposit once`() async throws {
        let world = try await World()
        for height in 1...23 as ClosedRange<UInt32> {
            try await world.mine(Height(integerLiteral: height), [World.transfer("tx-\(height)")])
        }
        var met: [String] = []
        var after = ""
        for _ in 0..<20 {
            let page = try await world.call(.get, "/v1/deposits?limit=4&after=\(after)", as: .read)
            met += page.items.compactMap { $0["transaction"] as? String }
            guard let next = page.next else { break }
            after = next
        }
        #expect(met == (1...23).reversed().map { "tx-\($0)" })
    }

    @Test(arguments: [
        ("chain=alpha", 3), ("chain=beta", 0), ("address=A-TWO", 1), ("chain=alpha&address=a-one", 2),
        ("transaction=tx-2", 1), ("status=confirmed", 1), ("status=detected", 2), ("label=customer", 3),
        ("label=x", 0),
        ("status=detected&address=a-two", 1),
    ])
    func `a filter lists what it names and nothing else`(filter: String, count: Int) async throws {
        let world = try await World()
        try await world.mine(1, [World.transfer("tx-1")])
        try await world.mine(2)
        try await world.mine(3, [World.transfer("tx-2"), World.transfer("tx-3", to: "a-two")])
        let answer = try await world.call(.get, "/v1/deposits?\(filter)", as: .read)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(answer.items.count == count)
    }

    @Test(arguments: [
        ("chain=gamma", 422, "configured are alpha, beta"),
        ("status=done", 400, "give one of seen, detected"),
        ("limit=0", 400, "from 1 to 1000"), ("limit=1001", 400, "from 1 to 1000"),
        ("limit=ten", 400, "from 1 to 1000"),
        ("page=2", 400, "this call knows chain, address, transaction, status, label, after, limit"),
        ("chain=alpha&chain=beta", 400, "twice"), ("label=%zz", 400, "percent-encoding"),
        ("after=nonsense", 400, "no cursor"), ("address=zzz", 422, "no address on any"),
    ])
    func `a parameter that cannot be used says why`(query: String, status: Int, words: String) async throws {
        let world = try await World()
        let answer = try await world.call(.get, "/v1/deposits?\(query)", as: .read)
        #expect(answer.status == status)
        #expect(answer.detail.contains(words), "\(answer.detail)")
        #expect(answer.headers[.contentType] == "application/problem+json")
    }

    @Test func `one deposit shows every state, event, delivery and attempt`() async throws {
        let world = try await World()
        let change = try await world.mine(1, [World.transfer("tx-1")])
        try await world.mine(2)
        try await world.mine(3)
        let due = try await world.store.claim(callback: "ledger", now: World.now, limit: 10, excluding: [])
        let delivery = try #require(due.deliveries.first)
        let attempt = Attempt(at: World.now, milliseconds: 12, answer: .status(500), excerpt: "<b>no</b>")
        try await world.store.record(
            [DeliveryResult(delivery: delivery.id, attempt: attempt, verdict: .retry(at: World.now))],
            of: "ledger", now: World.now)

        let id = try #require(change.deposits.first?.id)
        let answer = try await world.call(.get, "/v1/deposits/\(id)", as: .read)
        let history = try #require(answer.json["history"] as? [[String: Any]])
        #expect(history.compactMap { $0["status"] as? String } == ["detected", "confirmed"])
        #expect((history.first?["event"] as? [String: Any])?["id"] as? String == change.events.first?.id.text)
        #expect(answer.text.contains(#""body":\#(change.events[0].body)"#))
        let deliveries = try #require(answer.json["deliveries"] as? [[String: Any]])
        let attempts = try #require(deliveries.first?["attempts"] as? [[String: Any]])
        #expect(attempts.first?["status"] as? Int == 500)
        #expect(attempts.first?["excerpt"] as? String == "<b>no</b>")
        #expect(try await world.call(.get, "/v1/deposits/dep_no", as: .read).status == 404)
    }

    @Test func `an exhausted delivery is listed and sent again on an operator's word`() async throws {
        let world = try await World()
        try await world.mine(1, [World.transfer("tx-1")])
        let due = try await world.store.claim(callback: "ledger", now: World.now, limit: 10, excluding: [])
        let attempt = Attempt(
            at: World.now, milliseconds: 9, answer: .failure("connection refused"), excerpt: "")
        try await world.store.record(
            [
                DeliveryResult(
                    delivery: due.deliveries[0].id, attempt: attempt, verdict: .exhausted(reason: "refused"))
            ],
            of: "ledger", now: World.now)
        let listed = try await world.call(.get, "/v1/deliveries?status=exhausted&callback=ledger", as: .read)
        let item = try #require(listed.items.first)
        #expect(item["attempt_count"] as? Int == 1)
        #expect((item["last_attempt"] as? [String: Any])?["failure"] as? String == "connection refused")

        let id = try #require(item["id"] as? String)
        #expect(try await world.call(.post, "/v1/deliveries/\(id)/retry").status == 202)
        #expect(world.watch.state.withLock { $0.retries } == 1)
        #expect(try await world.call(.get, "/v1/deliveries?status=exhausted").items.isEmpty)
        #expect(try await world.call(.post, "/v1/deliveries/99/retry").status == 404)
        #expect(try await world.call(.post, "/v1/deliveries/x/retry").status == 404)
    }
}
