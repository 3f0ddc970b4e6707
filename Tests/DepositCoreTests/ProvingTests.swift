@testable import DepositCore
import Testing

/// A block settled anew once a later one has proven what it holds.
@Suite struct ProvingTests {
    private static func proven(_ height: UInt32, _ transfers: [Transfer]) throws -> Block {
        let header = header(height)
        return try #require(Block(header: header, transfers: transfers, isAwaited: true)).settled
    }

    private static func deposit(
        _ transfer: Transfer, _ state: (BlockRef) -> Deposit.State, at height: UInt32 = 7
    ) -> Deposit {
        let chain = rules(depth(1)).chain
        return Deposit(
            id: Deposit.id(of: transfer, on: chain), chain: chain, transfer: transfer, label: nil,
            requirement: depth(1), isSilent: false, state: state(block(height)), sequence: 1)
    }

    private static func prove(_ shown: [Transfer], known: [Deposit]) throws -> Change {
        let rules = rules(depth(1), finality: .instant)
        let proven = try proven(7, shown)
        return Settlement.prove(
            proven, shown.map { Incoming($0, on: rules.chain, label: nil) }, known: known, rules: rules,
            view: ChainView(tip: block(9), finalized: block(9), confirming: .these([])), now: now)
    }

    private static func types(_ change: Change) -> [EventType] { change.events.map(\.type) }

    @Test func `what stands as it was found stays, and nothing is told`() throws {
        let known = Self.deposit(transfer()) { .detected(in: $0) }
        let change = try Self.prove([transfer()], known: [known])
        #expect(change.deposits.isEmpty && change.events.isEmpty)
    }

    @Test func `what was hidden is found`() throws {
        let change = try Self.prove([transfer()], known: [])
        #expect(Self.types(change) == [.depositDetected])
        #expect(change.deposits.first?.block?.height == 7)
    }

    @Test func `what was invented goes`() throws {
        let known = Self.deposit(transfer()) { .detected(in: $0) }
        #expect(Self.types(try Self.prove([], known: [known])) == [.depositOrphaned])
        let doubted = Self.deposit(transfer(doubt: .transactionTypeUnknown)) {
            .review(.transactionTypeUnknown, in: $0)
        }
        #expect(Self.types(try Self.prove([], known: [doubted])) == [.depositOrphaned])
    }

    @Test func `another amount is taken back and found anew`() throws {
        let known = Self.deposit(transfer(amount: 500_000_000)) { .detected(in: $0) }
        let change = try Self.prove([transfer()], known: [known])
        #expect(Self.types(change) == [.depositOrphaned, .depositDetected])
        #expect(change.deposits.map(\.transfer.amount) == [Amount(5_000_000)])
        #expect(change.deposits.map(\.sequence) == [3])
    }

    @Test func `what was said to stand in another block is found where it stands`() throws {
        let known = Self.deposit(transfer(), { .detected(in: $0) }, at: 9)
        let change = try Self.prove([transfer()], known: [known])
        #expect(Self.types(change) == [.depositOrphaned, .depositDetected])
        #expect(change.deposits.first?.block?.height == 7)
    }

    @Test func `a doubt that the proven block shows is not passed over`() throws {
        let known = Self.deposit(transfer()) { .detected(in: $0) }
        let change = try Self.prove([transfer(doubt: .transactionTypeUnknown)], known: [known])
        #expect(Self.types(change) == [.depositOrphaned, .depositReview])
    }

    @Test func `what is confirmed or of an asset that is listed no more is left alone`() throws {
        let confirmed = Self.deposit(transfer()) { .confirmed(in: $0) }
        let unlisted = Self.deposit(transfer("t2", asset: AssetID("OLD"))) { .detected(in: $0) }
        #expect(try Self.prove([], known: [confirmed, unlisted]).deposits.isEmpty)
    }

    @Test func `a block that is awaited is not proven until it is settled`() throws {
        let header = header(7)
        let awaited = try #require(Block(header: header, transfers: [], isAwaited: true))
        #expect(!awaited.isProven && awaited.isAwaited)
        #expect(awaited.settled.isProven && !awaited.settled.isAwaited)
        let partial = try #require(
            Block(header: header, transfers: [], isProven: false, isAwaited: true))
        #expect(!partial.settled.isProven)
        #expect(awaited.doubting(.memoMissing) { _ in true }.isAwaited)
    }
}
