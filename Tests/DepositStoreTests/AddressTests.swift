import DepositCore
import Synchronization
import Testing

@testable import DepositStore

@Suite struct AddressTests {
    @Test func `the same address again keeps it and takes the new label`() async throws {
        let store = try await Store.sample()
        let before = try await store.watchlist(of: chain, seed: 1).generation
        let again = [NewAddress(address("alice"), label: "user-2"), NewAddress(address("alice"))]
        let registration = try await store.add(again, on: chain, now: start)
        #expect(registration == Registration(generation: before, added: 0, needsBackfill: false))
        #expect(try await store.watchedCount(on: chain) == 1)
        #expect(try await store.watched(address("alice"), on: chain)?.label == "user-2")
    }

    @Test func `an address without a key stores none of its call`() async throws {
        let store = try await Store.sample()
        let bad = [NewAddress(address("bob")), NewAddress(Address(key: [], text: "nothing"))]
        guard case .refused = await failure({ try await store.add(bad, on: chain, now: start) }) else {
            Issue.record("an address without a key was taken")
            return
        }
        #expect(try await store.watchedCount(on: chain) == 1)
    }

    @Test func `calls side by side put their keys into the filter in the order of their generations`()
        async throws
    {
        let store = try await Store.sample()
        let seen = Seen()
        try await withThrowingTaskGroup { group in
            for name in 0..<20 {
                group.addTask {
                    _ = try await store.add([NewAddress(address("\(name)"))], on: chain, now: start) {
                        registration in
                        seen.generations.withLock { $0.append(registration.generation) }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(seen.generations.withLock { $0 } == Array(2...21))
    }

    @Test func `a removed address is not matched any more and can be issued again`() async throws {
        let store = try await Store.sample()
        #expect(try await store.incoming([transfer("t1")], on: chain).count == 1)
        #expect(try await store.remove(address("alice"), on: chain))
        #expect(try await store.remove(address("alice"), on: chain) == false)
        #expect(try await store.incoming([transfer("t1")], on: chain).isEmpty)
        #expect(try await store.add([NewAddress(address("alice"))], on: chain, now: start).added == 1)
    }

    @Test func `an address is watched on its own chain alone`() async throws {
        let store = try await Store.sample()
        let other = ChainID("other")
        _ = try await store.openChain(other, window: 1)
        #expect(try await store.incoming([transfer("t1")], on: other).isEmpty)
    }

    @Test func `where customers share an address a memo tells them apart, and any other is for review`()
        async throws
    {
        let store = try await Store.sample()
        let tags = [1, 2].map { NewAddress(address("shared", memo: "\($0)"), label: "user-\($0)") }
        _ = try await store.add(tags, on: chain, now: start)
        func found(_ to: String, _ memo: String?) async throws -> Incoming? {
            try await store.incoming([transfer("t", to: to, memo: memo)], on: chain).first
        }
        #expect(try await found("shared", "2")?.label == "user-2")
        #expect(try await found("shared", "2")?.transfer.doubt == nil)
        #expect(try await found("shared", "3")?.transfer.doubt == .memoUnknown)
        #expect(try await found("shared", "1\0")?.transfer.doubt == .memoUnknown)
        #expect(try await found("shared", nil)?.transfer.doubt == .memoMissing)
        #expect(try await found("shared", nil)?.label == nil)
        #expect(try await found("alice", "9")?.label == "user-1")
        #expect(try await found("alice", "9")?.transfer.doubt == nil)
    }

    @Test func `every watched key and no other is loaded into the filter`() async throws {
        let store = try await Store.sample()
        let new = (0..<5_000).map { NewAddress(address("user-\($0)")) }
        let generation = try await store.add(new, on: chain, now: start).generation
        let list = try await store.watchlist(of: chain, seed: 7)
        #expect(list.generation == generation)
        #expect(new.allSatisfy { list.mayContain($0.address.key) })
        #expect((0..<5_000).filter { list.mayContain(address("stranger-\($0)").key) }.count < 50)
        let keys = Mutex<[[UInt8]: Int64]>([:])
        try await store.forEachWatchedKey(on: chain) { key, generation in
            keys.withLock { $0[key] = generation }
        }
        #expect(keys.withLock { $0.count } == 5_001)
        #expect(keys.withLock { $0[address("alice").key] } == 1)
    }

    @Test func `addresses are listed page by page, by label and by spelling`() async throws {
        let store = try await Store.sample()
        let new = (0..<25).map { NewAddress(address("addr-\($0)"), label: $0 % 2 == 0 ? "vip-\($0)" : nil) }
        _ = try await store.add(new, on: chain, now: start)
        func list(_ filter: AddressFilter) async throws -> [String] {
            var names: [String] = []
            var cursor: Cursor?
            repeat {
                let page = try await store.addresses(on: chain, filter, after: cursor, limit: 4)
                #expect(page.items.count <= 4)
                names += page.items.map(\.address.text)
                cursor = page.next
            } while cursor != nil
            return names
        }
        let all = try await list(AddressFilter())
        #expect(Set(all) == Set(new.map(\.address.text) + ["alice"]))
        #expect(all.count == 26)
        #expect(try await list(AddressFilter(label: "vip-*")).count == 13)
        #expect(try await list(AddressFilter(label: "vip-4")) == ["addr-4"])
        #expect(try await list(AddressFilter(prefix: "addr-2")).count == 6)
    }
}

private final class Seen: Sendable {
    let generations = Mutex<[Int64]>([])
}
