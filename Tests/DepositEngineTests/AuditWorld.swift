import ChainKit
import DepositCore
import DepositEngine
import DepositStore
import DepositTestKit
import NodeRPC
import Testing

/// A made-up chain, the daemon that has scanned it, and a node to audit it from.
struct AuditWorld {
    let chain: TestChain
    let daemon: TestDaemon
    let alice: Address
    let bob: Address
    let node: ScriptedNode

    /// Blocks 1 to 12; 5 pays `alice`, 7 pays `bob`, and both pay somebody else too.
    init(_ family: TestChain.Family = .evm, watching: [Int] = [1], mining: Bool = true) async throws {
        chain = try TestChain(family)
        alice = try chain.address(1)
        bob = try chain.address(2)
        node = chain.node("auditor")
        daemon = try await TestDaemon(
            chain, nodes: [chain.node("node")],
            watching: try watching.map { [chain] in try chain.address($0) })
        if mining { try await mine() }
    }

    func mine() async throws {
        let other = try chain.address(3)
        try await daemon.running {
            try chain.mine(count: 4)
            try chain.mine(.init("to alice", to: alice, amount: 5_000), .init("x", to: other, amount: 1))
            try chain.mine(count: 1)
            try chain.mine(.init("to bob", to: bob, amount: 7_000), .init("y", to: other, amount: 1))
            try chain.mine(count: 5)
            #expect(try await daemon.reachesHead())
        }
    }

    /// What an audit of these blocks tells.
    func audit(
        _ heights: ClosedRange<Height> = 0...12, nodes: [ScriptedNode]? = nil, spec: ChainSpec? = nil
    ) async throws -> [AuditNews] {
        let members = (nodes ?? [node]).map {
            ChainNode(name: $0.name, adapter: chain.chain.adapter(on: $0.node))
        }
        var audit = Audit(
            spec ?? chain.chain.spec, store: daemon.store, nodes: members, clock: FixedClock(daemon.clock.now)
        )
        var news: [AuditNews] = []
        try await audit.run(heights) { news.append($0) }
        return news
    }

    /// Its differences alone, in words: `missing 5`.
    func differences(
        _ heights: ClosedRange<Height> = 0...12, nodes: [ScriptedNode]? = nil
    ) async throws -> [String] {
        try await audit(heights, nodes: nodes).compactMap(\.words)
    }

    func issue(_ address: Address, from: Height?) async throws {
        _ = try await daemon.store.add(
            [NewAddress(address, label: nil, from: from)], on: chain.chain.spec.id, now: daemon.clock.now)
    }
}

extension AuditNews {
    /// A difference in short; nil where it is none.
    var words: String? {
        guard case .difference(let difference) = self else { return nil }
        switch difference {
        case .unscanned(let heights): return "unscanned \(heights.lowerBound)-\(heights.upperBound)"
        case .header(_, let shown): return "header \(shown.height)"
        case .missing(_, let block, let stored):
            return "missing \(block.height), stored \(stored?.state.status.rawValue ?? "never")"
        case .unfounded(_, let block): return "unfounded \(block.height)"
        case .fact(let fact, let deposit, let stored, let shown):
            return "\(fact) \(deposit.block?.height ?? 0): \(stored) for \(shown)"
        case .nodes(let one, let first, let other, _):
            return "\(one) and \(other) differ at \(first.header.height)"
        }
    }
}
