import BigInt
import GRDB
import Testing

@testable import DepositCore
@testable import DepositStore

@Suite struct StateTests {
    static let home = header(1).block
    static let states: [Deposit.State] =
        [
            .seen, .dropped, .detected(in: home), .confirmed(in: home), .finalized(in: home),
            .orphaned(from: home), .reversed(from: home),
        ] + Doubt.allCases.map { .review($0, in: home) }

    @Test(arguments: states) func `a deposit in every state is read back as it was written`(
        _ state: Deposit.State
    ) async throws {
        let store = try await Store.sample()
        try await store.connect(block(header(1)))
        let fallback = Requirement.Fallback(depth: 96, after: 1_800)
        let requirements = [
            Requirement(depth: 12, finality: false, rule: "depth 12"),
            Requirement(depth: 3, finality: true, fallback: fallback, rule: "final"),
            Requirement(depth: nil, finality: true, rule: "final"),
        ]
        for (index, requirement) in requirements.enumerated() {
            for isSilent in [true, false] {
                let deposit = sample("t\(index)-\(isSilent)", state, requirement, isSilent: isSilent)
                let change = Change(
                    chain: chain, move: .stay, finalized: nil, deposits: [deposit],
                    events: isSilent ? [] : [told(deposit)])
                try await store.commit(change, scannedWith: nil, now: start)
                let found = try await store.history(of: deposit.id)
                #expect(found?.deposit == deposit)
                #expect(found?.turns.map(\.status) == [state.status])
                #expect(found?.turns.map(\.block) == [deposit.block ?? deposit.displacedBlock])
                #expect(found?.turns.map { $0.doubt == nil } == [state.status != .review])
            }
        }
    }

    @Test func `the largest amount and the oddest names are read back exactly`() async throws {
        let store = try await Store.sample()
        try await store.connect(block(header(1)))
        let largest = try #require(Amount((BigUInt(1) << 256) - 1))
        let odd = Transfer(
            transaction: TransactionID("0x\u{e9}'\";--"), position: Position("call:0.2"),
            asset: AssetID("A B"),
            amount: largest, to: Address(key: [0, 255, 0], text: "\u{1F4B0}", memo: "tag 1"), from: [],
            maturity: 100, doubt: .memoUnknown)
        let deposit = Deposit(
            id: Deposit.id(of: odd, on: chain), chain: chain,
            transfer: odd, label: "';--", requirement: Requirement(depth: 1, finality: false, rule: ""),
            isSilent: true, state: .review(.memoUnknown, in: Self.home), sequence: 0)
        let change = Change(chain: chain, move: .stay, finalized: nil, deposits: [deposit], events: [])
        try await store.commit(change, scannedWith: nil, now: start)
        #expect(try await store.deposits(in: Self.home, on: chain) == [deposit])
    }

    @Test func `the schema refuses what no deposit can be`() async throws {
        let store = try await Store.sample()
        try await store.connect(block(header(1), [transfer("t1")]))
        let wrong = [
            "amount = '-1'", "amount = '1.5'", "amount = '0'", "amount = '1e9'", "status = 'paid'",
            "status = 'seen'", "hash = NULL", "time = NULL", "status = 'review'", "review = 'memo missing'",
            "due_tip = NULL", "silent = 2", "sequence = 0", "depth = NULL", "amount = X'31'", "id = 'x'",
            "fallback_depth = 3", "chain = 9",
        ]
        for assignment in wrong {
            let error = await failure {
                try await store.write { try $0.execute(sql: "UPDATE deposit SET \(assignment)") }
            }
            guard case .refused = error else {
                Issue.record("\(assignment) was taken")
                continue
            }
        }
    }

    private func sample(
        _ transaction: String, _ state: Deposit.State, _ requirement: Requirement, isSilent: Bool
    ) -> Deposit {
        let transfer = transfer(transaction, memo: "7", maturity: 6, doubt: .memoMissing)
        return Deposit(
            id: Deposit.id(of: transfer, on: chain),
            chain: chain, transfer: transfer, label: isSilent ? nil : "vip", requirement: requirement,
            isSilent: isSilent, state: state, sequence: isSilent ? 0 : 1)
    }

    private func told(_ deposit: Deposit) -> Event {
        let coin = Asset(id: deposit.transfer.asset, contract: nil, decimals: 8, minimum: .zero)
        let view = ChainView(tip: Self.home, finalized: nil)
        return Event(of: deposit, asset: coin, under: view, at: start)
    }
}
