import DepositCore
import Foundation
import Testing

@testable import DepositStore

// A small made-up chain, and what the tests need of it.
let chain = ChainID("testnet")
let start = Timestamp(seconds: 1_700_000_000)

let coin = Asset(id: AssetID("COIN"), contract: nil, decimals: 8, minimum: Amount(100))

func rules(
    _ requirement: Requirement = Requirement(depth: 2, finality: false, rule: "depth 2"),
    finality: Finality = .depth(4)
) -> ChainRules {
    guard let policy = Policy(rules: [Rule(asset: nil, below: nil, requirement: requirement)]) else {
        preconditionFailure("one rule for all is a policy")
    }
    return ChainRules(chain: chain, assets: [coin], finality: finality, policy: policy)
}

func height(_ number: Int) -> Height {
    guard let height = Height(UInt64(number)) else { preconditionFailure("a small number is a height") }
    return height
}

/// The block of a fork at a height; forks share what lies below `since`.
func header(_ number: Int, _ fork: String = "a", since: Int = 0) -> Header {
    func hash(_ number: Int) -> BlockHash { BlockHash("\(number < since ? "a" : fork)\(number)") }
    let time = Timestamp(seconds: start.seconds + Int64(number) * 10)
    return Header(
        block: BlockRef(height: height(number), hash: hash(number), time: time), parent: hash(number - 1))
}

func address(_ name: String, memo: String? = nil) -> Address {
    Address(key: Array("key-\(name)".utf8), text: name, memo: memo)
}

func transfer(
    _ transaction: String, to name: String = "alice", amount: UInt64 = 1_000, memo: String? = nil,
    maturity: UInt64 = 1, doubt: Doubt? = nil
) -> Transfer {
    Transfer(
        transaction: TransactionID(transaction), position: Position("output:0"), asset: coin.id,
        amount: Amount(amount), to: address(name, memo: memo), from: ["bob", "carol"], maturity: maturity,
        doubt: doubt)
}

func block(_ header: Header, _ transfers: [Transfer] = []) -> Block {
    guard let block = Block(header: header, transfers: transfers) else {
        preconditionFailure("the tests' transfers differ")
    }
    return block
}

extension Store {
    /// Settles a block on the tip and commits it, as the engine does.
    @discardableResult
    func connect(
        _ block: Block, under rules: ChainRules = rules(), finalized: BlockRef? = nil,
        scannedWith generation: Int64? = nil, at now: Timestamp = start
    ) async throws -> Change {
        let view = ChainView(tip: block.header.block, finalized: finalized, agreed: block.header.height)
        let found = try await connecting(block, view: view, on: chain)
        let change = Settlement.settle(
            found.incoming, in: block.header.block, move: .connect(block.header), known: found.known,
            rules: rules, view: view, now: now)
        try await commit(change, scannedWith: generation, now: now)
        return change
    }

    @discardableResult
    func disconnect(_ header: Header, at now: Timestamp = start) async throws -> Change {
        let known = try await deposits(in: header.block, on: chain)
        let view = ChainView(tip: header.block, finalized: nil)
        let change = Settlement.unsettle(header, known: known, rules: rules(), view: view, now: now)
        try await commit(change, scannedWith: nil, now: now)
        return change
    }

    /// A store in memory with the chain open and `alice` watched.
    static func sample(window: UInt64 = 100, start height: Int? = nil) async throws -> Store {
        let store = try Store(at: .memory)
        _ = try await store.openChain(chain, window: window)
        if let height { try await store.setStart(chain, from: DepositStoreTests.height(height)) }
        _ = try await store.add([NewAddress(address("alice"), label: "user-1")], on: chain, now: start)
        return store
    }

    func tip() async throws -> Int? {
        try await openChain(chain, window: 100).headers.tip.map { Int($0.height.rawValue) }
    }
}

/// A change that only moves the cursor.
func empty(_ move: Change.Move, finalized: BlockRef? = nil) -> Change {
    Change(chain: chain, move: move, finalized: finalized, deposits: [], events: [])
}

/// A folder that is gone after the test.
struct Folder: ~Copyable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "depositwatch-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    var store: String { path + "/state/deposits.db" }
}

/// The store's error that `body` throws.
func failure<Value>(_ body: () async throws -> Value) async -> StoreError? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? StoreError
    }
}

extension StoreError {
    var isConflict: Bool {
        if case .conflict = self { true } else { false }
    }
}
