import DepositCore
import GRDB
import Testing

@testable import DepositStore

@Suite struct CommitTests {
    @Test func `a block that does not stand on the tip is refused and nothing is written`() async throws {
        let store = try await Store.sample()
        try await store.connect(block(header(5)))
        let fork = header(6, "b")
        #expect(await failure { try await store.connect(block(fork, [transfer("t1")])) }?.isConflict == true)
        #expect(await failure { try await store.connect(block(header(5))) }?.isConflict == true)
        #expect(try await store.tip() == 5)
        #expect(try await store.events(after: nil, limit: 10).items.isEmpty)
        #expect(try await store.deposits(in: fork.block, on: chain).isEmpty)
    }

    @Test func `only the tip can be undone`() async throws {
        let store = try await Store.sample()
        for number in 1...3 { try await store.connect(block(header(number))) }
        #expect(await failure { try await store.disconnect(header(2)) }?.isConflict == true)
        #expect(await failure { try await store.disconnect(header(3, "b")) }?.isConflict == true)
        try await store.disconnect(header(3))
        #expect(try await store.tip() == 2)
    }

    @Test func `nothing below the start is connected, and the start is fixed by the first block`()
        async throws
    {
        let store = try await Store.sample(start: 10)
        #expect(await failure { try await store.connect(block(header(9))) }?.isConflict == true)
        try await store.connect(block(header(10)))
        #expect(await failure { try await store.setStart(chain, from: 5) }?.isConflict == true)
    }

    @Test func `a change that fails half way leaves nothing`() async throws {
        let store = try await Store.sample()
        try await store.register(callbacks: [CallbackSubscription(name: "ledger")])
        try await store.connect(block(header(1), [transfer("t1")]))
        let before = try await store.everything()
        let view = ChainView(tip: header(2).block, finalized: nil)
        let sound = Settlement.settle(
            [Incoming(transfer("t2"), on: chain, label: nil)], in: header(2).block, move: .connect(header(2)),
            known: [],
            rules: rules(), view: view, now: start)
        let halted = Event(
            id: sound.events[0].id, type: .chainHalted, chain: chain, subject: .chain, body: "{}")
        let twice = Change(
            chain: chain, move: sound.move, finalized: header(1).block, deposits: sound.deposits,
            events: sound.events + [halted, halted])
        let error = await failure { try await store.commit(twice, scannedWith: nil, now: start) }
        guard case .refused = error else {
            Issue.record("two events with one id were taken: \(String(describing: error))")
            return
        }
        #expect(try await store.everything() == before)
        try await store.commit(sound, scannedWith: nil, now: start)
        #expect(try await store.everything() != before)
    }

    @Test func `a deposit that somebody else has changed is not overwritten`() async throws {
        let store = try await Store.sample()
        let first = try await store.connect(block(header(1), [transfer("t1")]))
        let before = try await store.everything()
        let stale = Change(
            chain: chain, move: .stay, finalized: nil, deposits: first.deposits, events: first.events)
        #expect(
            await failure { try await store.commit(stale, scannedWith: nil, now: start) }?.isConflict == true)
        #expect(try await store.everything() == before)
    }

    @Test func `a deposit in a block that is not ours is refused`() async throws {
        let store = try await Store.sample()
        try await store.connect(block(header(1)))
        try await store.connect(block(header(2)))
        for stranger in [header(1, "b"), header(3)] {
            let change = Settlement.settle(
                [Incoming(transfer("t1"), on: chain, label: nil)], in: stranger.block, move: .stay, known: [],
                rules: rules(), view: ChainView(tip: header(2).block, finalized: nil), now: start)
            let error = await failure { try await store.commit(change, scannedWith: nil, now: start) }
            #expect(error?.isConflict == true)
        }
    }

    @Test func `several blocks go in one transaction or not at all`() async throws {
        let store = try await Store.sample()
        let good = (1...3).map { (change: empty(.connect(header($0))), generation: Int64?.none) }
        let torn = [4, 6].map { (change: empty(.connect(header($0))), generation: Int64?.none) }
        try await store.commit(good, now: start)
        #expect(await failure { try await store.commit(torn, now: start) }?.isConflict == true)
        #expect(try await store.tip() == 3)
    }

    @Test func `headers deeper than twice the window are forgotten, and the last one kept cannot be undone`()
        async throws
    {
        let store = try await Store.sample(window: 3)
        for number in 1...20 { try await store.connect(block(header(number))) }
        let kept = try await store.openChain(chain, window: 3).headers
        #expect(kept.headers.map { Int($0.height.rawValue) } == Array(14...20))
        for number in (15...20).reversed() { try await store.disconnect(header(number)) }
        #expect(await failure { try await store.disconnect(header(14)) }?.isConflict == true)
        #expect(try await store.openChain(chain, window: 3).headers.agreed == 20)
    }

    @Test func `after a gap in the heights one block below the window is still kept`() async throws {
        let store = try await Store.sample(window: 3)
        for number in 1...5 { try await store.connect(block(header(number))) }
        let far = Header(
            block: BlockRef(height: 100, hash: BlockHash("a100"), time: start), parent: header(5).hash)
        try await store.connect(block(far))
        #expect(try await store.openChain(chain, window: 3).headers.headers == [header(5), far])
        #expect(try await store.openChain(chain, window: 3).headers.floor == header(5))
    }

    @Test func `finality never goes back`() async throws {
        let store = try await Store.sample()
        for number in 1...3 { try await store.connect(block(header(number))) }
        for number in [2, 1] {
            let change = empty(.stay, finalized: header(number).block)
            try await store.commit(change, scannedWith: nil, now: start)
        }
        #expect(try await store.openChain(chain, window: 100).headers.finalized == header(2).block)
    }

    @Test func `a halted chain stands still until it is resumed, and each is told once`() async throws {
        let store = try await Store.sample(window: 2)
        try await store.register(callbacks: [CallbackSubscription(name: "ledger")])
        for number in 1...9 { try await store.connect(block(header(number)), finalized: header(8).block) }
        try await store.disconnect(header(9))
        let halt = Halt(block: header(7).block, reason: "the node's chain lacks block 7", since: start)
        func told(_ count: UInt64) -> Event {
            .halted(chain, at: halt.block, reason: halt.reason, occurrence: count, now: start)
        }
        try await store.halt(chain, halt, event: told(1))
        #expect(await failure { try await store.halt(chain, halt, event: told(2)) }?.isConflict == true)
        let moves: [Change.Move] = [.connect(header(9)), .disconnect(header(8)), .stay]
        for move in moves {
            let error = await failure { try await store.commit(empty(move), scannedWith: nil, now: start) }
            #expect(error?.isConflict == true)
        }
        let halted = try await store.openChain(chain, window: 2)
        #expect(halted.halt == halt)
        #expect(halted.haltCount == 1)
        #expect(halted.headers.agreed == 9)

        let event = Event.resumed(chain, at: halt.block, reason: "operator", occurrence: 1, now: start)
        try await store.resume(chain, event: event, now: start)
        let resumed = try await store.openChain(chain, window: 2)
        #expect(resumed.halt == nil)
        #expect(resumed.headers.agreed == 7)
        #expect(resumed.headers.finalized == nil)
        let feed = try await store.events(after: nil, limit: 10).items.map(\.type)
        #expect(feed == [.chainHalted, .chainResumed])
        try await store.connect(block(header(9)))
    }
}

extension Store {
    /// Every row of every table, as text.
    func everything() async throws -> [String] {
        try await read { db in
            let tables = try String.fetchAll(
                db, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
            return try tables.flatMap { table in
                try Row.fetchAll(db, sql: "SELECT * FROM \(table)").map { "\(table) \($0)" }
            }
        }
    }
}
