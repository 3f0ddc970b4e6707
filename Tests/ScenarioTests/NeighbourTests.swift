import ChainKit
import DepositCore
import DepositEngine
import DepositStore
import DepositTestKit
import Foundation
import NodeRPC
import Synchronization
import Testing

/// Two chains in one daemon, of which one has a hostile node.
@Suite(.serialized, .timeLimit(.minutes(15))) struct NeighbourTests {
    private static let turns = 50

    @Test(arguments: [HostileAnswer.endlessBody, .manyHeaders, .deepJSON, .announcedBody])
    func `a chain whose node is hostile does not slow another`(answer: HostileAnswer) async throws {
        let tape = try fixture("evm/dev-evm/plain-deposit").tape()
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let node = NodeServer(ScriptStage(tape: tape)) { port.yield($0) }
        let hostile = answer.server()
        defer { hostile.stop() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await node.run() }
            let url = "http://127.0.0.1:\(try #require(await ports.first { _ in true }))"
            let clock = TurnClock()
            let honest = try await Self.watcher("evm/dev-evm/plain-deposit", url, clock)
            group.addTask { try await honest.run() }
            await clock.begin()
            _ = await clock.turns(10)
            let quiet = await Self.rounds(3, of: clock).max()
            let other = try await Self.watcher(
                "bitcoin/litecoin-regtest/plain-deposit", hostile.url, HastyClock())
            group.addTask { try await other.run() }
            while hostile.connections == 0 { await Task.yield() }
            // On a machine with other things to do a turn may wait for a core: the best of four rounds counts.
            let beside = await Self.rounds(4, of: clock).min()
            #expect(try #require(beside) <= max(try #require(quiet) * 2, .milliseconds(40)))
        }
    }

    private static func watcher(_ name: String, _ url: String, _ clock: any EngineClock) async throws
        -> Watcher
    {
        let fixture = try fixture(name)
        let store = try Store(at: .memory)
        let spec = fixture.chain.spec
        return Watcher(
            fixture.chain, nodes: Node.ofOneChain([try NodeEndpoint(url)]), store: store,
            watching: try await LiveWatchlist.load(spec.id, from: store),
            settings: Watcher.Settings(spec, from: fixture.watch.from), clock: clock, committed: { _ in })
    }

    /// The second slowest turn of each round, for the slowest may have waited for a core.
    private static func rounds(_ count: Int, of clock: TurnClock) async -> [Duration] {
        var found: [Duration] = []
        for _ in 0..<count {
            found.append(await clock.turns(turns).sorted()[turns - 2])
        }
        return found
    }
}

/// Lets a watcher take one turn whenever it is told to, and says how long the turn took.
private final class TurnClock: EngineClock {
    let now = Timestamp(seconds: 1_800_000_000)
    private let rests: AsyncStream<Void>
    private let rested: AsyncStream<Void>.Continuation
    private let waiting = Mutex<CheckedContinuation<Void, Never>?>(nil)

    init() {
        (rests, rested) = AsyncStream.makeStream()
    }

    func sleep(milliseconds: Int) async throws {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                waiting.withLock { $0 = continuation }
                rested.yield()
            }
        } onCancel: {
            goOn()
        }
        try Task.checkCancellation()
    }

    private func goOn() {
        waiting.withLock { $0.take() }?.resume()
    }

    /// Waits for the first rest.
    func begin() async {
        _ = await rests.first { _ in true }
    }

    /// - Precondition: the watcher rests, as it does when this returns.
    func turns(_ count: Int) async -> [Duration] {
        var rests = rests.makeAsyncIterator()
        var times: [Duration] = []
        for _ in 0..<count {
            let start = ContinuousClock.now
            goOn()
            await rests.next()
            times.append(ContinuousClock.now - start)
        }
        return times
    }
}

/// Never rests: asks again as soon as it has failed.
private struct HastyClock: EngineClock {
    let now = Timestamp(seconds: 1_800_000_000)

    func sleep(milliseconds: Int) async throws {
        try Task.checkCancellation()
        await Task.yield()
    }
}
