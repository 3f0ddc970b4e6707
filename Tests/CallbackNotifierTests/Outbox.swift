import DepositCore
@testable import DepositStore
import Foundation

/// Where a test's store is, for as long as the test runs.
struct StoreFile {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).db").path

    func remove() {
        for end in ["", "-wal", "-shm", ".lock"] { try? FileManager.default.removeItem(atPath: path + end) }
    }
}

/// A store with deposits to tell of.
struct Outbox {
    static let chain = ChainID("testnet")
    let store: Store
    private var tip = 0

    init(_ place: Store.Place = .memory) async throws {
        store = try Store(at: place)
        _ = try await store.openChain(Self.chain, window: 100)
        let address = Address(key: [1], text: "alice")
        _ = try await store.add([NewAddress(address)], on: Self.chain, now: Timestamp(seconds: 0))
    }

    /// Connects a block with `deposits` new ones, which are detected in it and confirmed in the next.
    ///
    /// - Parameter inVain: the commit fails.
    mutating func connect(deposits: Int, at now: Timestamp, inVain: Bool = false) async throws {
        tip += 1
        func hash(_ number: Int) -> BlockHash { BlockHash("a\(number)") }
        let time = Timestamp(seconds: Int64(tip))
        let block = BlockRef(height: Height(UInt64(tip)) ?? 0, hash: hash(tip), time: time)
        let header = Header(block: block, parent: hash(tip - 1))
        let transfers = (0..<deposits).map { number in
            Transfer(
                transaction: TransactionID("t\(tip)-\(number)"), position: Position("output:0"),
                asset: AssetID("COIN"), amount: Amount(1_000), to: Address(key: [1], text: "alice"), from: [])
        }
        guard let full = Block(header: header, transfers: transfers), let rules else { return }
        let view = ChainView(tip: block, finalized: nil)
        let found = try await store.connecting(full, view: view, on: Self.chain)
        let change = Settlement.settle(
            found.incoming, in: block, move: .connect(header), known: found.known, rules: rules, view: view,
            now: now)
        if inVain { return try await store.commitInVain(change, now: now) }
        try await store.commit(change, scannedWith: nil, now: now)
    }

    /// Detected and confirmed: two events for each deposit.
    mutating func confirm(deposits: Int, at now: Timestamp) async throws {
        try await connect(deposits: deposits, at: now)
        try await connect(deposits: 0, at: now)
    }

    private var rules: ChainRules? {
        let requirement = Requirement(depth: 2, finality: false, rule: "depth 2")
        let coin = Asset(id: AssetID("COIN"), contract: nil, decimals: 8, minimum: .zero)
        return Policy(rules: [Rule(asset: nil, below: nil, requirement: requirement)]).map {
            ChainRules(chain: Self.chain, assets: [coin], finality: .depth(1_000), policy: $0)
        }
    }
}

extension Store {
    /// As `commit`, with a row beside it that no commit lets pass.
    func commitInVain(_ change: Change, now: Timestamp) async throws {
        try await write { [news] db in
            try db.writing(to: db.following(change.chain), at: now, telling: news) { writer in
                try writer.apply(change, scannedWith: nil)
            }
            try db.prepared("PRAGMA defer_foreign_keys = ON").run([])
            try db.prepared(
                "INSERT INTO attempt (delivery, number, at, milliseconds, status, excerpt) VALUES (-1, 1, 0, 0, 200, '')"
            ).run([])
        }
    }

    func waiting(_ callback: String = "ledger") async throws -> Int {
        try await backlog(of: callback).waiting
    }

    /// Every attempt for a callback, in the order of the events.
    func attempts(_ callback: String = "ledger") async throws -> [Attempt] {
        let filter = DeliveryFilter(callback: callback)
        return try await deliveries(filter, after: nil, limit: 1_000).items.reversed().flatMap(\.attempts)
    }

    /// The ids of all events, in the feed's order.
    func feed() async throws -> [String] {
        try await events(after: nil, limit: 100_000).items.map(\.id.text)
    }
}
