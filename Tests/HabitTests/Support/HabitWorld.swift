import ChainKit
import DepositCore
import DepositEngine
import DepositStore
import DepositTestKit
import NodeRPC
import Synchronization
import Testing

/// A made-up chain, the daemon that watches it through nodes with habits, and what must come of it.
///
/// Alice is watched from the start; Bob is issued late, where a backfill is tried.
final class HabitWorld: Sendable {
    let kind: HabitChain
    let chain: TestChain
    let nodes: [HabitNode]
    let daemon: TestDaemon
    private let ledger: HabitLedger
    private let alice: Address
    private let bob: Address
    private let issued: Mutex<Set<Address>>

    /// - Parameters:
    ///   - nodes: their names and manners, the preferred one first.
    ///   - mining: how many blocks there are before the daemon starts.
    init(_ kind: HabitChain, nodes manners: [(String, Manner)], mining: Int) async throws {
        self.kind = kind
        let chain = try kind.make()
        self.chain = chain
        nodes = manners.map { HabitNode($0.0, of: chain, nature: kind.nature, manner: $0.1) }
        alice = try chain.address(1)
        bob = try chain.address(2)
        issued = Mutex([alice])
        let ledger = try HabitLedger(kind, chain)
        try ledger.mine(mining)
        self.ledger = ledger
        daemon = try await TestDaemon(
            chain, through: nodes.map(\.node), watching: [alice], chainFile: kind.file(of: chain), from: 1)
    }

    func mine(_ count: Int) throws { try ledger.mine(count) }

    func issueBob() async throws {
        _ = issued.withLock { $0.insert(bob) }
        try await daemon.issue(bob, from: 1)
    }

    /// Moves time until everything stands as it should; false when it never does.
    func comesRight(within steps: Int = 600) async throws -> Bool {
        let tip = try chain.headers().last
        return try await daemon.clock.steps(atMost: steps) {
            guard daemon.health.scanned == tip?.block, mayBeRight else { return false }
            return try await complaints().isEmpty
        }
    }

    /// Moves time until something of this is said; false when it never is.
    func says(_ words: String, within steps: Int = 80) async -> Bool {
        await daemon.clock.steps(atMost: steps) { said.contains(words) }
    }

    /// What an operator reads of the chain and its nodes.
    var said: String {
        let health = daemon.health
        var words = [health.trouble?.words, health.backfillTrouble, health.wait, health.hold?.reason]
        words += daemon.nodes.map(\.complaint)
        return "\(health.state) " + words.compactMap { $0 }.joined(separator: "; ")
    }

    /// Whether as many deposits have been confirmed as are deep enough, which costs less to know than all of them.
    private var mayBeRight: Bool {
        let issued = issued.withLock { $0 }
        guard let tip = daemon.health.scanned?.height.rawValue else { return false }
        let deep = ledger.paid.values.count {
            issued.contains($0.to) && tip >= $0.header.height.rawValue + 2
        }
        return daemon.events.count { $0.type == .depositConfirmed } >= deep
    }

    /// What is wrong with what is stored and told, against what was paid; empty when nothing is.
    func complaints() async throws -> [String] {
        let issued = issued.withLock { $0 }
        let due = ledger.paid.filter { issued.contains($0.value.to) }
        let height = try chain.headers().last?.height ?? 0
        let stored = try await daemon.store.deposits(DepositFilter(), after: nil, limit: 1_000).items
        var complaints = wrongs(stored)
        let standing = Dictionary(
            stored.filter { $0.block != nil }.map { ($0.transfer.transaction, $0) }
        ) { first, _ in first }
        for (transaction, payment) in due {
            let isDeep = height.rawValue >= payment.header.height.rawValue + 2
            let status = standing[transaction]?.state.status.rawValue
            let wanted = isDeep ? ["confirmed", "finalized"] : ["detected"]
            if !wanted.contains(status ?? "") {
                complaints.append(
                    "\(transaction) in \(payment.header.height) is \(status ?? "not there")")
            }
        }
        return complaints
    }

    /// What was stored or told and never happened.
    func wrongs(_ stored: [Deposit]) -> [String] {
        let paid = ledger.paid
        var wrongs: [String] = []
        for deposit in stored {
            guard let payment = paid[deposit.transfer.transaction] else {
                wrongs.append("\(deposit.transfer.transaction) is a deposit and was not paid")
                continue
            }
            if let block = deposit.block, block != payment.header.block {
                wrongs.append("\(deposit.transfer.transaction) stands in \(block.height)")
            }
            if deposit.transfer.amount != Amount(payment.amount) {
                wrongs.append("\(deposit.transfer.transaction) is of \(deposit.transfer.amount)")
            }
        }
        var confirmed: Set<DepositID> = []
        for event in daemon.events {
            switch event.type {
            case .depositConfirmed:
                guard case .deposit(let id, _) = event.subject else { continue }
                if !confirmed.insert(id).inserted { wrongs.append("\(id) was confirmed twice") }
            case .depositOrphaned, .depositReversed, .depositReview:
                wrongs.append("told: \(event.type.rawValue)")
            default: break
            }
        }
        return wrongs
    }

    func wrongs() async throws -> [String] {
        wrongs(try await daemon.store.deposits(DepositFilter(), after: nil, limit: 1_000).items)
    }
}
