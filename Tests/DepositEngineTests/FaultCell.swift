import DepositCore
import DepositEngine
import DepositTestKit
import Testing

/// One cell of the matrix of node faults.
struct FaultCell: Sendable, CustomTestStringConvertible {
    enum Side: String, Sendable, CaseIterable {
        case evm, bitcoin, bitcoinREST

        var family: TestChain.Family { self == .evm ? .evm : .bitcoin }

        /// How the bodies of blocks are asked for.
        var body: String {
            switch self {
            case .evm: "eth_getBlockReceipts"
            case .bitcoin: "getblock"
            case .bitcoinREST: "GET"
            }
        }
    }

    /// What a node with the fault does to the chain that it is the only kind of node of.
    enum Effect: Sendable {
        /// Nothing: the chain goes on.
        case none
        /// The chain stands still, and its health says this.
        case waits(saying: String)
        /// The node is far behind: another is used, and without one the chain stands still.
        case behind
        /// The node is honest but elsewhere: what it shows may be followed and is followed back.
        case elsewhere
    }

    let side: Side
    let fault: NodeFault
    let effect: Effect
    /// The only method with the fault; nil: all.
    let method: String?
    /// How many of the three nodes have it, the preferred one first.
    let faulty: Int

    var testDescription: String {
        "\(side), \(fault)\(method.map { " of \($0)" } ?? ""), \(faulty) of 3"
    }

    static let all: [FaultCell] = Side.allCases.flatMap { side in
        // A node that serves REST differs in its bodies alone.
        let rows = side == .bitcoinREST ? onBodies(side) : everywhere(side) + onBodies(side)
        return rows.flatMap { fault, effect, method in
            (1...3).map { FaultCell(side: side, fault: fault, effect: effect, method: method, faulty: $0) }
        }
    }

    private typealias Row = (NodeFault, Effect, String?)

    /// Faults of whatever the node is asked.
    private static func everywhere(_ side: Side) -> [Row] {
        let rows: [(NodeFault, Effect)] = [
            (.lags(blocks: 3), .elsewhere), (.lags(blocks: 8), .behind),
            (.otherFork(branch: "b"), .elsewhere),
            (.flips(branch: "b"), .elsewhere),
            (.nullAnswer, .waits(saying: side == .evm ? "malformed" : "does not have")),
            (.emptyList, .waits(saying: "malformed")),
            (.deepJSON, .waits(saying: "malformed")), (.shuffledBatch, .none),
            (.shortBatch, .none),
            (.errorBody, .waits(saying: "upstream connect error")), (.truncated, .waits(saying: "malformed")),
            (.garbage, .waits(saying: "malformed")), (.huge, .waits(saying: "more than 67108864 bytes")),
            (.wrongStatus(404), .waits(saying: "HTTP 404")), (.wrongStatus(200), .waits(saying: "malformed")),
            (.wrongStatus(302), .waits(saying: "HTTP 302")), (.wrongStatus(401), .waits(saying: "HTTP 401")),
            (.rateLimited(retryAfter: nil), .waits(saying: "limits our rate")),
            (.rateLimited(retryAfter: 5), .waits(saying: "limits our rate for 5 s")),
            (.serverError(500), .waits(saying: "HTTP 500")), (.serverError(503), .waits(saying: "HTTP 503")),
            (.slow(milliseconds: 2_000), .none), (.slow(milliseconds: 60_000), .waits(saying: "in time")),
            (.unreachable, .waits(saying: "cannot be reached")),
        ]
        return rows.map { ($0.0, $0.1, nil) }
    }

    /// Faults of the bodies of blocks alone: the node's headers are as they should be.
    private static func onBodies(_ side: Side) -> [Row] {
        let lie = Effect.waits(saying: "does not hold")
        // A node that does not give a block's receipts together is asked for them one by one.
        func waits(_ words: String) -> Effect { side == .evm ? .none : .waits(saying: words) }
        var rows: [(NodeFault, Effect)] = [
            (.droppedTransaction, lie), (.changedAmount, lie),
            (.truncated, waits("malformed")), (.garbage, waits("malformed")),
            (.huge, .waits(saying: "more than 67108864 bytes")),
            (.serverError(502), waits("HTTP 502")),
            (.rateLimited(retryAfter: 1), .waits(saying: "limits our rate for 1 s")),
            (.unreachable, .waits(saying: "cannot be reached")),
        ]
        // A node whose REST is broken is asked by JSON-RPC as soon as it is found out.
        if side == .bitcoinREST { return rows.map { ($0.0, .none, side.body) } }
        if side == .evm { rows += [(.droppedReceipt, lie), (.flippedStatus, lie)] }
        rows += [
            (.nullAnswer, waits("does not have")),
            (.emptyList, side == .evm ? lie : .waits(saying: "malformed")),
            (.deepJSON, waits("malformed")), (.errorBody, waits("upstream connect error")),
        ]
        return rows.map { ($0.0, $0.1, side.body) }
    }

    /// A branch beside `main`, as high as it, with a payment of its own.
    func prepare(_ world: FaultWorld) throws {
        try world.chain.fork("b", depth: 2)
        try world.mine(2, on: "b")
    }

    /// What must come of it while the fault lasts.
    func expect(_ world: FaultWorld, from before: Header) async throws {
        switch effect {
        case .none:
            #expect(try await world.daemon.reachesHead(), "a fault without harm holds the chain up")
        case .behind where faulty < world.nodes.count:
            #expect(try await world.daemon.reachesHead(), "a node that is not behind is not used")
        case .behind:
            await world.daemon.clock.steps(atMost: 40) { false }
            #expect(
                try await world.daemon.scanned == before, "blocks that no node shows were scanned or undone")
        case .elsewhere:
            await world.daemon.clock.steps(atMost: 40) { false }
        case .waits(let words) where faulty == world.nodes.count:
            let isSaid = await world.daemon.clock.steps {
                guard case .waiting(let why) = world.daemon.health.state else { return false }
                return why.contains(words)
            }
            #expect(isSaid, "not said: \(words), but \(world.daemon.health)")
            await world.daemon.clock.steps(atMost: 20) { false }
            #expect(try await world.daemon.scanned == before, "scanned past a block that was not proven")
        case .waits:
            #expect(try await world.daemon.reachesHead(), "the healthy node is not used")
        }
    }
}
