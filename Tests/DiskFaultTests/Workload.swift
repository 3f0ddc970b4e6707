import ChainKit
import DepositCore
import DepositStore
import DepositTestKit
import NodeRPC

@testable import DepositEngine

/// A day of a daemon in small: issuing, scanning, a reorg, late addresses, a halt and its end, deliveries and retries.
///
/// It goes on from what is stored, as the daemon does, so it can be broken off anywhere and handed another store.
final class Workload {
    private struct Stage {
        /// What happens on the chain: once, whatever becomes of us.
        let change: @Sendable (ScriptedChain) -> Void
        var issued: [(name: String, from: Height?)] = []
    }

    private let world = ScriptedChain()
    private let clock = FixedClock(Timestamp(seconds: 1_800_000_000))
    private var stages = Workload.day[...]
    private var hasChanged = false

    func go(on store: Store) async throws {
        let family = try world.chain()
        try await store.register(callbacks: [CallbackSubscription(name: "ledger")])
        let watching = try await LiveWatchlist.load(family.spec.id, from: store)
        let adapter = family.adapter(on: Node(name: "scripted", wire: TapeWire(try Tape(""))))
        let node = ChainNode(name: "scripted", adapter: adapter)
        var (pipeline, halt) = try await Pipeline.open(
            family, store: store, watching: watching, clock: clock, from: 1)
        while let stage = stages.first {
            if !hasChanged { stage.change(world) }
            hasChanged = true
            let new = try stage.issued.map { name, from in
                NewAddress(try family.address(name), label: nil, from: from)
            }
            let registration = try await store.add(new, on: family.spec.id, now: clock.now)
            watching.add(new.map(\.address.key), generation: registration.generation)
            if halt != nil { _ = try await pipeline.resume() }
            halt = nil
            try await rest(&pipeline, node)
            try await deliver(from: store)
            stages = stages.dropFirst()
            hasChanged = false
        }
    }

    /// Backfills are ended before anything else: a turn in the middle of one, as after a crash there, would confirm
    /// what it has found so far, which is right, and a state that the unbroken run never was in.
    private func rest(_ pipeline: inout Pipeline, _ node: ChainNode) async throws {
        while true {
            while try await pipeline.backfill(node) != nil {}
            let turn = try await pipeline.turn(node)
            if turn.halt != nil { _ = try await pipeline.resume() }
            if turn.isIdle { return }
        }
    }

    /// Every delivery is refused once before it is taken.
    private func deliver(from store: Store) async throws {
        while true {
            let claim = try await store.claim(callback: "ledger", now: clock.now, limit: 8, excluding: [])
            if claim.deliveries.isEmpty { return }
            let results = claim.deliveries.map { delivery in
                let isTaken = delivery.attempts > 0
                return DeliveryResult(
                    delivery: delivery.id,
                    attempt: Attempt(
                        at: clock.now, milliseconds: 3, answer: .status(isTaken ? 204 : 500), excerpt: ""),
                    verdict: isTaken ? .delivered : .retry(at: clock.now))
            }
            try await store.record(
                results, of: "ledger", under: HealthRules(patience: .max), now: clock.now)
        }
    }

    /// Nothing falls due below the last block of a stage: what is due is decided at the tip, and where the tip is after
    /// a crash must not show.
    private static let day: [Stage] =
        [
            Stage(
                change: { world in
                    world.mine()
                    world.mine(.init("t1", to: "alice"), .init("c1", to: "carol"))
                    world.mine()
                    world.mine(.init("t2", to: "bob"))
                }, issued: [("alice", nil), ("bob", nil)]),
            Stage { world in
                world.mine(.init("t3", to: "alice"))
                world.mine(.init("t4", to: "alice"), .init("t5", to: "bob"), .init("t6", to: "bob"))
            },
            // Mined again, elsewhere, to another address, and never.
            Stage { world in
                world.undo(3)
                world.mine(.init("t2", to: "bob"), .init("t4", to: "alice"), branch: "b")
                world.mine(.init("t5", to: "alice"), branch: "b")
                world.mine(branch: "b")
            },
            Stage(change: { $0.mine(branch: "b") }, issued: [("carol", 1), ("dave", nil)]),
            Stage(
                change: { world in
                    world.finalize(6)
                    world.mine(.init("d1", to: "dave"), branch: "b")
                }, issued: users.map { ($0, nil) }),
        ]
        + users.map { user in Stage { $0.mine(.init("m-\(user)", to: user), branch: "b") } }
        + [
            Stage { world in
                world.finalize(9)
                world.mine(branch: "b")
            },
            // Deeper than the window: the chain halts, and an operator lets it go on.
            Stage { world in
                world.undo(12)
                world.mine(count: 10, branch: "c")
                world.mine(.init("m-user-5", to: "user-5"), branch: "c")
                world.mine(count: 2, branch: "c")
            },
        ]

    private static let users = (1...8).map { "user-\($0)" }
}
