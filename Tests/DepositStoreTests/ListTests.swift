import DepositCore
import Testing

@testable import DepositStore

@Suite struct ListTests {
    /// Five blocks with a deposit each, of which the last is undone.
    private func sample() async throws -> Store {
        let store = try await Store.sample()
        try await store.register(callbacks: [CallbackSubscription(name: "ledger")])
        for number in 1...5 { try await store.connect(block(header(number), [transfer("t\(number)")])) }
        try await store.disconnect(header(5))
        return store
    }

    @Test func `the feed gives every event once, in the order of commits, however it is read`() async throws {
        let store = try await sample()
        let all = try await store.events(after: nil, limit: 100).items
        #expect(all.count == 10)
        #expect(all.last?.type == .depositOrphaned)
        for limit in [1, 3, 10] {
            var read: [FeedItem] = []
            var cursor: Cursor?
            while true {
                let page = try await store.events(after: cursor, limit: limit)
                if page.items.isEmpty { break }
                read += page.items
                cursor = page.next
            }
            #expect(read == all)
            #expect(try await store.events(after: cursor, limit: limit).next == cursor)
        }
        let end = try await store.events(after: all[8].cursor, limit: 10)
        #expect(end.items.map(\.id) == [all[9].id])
    }

    @Test func `a cursor of another store or of another list is refused`() async throws {
        let store = try await sample()
        let other = try await Store.sample()
        _ = try await other.register(callbacks: [])
        try await other.connect(block(header(1), [transfer("other")]))
        let foreign = try await other.events(after: nil, limit: 1).items[0].cursor
        let deposits = try await store.deposits(DepositFilter(), after: nil, limit: 1).next
        let wrong = [foreign, Cursor(""), Cursor("e"), Cursor("e.zz.00"), Cursor("e.31.00"), deposits]
        for cursor in wrong {
            let error = await failure { try await store.events(after: cursor, limit: 1) }
            guard case .unknownCursor = error else {
                Issue.record("\(String(describing: cursor)) was taken")
                continue
            }
        }
    }

    @Test func `deposits are listed newest first, page by page, by any of their facts`() async throws {
        let store = try await sample()
        func list(_ filter: DepositFilter) async throws -> [String] {
            var found: [String] = []
            var cursor: Cursor?
            repeat {
                let page = try await store.deposits(filter, after: cursor, limit: 2)
                found += page.items.map(\.transfer.transaction.text)
                cursor = page.next
            } while cursor != nil
            return found
        }
        #expect(try await list(DepositFilter()) == ["t5", "t4", "t3", "t2", "t1"])
        #expect(try await list(DepositFilter(chain: chain, status: .confirmed)) == ["t4", "t3", "t2", "t1"])
        #expect(try await list(DepositFilter(status: .orphaned)) == ["t5"])
        #expect(try await list(DepositFilter(transaction: TransactionID("t2"))) == ["t2"])
        #expect(try await list(DepositFilter(address: "alice", label: "user-1")).count == 5)
        #expect(try await list(DepositFilter(chain: ChainID("other"))).isEmpty)
        #expect(try await list(DepositFilter(label: "user-2")).isEmpty)
    }

    @Test func `a deposit's history shows its blocks, events and deliveries`() async throws {
        let store = try await sample()
        let fork = header(5, "b", since: 5)
        try await store.connect(block(fork, [transfer("t5")]))
        let id = Deposit.id(chain: chain, transaction: TransactionID("t5"), position: Position("output:0"))
        let history = try #require(try await store.history(of: id))
        #expect(history.turns.map(\.status) == [.detected, .orphaned, .detected])
        #expect(history.turns.map(\.block?.hash) == [header(5).hash, header(5).hash, fork.hash])
        #expect(history.turns.map(\.event?.type) == [.depositDetected, .depositOrphaned, .depositDetected])
        #expect(history.deliveries.map(\.event) == history.turns.compactMap(\.event?.id))
        #expect(history.deliveries.map { $0.next == nil } == [false, true, true])
        #expect(try await store.history(of: DepositID("dep_none")) == nil)
    }

    @Test func `an asset is unfinished while a deposit of it stands in a block that is not final`()
        async throws
    {
        let store = try await Store.sample()
        #expect(try await store.unfinishedAssets(on: chain).isEmpty)
        try await store.connect(block(header(1), [transfer("t1")]))
        #expect(try await store.unfinishedAssets(on: chain) == [coin.id])
        _ = try await store.disconnect(header(1))
        #expect(try await store.unfinishedAssets(on: chain).isEmpty)
    }

    @Test func `chains are summed up`() async throws {
        let store = try await sample()
        _ = try await store.add([NewAddress(address("late"), from: 2)], on: chain, now: start)
        let summary = try #require(try await store.chains().first)
        #expect(summary.chain == chain)
        #expect(summary.tip == header(4).block)
        #expect(summary.agreed == 5)
        #expect(summary.watched == 2)
        #expect(summary.backfills.map(\.upTo) == [4])
        #expect(summary.deposits == [.confirmed: 4, .orphaned: 1])
        #expect(summary.halt == nil)
    }

    @Test func `deliveries of a range of time are walked along an index, and nothing outside of it is read`()
        async throws
    {
        let store = try await Store.sample()
        var filter = DeliveryFilter()
        for (from, to) in [(start, start), (start, nil), (nil, start)] as [(Timestamp?, Timestamp?)] {
            (filter.from, filter.to) = (from, to)
            let plan = try await store.read { [filter] db in
                try filter.query().rows(
                    db, "EXPLAIN QUERY PLAN \(DeliveryRecord.selectByTime)", order: DeliveryRecord.byTime,
                    limit: 100
                ).map { try $0.get("detail", as: String.self) }
            }
            #expect(!plan.contains { $0.hasPrefix("SCAN") }, "\(plan)")
            #expect(plan.contains { $0.contains("event_by_time (at") }, "\(plan)")
            // The events come in their order; only those of one second are sorted.
            #expect(!plan.contains("USE TEMP B-TREE FOR ORDER BY"), "\(plan)")
        }
    }

    @Test
    func
        `pages of a range of time hold each delivery once, the newest first, also where a second holds many`()
        async throws
    {
        let store = try await Store.sample()
        try await store.register(callbacks: [.init(name: "ledger"), .init(name: "books")])
        for number in 1...6 {
            let transfers = (0..<3).map { transfer("t\(number)-\($0)") }
            // Two blocks a second, and once the clock is set back.
            let second = start.seconds + [0, 0, 1, 1, 0, 2][number - 1]
            try await store.connect(block(header(number), transfers), at: Timestamp(seconds: second))
        }
        func list(_ filter: DeliveryFilter, pages limit: Int) async throws -> [DeliveryRecord] {
            var found: [DeliveryRecord] = []
            var cursor: Cursor?
            repeat {
                let page = try await store.deliveries(filter, after: cursor, limit: limit)
                found += page.items
                cursor = page.next
            } while cursor != nil
            return found
        }
        var filter = DeliveryFilter()
        (filter.from, filter.to) = (start, Timestamp(seconds: start.seconds + 2))
        let all = try await list(DeliveryFilter(), pages: 1_000).filter { $0.at.seconds < start.seconds + 2 }
        let wanted = all.sorted { ($0.at, $0.id) > ($1.at, $1.id) }
        for limit in [1, 4, 1_000] {
            #expect(try await list(filter, pages: limit).map(\.id) == wanted.map(\.id))
        }
        #expect(wanted.count > 20)
    }
}
