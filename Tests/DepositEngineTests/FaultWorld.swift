import ChainKit
import DepositCore
import DepositEngine
import DepositStore
import DepositTestKit
import Synchronization

/// Three scripted nodes of one made-up chain, and the daemon that watches it through them.
///
/// Every block pays the watched address once, every other one in the chain's token where it has one, and once somebody
/// else.
final class FaultWorld: Sendable {
    let chain: TestChain
    let nodes: [ScriptedNode]
    let daemon: TestDaemon
    private let watched: Address
    private let unwatched: Address
    private let paid = Mutex<[TransactionID: Header]>([:])
    /// What somebody else was paid on `main`, whose address may be issued late.
    private let paidElsewhere = Mutex<[TransactionID: Header]>([:])
    private let file: String

    /// - Parameter window: blocks that may be undone, and so are kept.
    init(_ family: TestChain.Family, servesREST: Bool, window: Int = 64) async throws {
        chain = try TestChain(family, servesREST: servesREST)
        nodes = ["a", "b", "c"].map { [chain] in chain.node($0) }
        watched = try chain.address(1)
        unwatched = try chain.address(2)
        // A block is final within twice the window.
        file = chain.file.replacing("reorg_window: 64", with: "reorg_window: \(window)")
            .replacing("{depth: 32}", with: "{depth: \(window / 2)}")
        daemon = try await TestDaemon(chain, nodes: nodes, watching: [watched], chainFile: file)
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
                paidElsewhere.withLock { $0[chain.transaction(of: other)] = header }
            }
        }
    }

    /// Issues the other address, to which every block has paid.
    func issueLate() async throws {
        try await daemon.issue(unwatched, from: 1)
        let more = paidElsewhere.withLock { $0 }
        paid.withLock { $0.merge(more) { first, _ in first } }
    }

    /// Whether every address has been looked for in all blocks that it counts from.
    var isLookedFor: Bool {
        get async throws { try await daemon.store.backfills(on: chain.chain.spec.id).isEmpty }
    }

    /// What an audit through the nodes finds, whether it came to its end, and what it said.
    func audit() async throws -> (differences: Int, isWhole: Bool, said: String) {
        let watched = try chain.chain(described: file)
        let tip = try chain.headers().last?.height ?? 0
        let members = nodes.map { ChainNode(name: $0.name, adapter: watched.adapter(on: $0.node)) }
        var audit = Audit(
            watched.spec, store: daemon.store, nodes: members, clock: FixedClock(daemon.clock.now))
        var (differences, said) = (0, "")
        var through: Height = 0
        do {
            try await audit.run(1...tip) { news in
                switch news {
                case .difference: differences += 1
                case .through(let height): through = height
                case .nodeFailed(let error): said += "\(error); "
                case .pending, .unlisted: break
                }
            }
        } catch let error as AuditError { said += "\(error)" }
        return (differences, through == tip, said)
    }

    /// What is wrong with what was stored and told, against what was paid; empty when nothing is.
    func complaints() async throws -> [String] {
        var complaints: [String] = []
        let paid = paid.withLock { $0 }
        let stored = try await daemon.store.deposits(DepositFilter(), after: nil, limit: 1_000).items
        let standing = stored.filter { $0.block != nil }
        if Set(standing.map(\.transfer.transaction)) != Set(paid.keys) || standing.count != paid.count {
            complaints.append("\(standing.count) deposits stand, of \(paid.count) payments")
        }
        for deposit in standing where paid[deposit.transfer.transaction]?.block != deposit.block {
            complaints.append("\(deposit.transfer.transaction) stands in a block that does not hold it")
        }
        let spec = chain.chain.spec
        let headers = try chain.headers()
        for header in try await daemon.store.openChain(spec.id, window: spec.reorgWindow).headers.headers
        where !headers.contains(header) {
            complaints.append("block \(header.height) \(header.hash) was scanned and is not on the chain")
        }
        // Nodes that part are told of the chain, and that is no deposit's life.
        let ofDeposits = daemon.events.filter { $0.type.rawValue.hasPrefix("deposit.") }
        let lives = Dictionary(grouping: try ofDeposits.map { try ExpectedEvent($0).fields }) {
            $0["id"] ?? ""
        }
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
