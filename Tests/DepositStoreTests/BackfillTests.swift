import DepositCore
import Testing

@testable import DepositStore

@Suite struct BackfillTests {
    private func add(
        _ store: Store, _ name: String, from: Int? = nil
    ) async throws -> Registration {
        let new = NewAddress(address(name), from: from.map { height($0) })
        return try await store.add([new], on: chain, now: start)
    }

    /// Scans what a backfill asks for, block by block, and commits it.
    private func run(_ store: Store, finding transfers: [Int: [Transfer]] = [:]) async throws -> [Int] {
        var scanned: [Int] = []
        while let job = try await store.backfills(on: chain).first {
            let number = Int(job.next.rawValue)
            let header = header(number)
            let tip = try await store.openChain(chain, window: 100).headers.tip?.block ?? header.block
            let view = ChainView(tip: tip, finalized: nil)
            let found = try await store.connecting(
                block(header, transfers[number] ?? []), view: view, on: chain, backfilling: job)
            let change = Settlement.settle(
                found.incoming, in: header.block, move: .stay, known: found.known, rules: rules(), view: view,
                now: start)
            try await store.commit(change, backfilling: job, through: header, now: start)
            scanned.append(number)
        }
        return scanned
    }

    @Test func `an address issued late is scanned back to its from, and no further`() async throws {
        let store = try await Store.sample()
        for number in 1...10 { try await store.connect(block(header(number))) }
        #expect(try await add(store, "late", from: 4).needsBackfill)
        let job = try #require(try await store.backfills(on: chain).first)
        #expect([job.from, job.next, job.upTo] == [4, 4, 10])
        #expect(job.addresses == 1)
        #expect(try await store.backfillKeys(job) == [address("late").key])
        let found = try await run(store, finding: [6: [transfer("t6", to: "late"), transfer("t7")]])
        #expect(found == Array(4...10))
        let deposits = try await store.deposits(in: header(6).block, on: chain)
        #expect(deposits.map(\.transfer.to.text) == ["late"])
        #expect(deposits.map(\.state) == [.confirmed(in: header(6).block)])
    }

    @Test func `an address without from, or from above the cursor, needs no backfill`() async throws {
        let store = try await Store.sample()
        for number in 1...10 { try await store.connect(block(header(number))) }
        #expect(try await add(store, "now").needsBackfill == false)
        #expect(try await add(store, "soon", from: 11).needsBackfill == false)
        #expect(try await store.backfills(on: chain).isEmpty)
    }

    @Test func `a transfer from before an address counts is not a deposit`() async throws {
        let store = try await Store.sample()
        _ = try await add(store, "soon", from: 5)
        for number in [4, 5] {
            try await store.connect(block(header(number), [transfer("t\(number)", to: "soon")]))
        }
        #expect(try await store.deposits(in: header(4).block, on: chain).isEmpty)
        #expect(try await store.deposits(in: header(5).block, on: chain).count == 1)
    }

    @Test(arguments: [nil, 3, 12]) func `no block in flight is missed when an address is added meanwhile`(
        from: Int?
    ) async throws {
        let store = try await Store.sample()
        for number in 1...10 { try await store.connect(block(header(number))) }
        let scannedWith = try await store.watchlist(of: chain, seed: 1).generation
        let registration = try await add(store, "late", from: from)
        #expect(registration.generation > scannedWith)
        // Two blocks were in flight when the address was issued; the third was scanned with it.
        for number in 11...12 {
            try await store.connect(block(header(number)), scannedWith: scannedWith)
        }
        try await store.connect(block(header(13)), scannedWith: registration.generation)
        let pays = Dictionary(uniqueKeysWithValues: (1...13).map { ($0, [transfer("t\($0)", to: "late")]) })
        #expect(try await run(store, finding: pays) == Array((from == 3 ? 3 : 11)...12))
        for number in 1...12 {
            let found = try await store.deposits(in: header(number).block, on: chain).count
            #expect(found == (number >= from ?? 11 ? 1 : 0), "block \(number)")
        }
    }

    @Test func `an undone block leaves the backfill, and the one in its place is scanned with the address`()
        async throws
    {
        let store = try await Store.sample()
        for number in 1...10 { try await store.connect(block(header(number))) }
        let registration = try await add(store, "late", from: 8)
        for number in [10, 9] { try await store.disconnect(header(number)) }
        let job = try #require(try await store.backfills(on: chain).first)
        #expect([job.next, job.upTo] == [8, 8])
        let fork = header(9, "b", since: 9)
        try await store.connect(
            block(fork, [transfer("t9", to: "late")]), scannedWith: registration.generation)
        #expect(try await run(store) == [8])
        #expect(try await store.deposits(in: fork.block, on: chain).count == 1)
    }

    @Test func `a backfill does not go on over a block that is not ours, nor twice over the same`()
        async throws
    {
        let store = try await Store.sample()
        for number in 1...10 { try await store.connect(block(header(number))) }
        _ = try await add(store, "late", from: 4)
        let job = try #require(try await store.backfills(on: chain).first)
        for wrong in [header(4, "b"), header(3), header(11)] {
            let error = await failure {
                try await store.commit(empty(.stay), backfilling: job, through: wrong, now: start)
            }
            #expect(error?.isConflict == true)
        }
        try await store.commit(empty(.stay), backfilling: job, through: header(4), now: start)
        let again = await failure {
            try await store.commit(empty(.stay), backfilling: job, through: header(4), now: start)
        }
        #expect(again?.isConflict == true)
        #expect(try await store.backfills(on: chain).first?.lastHash == header(4).hash)
    }

    @Test func `blocks below what is stored must be linked to one another and to what is stored`()
        async throws
    {
        let store = try await Store.sample(window: 2)
        for number in 1...20 { try await store.connect(block(header(number))) }
        _ = try await add(store, "late", from: 14)
        func commit(_ header: Header) async -> StoreError? {
            await failure {
                let job = try #require(try await store.backfills(on: chain).first)
                try await store.commit(empty(.stay), backfilling: job, through: header, now: start)
            }
        }
        #expect(await commit(header(14, "b")) == nil)
        #expect(await commit(header(15))?.isConflict == true)
        #expect(await commit(header(15, "b"))?.isConflict == true)
    }

    @Test func `an address from below the start of the chain is scanned back for, whenever the start is set`()
        async throws
    {
        let before = try await Store.sample()
        _ = try await add(before, "old", from: 5)
        try await before.setStart(chain, from: 8)
        #expect(try await run(before, finding: [6: [transfer("t6", to: "old")]]) == [5, 6, 7])

        let after = try await Store.sample(start: 8)
        _ = try await add(after, "old", from: 5)
        #expect(try await run(after) == [5, 6, 7])
    }

    @Test func `an earlier from than before is scanned back to, over the missing part alone`() async throws {
        let store = try await Store.sample()
        for number in 1...10 { try await store.connect(block(header(number))) }
        _ = try await add(store, "late", from: 8)
        _ = try await run(store)
        #expect(try await add(store, "late", from: 9).needsBackfill == false)
        #expect(try await add(store, "late", from: 5).added == 0)
        #expect(try await run(store) == [5, 6, 7])
        _ = try await add(store, "late", from: 3)
        _ = try await add(store, "late", from: 2)
        #expect(Set(try await run(store)) == Set(2...10))
    }

    @Test func `addresses of one call share one backfill from the earliest on`() async throws {
        let store = try await Store.sample()
        for number in 1...10 { try await store.connect(block(header(number))) }
        let new = [("a", 3), ("b", 9), ("c", 20)].map { NewAddress(address($0.0), from: height($0.1)) }
        let registration = try await store.add(new + [NewAddress(address("d"))], on: chain, now: start)
        #expect(registration.added == 4)
        let job = try #require(try await store.backfills(on: chain).first)
        #expect([job.from, job.upTo] == [3, 10])
        #expect(job.addresses == 2)
        let early = [5: ["a", "b", "c", "d"].map { transfer("t-\($0)", to: $0) }]
        _ = try await run(store, finding: early)
        #expect(try await store.deposits(in: header(5).block, on: chain).map(\.transfer.to.text) == ["a"])
    }
}
