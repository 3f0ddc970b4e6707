import ChainKit
import DepositCore
import Foundation
import HTTPTypes
import Synchronization
import Testing

@testable import DepositAPI
@testable import DepositStore

struct HealthTests {
    @Test func `ready while the store works and every chain is followed`() async throws {
        let world = try await World()
        #expect(try await world.call(.get, "/livez", as: nil).status == 200)
        let answer = try await world.call(.get, "/readyz", as: nil)
        #expect(answer.status == 200)
        #expect(answer.text == #"{"ready":true,"store":"works","chains":2,"following":2,"not_ready":[]}"#)
    }

    @Test(arguments: [
        (ChainStatus.State.starting, "starting", "being started", "wait"),
        (.catchingUp(blocksPerSecond: 120, secondsLeft: 7_300), "catching up", "120 a second", "2 h 1 min"),
        (.halted(reason: "block 7 left"), "halted", "block 7 left", "/v1/chains/beta/resume"),
        (.refused(reason: "chain id 5, not 1"), "refused", "chain id 5, not 1", "restart"),
        (.waitingForNode(reason: "timed out"), "waiting for node", "timed out", "by itself"),
        (.disagreeing(reason: "1 of 2"), "nodes disagree", "1 of 2", "which node is wrong"),
    ])
    func `not ready names the chain, why, and what to do`(
        state: ChainStatus.State, word: String, reason: String, remedy: String
    ) async throws {
        let world = try await World()
        world.watch.set(ChainID("beta"), to: state)
        let answer = try await world.call(.get, "/readyz", as: .read)
        #expect(answer.status == 503)
        let item = try #require((answer.json["not_ready"] as? [[String: Any]])?.first)
        #expect(item["chain"] as? String == "beta")
        #expect(item["state"] as? String == word)
        #expect((item["reason"] as? String)?.contains(reason) == true)
        #expect((item["remedy"] as? String)?.contains(remedy) == true)
        #expect(try await world.call(.get, "/livez", as: nil).status == 200)
    }

    @Test func `a store that has failed is told, with what to do about it`() async throws {
        let world = try await World()
        world.store.trouble.note(.diskFull(file: "deposits.db"))
        let answer = try await world.call(.get, "/readyz", as: .read)
        #expect(answer.status == 503)
        #expect((answer.json["store"] as? String)?.contains("full") == true)
        #expect((answer.json["store"] as? String)?.contains("make room and start again") == true)
    }

    @Test func `without a token it is told what is not ready, and no node, file or reason`() async throws {
        let world = try await World()
        world.watch.set(ChainID("beta"), to: .waitingForNode(reason: "node.internal:8545 timed out"))
        let one = try await world.call(.get, "/readyz", as: nil)
        #expect(one.status == 503)
        #expect(
            one.text
                == #"{"ready":false,"store":"works","chains":2,"following":1,"#
                + #""not_ready":[{"chain":"beta","state":"waiting for node"}]}"#)
        #expect(try await world.call(.get, "/readyz", as: nil, token: "guessed").text == one.text)
        #expect(
            try await world.call(.get, "/readyz", as: .read).text.contains("node.internal:8545 timed out"))
        world.store.trouble.note(.diskFull(file: "/var/lib/deposits.db"))
        let both = try await world.call(.get, "/readyz", as: nil)
        #expect(both.status == 503)
        #expect(both.json["store"] as? String == "failed")
        #expect(!both.text.contains("/var/lib"))
    }

    @Test func `a chain tells its heights, its lag and its deposits`() async throws {
        let world = try await World()
        try await world.mine(1, [World.transfer("tx-1")])
        world.watch.state.withLock {
            $0.statuses[ChainID("alpha")]?.head = 9
            $0.statuses[ChainID("alpha")]?.headTime = Timestamp(seconds: World.now.seconds - 4)
        }
        let items = try await world.call(.get, "/v1/chains", as: .read).items
        #expect(items.compactMap { $0["chain"] as? String } == ["alpha", "beta"])
        let alpha = try #require(items.first)
        #expect(alpha["state"] as? String == "following")
        #expect(alpha["lag"] as? Int == 8)
        #expect(alpha["head_age"] as? Int == 4)
        #expect((alpha["scanned"] as? [String: Any])?["height"] as? Int == 1)
        #expect((alpha["deposits"] as? [String: Any])?["detected"] as? Int == 1)
    }

    @Test func `a chain tells how each of its nodes is doing, and that it stands still`() async throws {
        let world = try await World()
        let alpha = ChainID("alpha")
        world.watch.set(alpha, to: .following)
        world.watch.state.withLock {
            $0.statuses[alpha]?.stall = "no node has shown a block above 9"
            $0.statuses[alpha]?.nodes = [
                NodeStatus(
                    name: "a:8545", head: 9, heldTo: 12, batchesOf: 8,
                    capabilities: [
                        Capability("receipts by block", isOffered: true),
                        Capability("finality tag", isOffered: false),
                    ], remarks: ["it does not show block 0"]),
                NodeStatus(name: "b:8545", error: "limits our rate", restsUntil: World.now),
            ]
        }
        let chain = try #require(try await world.call(.get, "/v1/chains", as: .read).items.first)
        #expect(chain["stall"] as? String == "no node has shown a block above 9")
        let nodes = try #require(chain["nodes"] as? [[String: Any]])
        #expect(nodes.map { $0["name"] as? String } == ["a:8545", "b:8545"])
        #expect(nodes[0]["head"] as? Int == 9)
        #expect(nodes[0]["calls_per_second"] as? Int == 12)
        #expect(nodes[0]["calls_per_batch"] as? Int == 8)
        #expect(nodes[0]["has"] as? [String] == ["receipts by block"])
        #expect(nodes[0]["lacks"] as? [String] == ["finality tag"])
        #expect(nodes[0]["remarks"] as? [String] == ["it does not show block 0"])
        #expect((nodes[1]["remarks"] as? [String])?.isEmpty == true)
        #expect(nodes[1]["error"] as? String == "limits our rate")
        #expect(nodes[1]["rests_until"] as? String == World.now.description)
        #expect(nodes[1]["head"] is NSNull)
    }
}
