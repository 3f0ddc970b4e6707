import DepositCore
import Synchronization
import Testing

@testable import DepositStore

@Suite struct NewEventTests {
    @Test func `the bell rings once for a commit that has stored events, and for no other`() async throws {
        let store = try await Store.sample()
        let rung = Mutex(0)
        let bell = store.onNewEvents(stored: { _ in rung.withLock { $0 += 1 } })
        try await store.connect(block(header(1)))
        #expect(rung.withLock { $0 } == 0)
        let change = try await store.connect(block(header(2), [transfer("t1"), transfer("t2")]))
        #expect(change.events.count == 2)
        #expect(rung.withLock { $0 } == 1)
        _ = try await store.add([NewAddress(address("bob"))], on: chain, now: start)
        #expect(rung.withLock { $0 } == 1)
        bell.cancel()
        try await store.connect(block(header(3), [transfer("t3")]))
        #expect(rung.withLock { $0 } == 1)
    }

    @Test func `what is rolled back is not told, then or with the next commit`() async throws {
        let store = try await Store.sample()
        let rung = Mutex(0)
        let bell = store.onNewEvents(stored: { _ in rung.withLock { $0 += 1 } })
        defer { bell.cancel() }
        let view = ChainView(tip: header(1).block, finalized: nil)
        let sound = Settlement.settle(
            [Incoming(transfer("t1"), on: chain, label: nil)], in: header(1).block, move: .connect(header(1)),
            known: [], rules: rules(), view: view, now: start)
        let stray = empty(.connect(header(7)))
        let error = await failure { try await store.commit([(sound, nil), (stray, nil)], now: start) }
        #expect(error?.isConflict == true)
        try await store.connect(block(header(1)))
        #expect(rung.withLock { $0 } == 0)
    }
}
