import ChainKit
import DepositCore
import DepositEngine
import DepositStore
import DepositTestKit
import Synchronization

/// Three scripted nodes of one made-up chain, an empty store, and the real watcher between them on a clock that a test
/// moves.
///
/// Every block pays the watched address once, every other one in the chain's token where it has one, and once somebody
/// else.
final class FaultWorld: Sendable {
    let chain: TestChain
    let nodes: [ScriptedNode]
    let watcher: Watcher
    let clock = SteppedClock()
    private let store: Store
    private let watched: Address
    private let unwatched: Address
    private let paid = Mutex<[TransactionID: Header]>([:])
    private let told = ToldEvents()

    init(_ family: TestChain.Family, servesREST: Bool) async throws {
        chain = try TestChain(family, servesREST: servesREST)
        nodes = ["a", "b", "c"].map { [chain] in chain.node($0) }
        store = try Store(at: .memory)
        watched = try chain.address(1)
        unwatched = try chain.address(2)
        let spec = chain.chain.spec
        let watching = try await LiveWatchlist.load(spec.id, from: store)
        _ = try await store.openChain(spec.id, window: spec.reorgWindow)
        let registration = try await store.add(
            [NewAddress(watched, label: nil, from: nil)], on: spec.id, now: clock.now)
        watching.add([watched.key], generation: registration.generation)
        watcher = Watcher(
            chain.chain, nodes: nodes.map(\.node), store: store, watching: watching,
            settings: Watcher.Settings(spec, from: 0), clock: clock
        ) { [told] in told.add($0) }
    }

    /// Mines blocks on a branch; what is paid on `main` must end as a deposit.
    func mine(_ count: Int, on branch: String = TestChain.main) throws {
        for _ in 0..<count {
            let height = try chain.headers(of: branch).count
            let name = "\(branch) \(height)"
            let token = chain.chain.spec.rules.assets.keys.first {
                $0.text == "TOK" && !height.isMultiple(of: 2)
            }
            let payment = TestChain.Payment(name, to: watched, amount: 5_000, asset: token)
            let other = TestChain.Payment("\(name) other", to: unwatched, amount: 7_000)
            let header = try chain.mine([payment, other], on: branch)
            if branch == TestChain.main {
                paid.withLock { $0[chain.transaction(of: payment)] = header }
            }
        }
    }

    /// Runs the watcher while `body` does; returns every event that was told.
    func watching(_ body: () async throws -> Void) async throws -> [Event] {
        let running = Task { try await watcher.run() }
        do { try await body() } catch {
            running.cancel()
            throw error
        }
        running.cancel()
        try await running.value
        return told.all
    }

    var scanned: Header? {
        get async throws {
            let spec = chain.chain.spec
            return try await store.openChain(spec.id, window: spec.reorgWindow).headers.tip
        }
    }

    var tip: Header? { get throws { try chain.headers().last } }

    /// Steps the clock until the chain's newest block has been scanned; false when it never is.
    func reachesHead() async throws -> Bool {
        let tip = try tip
        return try await clock.steps { try await scanned == tip }
    }

    /// What is wrong with what was stored and told, against what was paid; empty when nothing is.
    func complaints(_ events: [Event]) async throws -> [String] {
        var complaints: [String] = []
        let paid = paid.withLock { $0 }
        let stored = try await store.deposits(DepositFilter(), after: nil, limit: 1_000).items
        let standing = stored.filter { $0.block != nil }
        if Set(standing.map(\.transfer.transaction)) != Set(paid.keys) || standing.count != paid.count {
            complaints.append("\(standing.count) deposits stand, of \(paid.count) payments")
        }
        for deposit in standing where paid[deposit.transfer.transaction]?.block != deposit.block {
            complaints.append("\(deposit.transfer.transaction) stands in a block that does not hold it")
        }
        let spec = chain.chain.spec
        let headers = try chain.headers()
        for header in try await store.openChain(spec.id, window: spec.reorgWindow).headers.headers
        where !headers.contains(header) {
            complaints.append("block \(header.height) \(header.hash) was scanned and is not on the chain")
        }
        let lives = Dictionary(grouping: try events.map { try ExpectedEvent($0).fields }) { $0["id"] ?? "" }
        for (id, life) in lives {
            let sequence = life.compactMap { $0["sequence"].flatMap { Int($0) } }
            if sequence != Array(1...max(1, life.count)) {
                complaints.append("\(id) was told as \(sequence)")
            }
            let credits = life.count { $0["type"] == EventType.depositConfirmed.rawValue }
            let reversals = life.count { $0["type"] == EventType.depositReversed.rawValue }
            let transaction = TransactionID(life.first?["transaction"] ?? "")
            let due = paid[transaction] == nil ? 0 : 1
            if credits - reversals != due {
                complaints.append("\(transaction) was credited \(credits) times and reversed \(reversals)")
            }
        }
        if lives.count < paid.count {
            complaints.append("\(lives.count) of \(paid.count) payments were told")
        }
        return complaints
    }
}

/// What the watcher has told, in order.
private final class ToldEvents: Sendable {
    private let events = Mutex<[Event]>([])

    var all: [Event] { events.withLock { $0 } }

    func add(_ more: [Event]) {
        events.withLock { $0 += more }
    }
}
