import ChainKit
import DepositCore
import DepositStore
import DepositTestKit
import NodeRPC
import Synchronization

@testable import DepositEngine

/// Scripted nodes of one chain and the pipeline that follows the first of them, on a clock that a test sets.
struct Patrol {
    let chain: TestChain
    let nodes: [ScriptedNode]
    let store: Store
    let clock = SetClock()
    private let members: [ChainNode]
    private var pipeline: Pipeline

    /// Thirty blocks, scanned; the branch `b` parts from them above block 18 and is as high.
    init(_ count: Int) async throws {
        chain = try TestChain(.evm)
        try chain.mine(count: 30)
        try chain.fork("b", depth: 12)
        try chain.mine(count: 12, on: "b")
        nodes = ["a", "b", "c"].prefix(count).map { [chain] in chain.node($0) }
        members = nodes.map { [chain] in ChainNode(name: $0.name, adapter: chain.chain.adapter(on: $0.node)) }
        store = try Store(at: .memory)
        pipeline = try await Pipeline.open(
            chain.chain.spec, store: store, watching: LiveWatchlist(Watchlist(seed: 1)), clock: clock, from: 0
        ).pipeline
        while try await !turn().isIdle {}
    }

    /// A turn of the first node, the others its peers.
    mutating func turn() async throws -> Turn {
        let peers = Array(members.dropFirst())
        let others: Peers = { peers }
        return try await pipeline.turn(members[0], peers: peers.isEmpty ? nil : others)
    }

    /// Puts the first node behind a load balancer whose other side is on the branch, and shows its good side next.
    func flip(_ branch: String) async throws {
        nodes[0].inflict(.flips(branch: branch))
        let fork = try chain.headers(of: branch).last
        while try await members[0].adapter.head().header != fork {}
    }

    /// Turns an interval apart.
    mutating func turns(_ count: Int) async throws -> Turn {
        for _ in 1..<count {
            clock.move(300)
            _ = try await turn()
        }
        clock.move(300)
        return try await turn()
    }
}

/// A clock that is set.
final class SetClock: EngineClock {
    private let seconds = Mutex<Int64>(1_800_000_000)

    var now: Timestamp { Timestamp(seconds: seconds.withLock { $0 }) }

    func move(_ more: Int64) {
        seconds.withLock { $0 += more }
    }

    func sleep(milliseconds: Int) async throws {}
}
