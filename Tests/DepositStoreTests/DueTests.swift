import DepositCore
import GRDB
import Testing

@testable import DepositStore

@Suite struct DueTests {
    static let fallback = Requirement.Fallback(depth: 8, after: 0)
    static let requirements: [Requirement] = [
        Requirement(depth: 1, finality: false, rule: "1"), Requirement(depth: 5, finality: false, rule: "5"),
        Requirement(depth: nil, finality: true, rule: "final"),
        Requirement(depth: 6, finality: true, rule: "6 and final"),
        Requirement(depth: 3, finality: true, fallback: fallback, rule: "3 and final or 8"),
    ]

    /// Every mix of depth, finality and maturity, in each of ten blocks, asked for under every view: what comes out
    /// is exactly what a scan of all that wait by `Due` itself would give.
    @Test func `exactly the deposits that are due are found`() async throws {
        let store = try await Store.sample()
        for number in 1...30 { try await store.connect(block(header(number))) }
        var waiting: [Deposit] = []
        for number in 1...10 {
            for (index, requirement) in Self.requirements.enumerated() {
                for maturity in [1, 7] as [UInt64] {
                    for state in [
                        Deposit.State.detected(in: header(number).block),
                        .confirmed(in: header(number).block),
                        .finalized(in: header(number).block), .orphaned(from: header(number).block),
                    ] {
                        let name = "t\(number)-\(index)-\(maturity)-\(state.status.rawValue)"
                        waiting.append(sample(name, state, requirement, maturity: maturity))
                    }
                }
            }
        }
        let change = Change(chain: chain, move: .stay, finalized: nil, deposits: waiting, events: [])
        try await store.commit(change, scannedWith: nil, now: start)
        for tip in 1...20 {
            for final in [nil, 1, 4, 10, 20] {
                let view = ChainView(tip: header(tip).block, finalized: final.map { header($0).block })
                let found = try await store.due(under: view, on: chain)
                let wanted = waiting.filter { $0.due?.hasCome(under: view) ?? false }
                #expect(Set(found) == Set(wanted), "tip \(tip), final \(final ?? 0)")
                #expect(found.count == wanted.count)
            }
        }
    }

    @Test func `looking for what is due reads an index and never all that waits`() async throws {
        let store = try await Store.sample()
        let plan = try await store.read { db in
            try db.rows(
                "EXPLAIN QUERY PLAN \(Deposit.dueQuery)", [1, 1, 1]
            ).map { try $0.get("detail", as: String.self) }
        }
        #expect(plan.allSatisfy { !$0.hasPrefix("SCAN deposit") }, "\(plan)")
        #expect(plan.contains { $0.contains("deposit_due_by_depth (chain=? AND due_tip<?)") }, "\(plan)")
        #expect(plan.contains { $0.contains("deposit_due_by_finality (chain=? AND due_final<?)") }, "\(plan)")
        #expect(
            plan.contains { $0.contains("deposit_due_by_fallback (chain=? AND due_fallback<?)") }, "\(plan)")
    }

    @Test func `what a block holds and what is due come in one read, each once`() async throws {
        let store = try await Store.sample()
        try await store.connect(block(header(1), [transfer("t1"), transfer("t2")]))
        let again = block(header(2), [transfer("t1"), transfer("t3"), transfer("t4", to: "stranger")])
        let view = ChainView(tip: header(2).block, finalized: nil)
        let found = try await store.connecting(again, view: view, on: chain)
        #expect(found.incoming.map(\.transfer) == [transfer("t1"), transfer("t3")])
        #expect(found.incoming.map(\.label) == ["user-1", "user-1"])
        #expect(found.known.map(\.transfer) == [transfer("t1"), transfer("t2")])
    }

    private func sample(
        _ transaction: String, _ state: Deposit.State, _ requirement: Requirement, maturity: UInt64
    ) -> Deposit {
        let transfer = transfer(transaction, maturity: maturity)
        return Deposit(
            id: Deposit.id(of: transfer, on: chain),
            chain: chain, transfer: transfer, label: nil, requirement: requirement, isSilent: true,
            state: state, sequence: 0)
    }
}
