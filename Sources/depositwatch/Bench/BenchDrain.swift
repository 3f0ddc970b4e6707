import CallbackNotifier
import DepositCore
import DepositEngine
import DepositStore
import DepositTestKit
import Foundation

/// Our side of a drain: the real notifier over a store in a file, until every event in it is marked delivered.
struct BenchDrain {
    let folder: BenchFolder
    let port: Int
    let events: Int

    private static let chain = ChainID("bench")
    private static let depositsPerBlock = 1_000

    func run() async throws -> BenchFigures {
        let store = try Store(at: .file(folder.path("drain-\(getpid()).db")))
        let answers = CountedAnswers()
        let notifier = try await BenchReceiver.notifier(store, port: port, answers)
        try await fill(store)
        let start = ContinuousClock.now
        let running = Task { try await notifier.run() }
        _ = await answers.next(events)
        // Taken, and not marked yet: the last marks are a transaction or two away.
        try await store.marked()
        let taken = start.duration(to: .now)
        running.cancel()
        try await running.value
        await store.close()
        return BenchFigures(
            milliseconds: taken.milliseconds, residentKilobytes: ProcessorTime.mostResidentKilobytes,
            hits: events, wrong: answers.refused)
    }

    /// Blocks of deposits, each of which is one event.
    private func fill(_ store: Store) async throws {
        _ = try await store.openChain(Self.chain, window: 100)
        var height: Height = 1
        for first in stride(from: 0, to: events, by: Self.depositsPerBlock) {
            let change = Self.change(height, first..<min(first + Self.depositsPerBlock, events))
            try await store.commit(change, scannedWith: nil, now: Self.time)
            height = height + 1
        }
    }

    private static let time = Timestamp(seconds: 1_700_000_000)

    private static func change(_ height: Height, _ deposits: Range<Int>) -> Change {
        let block = BlockRef(height: height, hash: BlockHash("block-\(height)"), time: time)
        let header = Header(block: block, parent: BlockHash("block-\(height - 1)"))
        let incoming = deposits.map { number in
            let transaction = "0x" + String(repeating: "\(number % 10)", count: 58) + "\(number)"
            return Incoming(
                Transfer(
                    transaction: TransactionID(transaction),
                    position: Position("call:0"), asset: AssetID("COIN"), amount: Amount(1_000_000),
                    to: Address(key: [1], text: "0x\(String(repeating: "a", count: 40))"), from: []),
                on: chain, label: "customer-\(number)")
        }
        return Settlement.settle(
            incoming, in: block, move: .connect(header), known: [], rules: rules,
            view: ChainView(tip: block, finalized: nil), now: time)
    }

    private static let rules: ChainRules = {
        let requirement = Requirement(depth: 1_000_000, finality: false, rule: "depth 1000000")
        let coin = Asset(id: AssetID("COIN"), contract: nil, decimals: 8, minimum: .zero)
        guard let policy = Policy(rules: [Rule(asset: nil, below: nil, requirement: requirement)]) else {
            preconditionFailure("the only rule of a policy matches everything")
        }
        return ChainRules(chain: chain, assets: [coin], finality: .depth(1_000_000), policy: policy)
    }()

    /// One of the events, for the yardstick to send.
    static var sample: String { change(1, 0..<1).events[0].body }
}
