import ChainKit
import DepositCore
import DepositEngine
import DepositTestKit
import NodeRPC
import Testing

@testable import DepositStore

@Suite struct AuditTests {
    @Test(arguments: [TestChain.Family.evm, .bitcoin])
    func `a store that was written by scanning differs in nothing`(family: TestChain.Family) async throws {
        let world = try await AuditWorld(family)
        let news = try await world.audit()
        #expect(news.compactMap(\.words) == [])
        guard case .through(12)? = news.last else {
            Issue.record("it did not come to its end: \(news)")
            return
        }
    }

    @Test func `a deposit that does not stand in the store is missing`() async throws {
        let world = try await AuditWorld()
        try await world.daemon.store.write { db in
            try db.run("DELETE FROM event")
            try db.run("DELETE FROM deposit")
        }
        #expect(try await world.differences() == ["missing 5, stored never"])
        #expect(try await world.differences(6...12) == [])
    }

    @Test func `a deposit that was taken back and is on the chain is missing`() async throws {
        let world = try await AuditWorld()
        try await world.daemon.store.write { db in
            try db.run("UPDATE deposit SET status = 'reversed', due_tip = NULL, due_final = NULL")
        }
        #expect(try await world.differences() == ["missing 5, stored reversed"])
    }

    @Test func `a deposit in another block than the chain's is found at both`() async throws {
        let world = try await AuditWorld()
        try await world.daemon.store.write { db in
            try db.run("UPDATE deposit SET height = 3, due_tip = 3, due_final = 3")
        }
        #expect(try await world.differences() == ["unfounded 3", "missing 5, stored confirmed"])
    }

    @Test func `what a reorg took back is no difference`() async throws {
        let world = try await AuditWorld()
        try await world.daemon.running {
            try world.chain.fork("b", depth: 9)
            try world.chain.mine(count: 10, on: "b")
            try world.chain.adopt("b")
            #expect(try await world.daemon.reachesHead())
        }
        #expect(world.daemon.events.contains { $0.type == .depositReversed })
        #expect(try await world.differences(0...13) == [])
    }

    @Test func `stored otherwise than on the chain, each fact is named`() async throws {
        let world = try await AuditWorld()
        try await world.daemon.store.write { db in
            try db.run("UPDATE deposit SET amount = '5001', asset = 'TOK', maturity = 100, hash = '0xfeed'")
            try db.run("UPDATE deposit SET doubt = 'amount not received'")
        }
        let differences = try await world.differences()
        #expect(
            differences.map { $0.prefix { $0 != ":" } } == [
                "block 5", "asset 5", "amount 5", "maturity 5", "doubt 5",
            ])
        #expect(differences.contains("doubt 5: amount not received for none"))
        #expect(differences.contains("amount 5: 5001 for 5000"))
    }

    @Test func `a doubt about a memo is the store's own, and no difference`() async throws {
        let world = try await AuditWorld()
        try await world.daemon.store.write { db in try db.run("UPDATE deposit SET doubt = 'memo unknown'") }
        #expect(try await world.differences() == [])
    }

    @Test func `a stored header that the node's chain does not have is named`() async throws {
        let world = try await AuditWorld()
        try await world.daemon.store.write { db in
            try db.run("UPDATE header SET hash = '0xfeed' WHERE height = 9")
        }
        #expect(try await world.differences() == ["header 9"])
    }

    @Test func `heights without a sign of a scan are told together`() async throws {
        let world = try await AuditWorld()
        try await world.daemon.store.write { db in
            try db.run("DELETE FROM header WHERE height BETWEEN 8 AND 10")
        }
        #expect(try await world.differences() == ["unscanned 8-10"])
    }

    @Test func `below the start nothing is read, but where an address counts from there`() async throws {
        let world = try await AuditWorld()
        try await world.daemon.store.write { db in
            try db.run("DELETE FROM header WHERE height < 6")
            try db.run("UPDATE chain SET start = 6")
        }
        #expect(try await world.differences() == ["unscanned 0-5"])
        try await world.issue(world.alice, from: 4)
        try await world.daemon.store.write { try $0.run("DELETE FROM backfill") }
        #expect(try await world.differences() == ["unscanned 0-3"])
    }

    @Test func `a transfer before its address counts is no difference`() async throws {
        let world = try await AuditWorld()
        try await world.issue(world.bob, from: 8)
        #expect(try await world.differences() == [])
        // From now on: nothing has been looked for below.
        try await world.issue(world.chain.address(3), from: nil)
        #expect(try await world.differences() == [])
    }

    @Test func `what a backfill has still to find is not missing, and what it should have found is`()
        async throws
    {
        let world = try await AuditWorld()
        try await world.issue(world.bob, from: 2)
        let news = try await world.audit()
        #expect(news.compactMap(\.words) == [])
        let jobs = news.compactMap { if case .pending(let job) = $0 { job.next } else { nil } }
        #expect(jobs == [2])

        try await world.daemon.store.write { try $0.run("DELETE FROM backfill") }
        #expect(try await world.differences() == ["missing 7, stored never"])
    }

    @Test func `a deposit of an address that was removed is still looked for`() async throws {
        let world = try await AuditWorld()
        _ = try await world.daemon.store.remove(world.alice, on: world.chain.chain.spec.id)
        #expect(try await world.differences() == [])
        try await world.daemon.store.write { try $0.run("UPDATE deposit SET amount = '1'") }
        #expect(try await world.differences() == ["amount 5: 1 for 5000"])
    }

    @Test func `a node that lies is an error and no difference, and the next one is asked`() async throws {
        let world = try await AuditWorld()
        let liar = world.chain.node("liar")
        liar.inflict(.droppedTransaction)
        let error = await #expect(throws: AuditError.self) { try await world.audit(nodes: [liar]) }
        guard case .noNode(let heights, let errors)? = error else {
            Issue.record("not said: \(String(describing: error))")
            return
        }
        #expect(heights == 0...12)
        #expect(errors.contains { if case .unproven = $0.fault { true } else { false } })

        let news = try await world.audit(nodes: [liar, world.node])
        #expect(news.compactMap(\.words) == [])
        #expect(news.contains { if case .nodeFailed(let error) = $0 { error.node == "liar" } else { false } })
    }

    @Test func `a node that does not have the blocks, or breaks their chain, is an error`() async throws {
        let world = try await AuditWorld()
        world.node.inflict(.lags(blocks: 3))
        await #expect(throws: AuditError.self) { try await world.audit() }
        world.node.cure()
        #expect(try await world.differences() == [])
    }

    @Test func `a long audit outlasts a node's bad minute`() async throws {
        let world = try await AuditWorld()
        try await world.daemon.running {
            try world.chain.mine(count: 100)
            #expect(try await world.daemon.reachesHead())
        }
        // The first stretch is read; then the node breaks for a few requests.
        let isBroken = Flag()
        let members = [
            ChainNode(name: "auditor", adapter: world.chain.chain.adapter(on: world.node.node))
        ]
        var audit = Audit(
            world.chain.chain.spec, store: world.daemon.store, nodes: members,
            clock: FixedClock(world.daemon.clock.now))
        var failures = 0
        try await audit.run(0...112) { news in
            if case .through = news, isBroken.raise() { world.node.inflict(.unreachable, times: 3) }
            if case .nodeFailed = news { failures += 1 }
        }
        #expect(failures == 3)
    }

    @Test func `a range above what was scanned is refused, and so is a chain that never was`() async throws {
        let world = try await AuditWorld(mining: false)
        let id = world.chain.chain.spec.id
        #expect(
            await #expect(throws: AuditError.self) { try await world.audit() } == .nothingScanned(id))
        try await world.mine()
        #expect(
            await #expect(throws: AuditError.self) { try await world.audit(5...13) }
                == .notScanned(13, tip: 12))
    }

    @Test func `a deposit below the minimum is recorded too`() async throws {
        let world = try await AuditWorld()
        let file = world.chain.file.replacing("decimals: 18}", with: "decimals: 18, minimum: \"1\"}")
        let spec = try ChainSpec(file, file: "scripted.yaml")
        #expect(try await world.audit(spec: spec).compactMap(\.words) == [])
        try await world.daemon.store.write { db in
            try db.run("DELETE FROM event")
            try db.run("DELETE FROM deposit")
        }
        #expect(try await world.audit(spec: spec).compactMap(\.words) == ["missing 5, stored never"])
    }

    @Test func `deposits of an asset that is not listed any more are left out and said to be`() async throws {
        let world = try await AuditWorld()
        try await world.daemon.store.write { try $0.run("UPDATE deposit SET asset = 'OLD'") }
        let news = try await world.audit()
        #expect(news.compactMap(\.words) == [])
        #expect(news.contains { if case .unlisted(AssetID("OLD")) = $0 { true } else { false } })
    }

    @Test func `what the daemon sets right within a few polls is no difference`() async throws {
        let world = try await AuditWorld()
        try world.chain.fork("b", depth: 2)
        try world.chain.mine(count: 3, on: "b")
        try world.chain.adopt("b")
        #expect(try await world.differences() == ["header 11", "header 12"])

        var audit = Audit(
            world.chain.chain.spec, store: world.daemon.store,
            nodes: [ChainNode(name: "auditor", adapter: world.chain.chain.adapter(on: world.node.node))],
            clock: WhileItWaits {
                try await world.daemon.running { _ = try await world.daemon.reachesHead() }
            })
        var words: [String] = []
        try await audit.run(0...12) { words += $0.words.map { [$0] } ?? [] }
        #expect(words == [])
    }
}

/// Raised once.
private final class Flag {
    private var isRaised = false

    func raise() -> Bool {
        defer { isRaised = true }
        return !isRaised
    }
}

/// A clock during whose pauses something happens.
private struct WhileItWaits: EngineClock {
    let now = Timestamp(seconds: 1_800_000_000)
    let happens: @Sendable () async throws -> Void

    init(_ happens: @escaping @Sendable () async throws -> Void) {
        self.happens = happens
    }

    func sleep(milliseconds: Int) async throws {
        try await happens()
    }
}
