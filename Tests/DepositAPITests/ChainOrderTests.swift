import DepositCore
import HTTPTypes
import Synchronization
import Testing

@testable import DepositAPI
@testable import DepositStore

/// What an operator may have a chain do.
struct ChainOrderTests {
    private let beta = ChainID("beta")

    /// A world whose chain `beta` stands at height 5; the store has it halted where it is to be.
    private func world(halted: Bool) async throws -> World {
        let world = try await World()
        for height in 1...5 as ClosedRange<UInt32> {
            try await world.mine(Height(integerLiteral: height), on: beta)
        }
        if halted {
            let halt = Halt(block: World.block(5), reason: "an operator's word", since: World.now)
            let event = Event.halted(
                beta, at: halt.block, reason: halt.reason, occurrence: 1, now: World.now)
            try await world.store.halt(beta, halt, event: event)
            world.watch.set(beta, to: .halted(reason: halt.reason))
        }
        return world
    }

    @Test func `only a halted chain can be resumed`() async throws {
        let world = try await World()
        let refused = try await world.call(.post, "/v1/chains/beta/resume")
        #expect(refused.status == 409)
        #expect(refused.problem == "chain-not-halted")
        #expect(try await world.call(.post, "/v1/chains/gamma/resume").status == 404)
        world.watch.set(beta, to: .halted(reason: "deep reorg"))
        #expect(try await world.call(.post, "/v1/chains/beta/resume").status == 202)
        #expect(world.watch.state.withLock { $0.resumed } == [beta])
    }

    @Test func `a chain is halted for the reason that is given, and only once`() async throws {
        let world = try await world(halted: false)
        let body = #"{"reason":"nodes are looked at"}"#
        let answer = try await world.call(.post, "/v1/chains/beta/halt", body: body)
        #expect(answer.status == 202)
        #expect(world.watch.state.withLock { $0.halted } == ["beta: nodes are looked at"])
        let halted = try await self.world(halted: true)
        let again = try await halted.call(.post, "/v1/chains/beta/halt", body: body)
        #expect(again.status == 409 && again.problem == "chain-halted")
        #expect(halted.watch.state.withLock { $0.halted }.isEmpty)
    }

    @Test func `a chain of which nothing is scanned cannot be halted`() async throws {
        let world = try await World()
        let answer = try await world.call(.post, "/v1/chains/beta/halt", body: #"{"reason":"why"}"#)
        #expect(answer.status == 409 && answer.problem == "nothing-scanned")
    }

    @Test func `a halted chain goes back to a height below its tip alone`() async throws {
        let world = try await world(halted: true)
        let answer = try await world.call(.post, "/v1/chains/beta/rewind", body: #"{"height":4}"#)
        #expect(answer.status == 202, "\(answer.text)")
        for height in [5, 6] {
            let refused = try await world.call(
                .post, "/v1/chains/beta/rewind", body: "{\"height\":\(height)}")
            #expect(refused.status == 422 && refused.problem == "unfit-height")
            #expect(refused.detail.contains("stands at 5"))
        }
        #expect(world.watch.state.withLock { $0.rewound } == ["beta to 4"])
    }

    @Test func `a chain that is followed does not go back`() async throws {
        let world = try await world(halted: false)
        let answer = try await world.call(.post, "/v1/chains/beta/rewind", body: #"{"height":4}"#)
        #expect(answer.status == 409 && answer.problem == "chain-not-halted")
        #expect(world.watch.state.withLock { $0.rewound }.isEmpty)
    }

    @Test(arguments: [
        ("halt", "{}"), ("halt", #"{"reason":""}"#), ("halt", #"{"reason":"x","until":"tomorrow"}"#),
        ("rewind", "{}"), ("rewind", #"{"height":-1}"#), ("rewind", #"{"height":"4"}"#),
        ("rewind", #"{"height":18446744073709551615}"#), ("rewind", #"{"height":4.5}"#),
    ])
    func `an order that is none is refused`(order: String, body: String) async throws {
        let world = try await world(halted: order == "rewind")
        let answer = try await world.call(.post, "/v1/chains/beta/\(order)", body: body)
        #expect(answer.status == 400 && answer.problem == "bad-body", "\(answer.text)")
        let lesser = try await world.call(.post, "/v1/chains/beta/\(order)", as: .write, body: body)
        #expect(lesser.status == 403)
    }
}
