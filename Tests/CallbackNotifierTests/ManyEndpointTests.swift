import CallbackNotifier
import DepositCore
import DepositStore
import DepositTestKit
import Foundation
import Synchronization
import Testing

/// A hundred endpoints over real sockets, ten of which do what bad ones do.
@Suite(.alone, .timeLimit(.minutes(5))) struct ManyEndpointTests {
    private static let healthy = 90
    private static let rounds = 3

    @Test func `ten dead, hanging or redirecting endpoints slow neither the other ninety nor the scanner`()
        async throws
    {
        let clock = ManualClock()
        let dead = ReservedPort()
        let hanging = SocketServer { $0.untilGone() }
        let redirecting = SocketServer(
            answering: SocketServer.answer("", status: "307 Elsewhere", headers: "Location: /elsewhere\r\n"))
        defer {
            hanging.stop()
            redirecting.stop()
        }
        let bad = (0..<10).map { [dead.url, hanging.url, redirecting.url][$0 % 3] + "/\($0)" }
        let receiver = RecordingReceiver(secrets: [try Secret(secret)], now: { clock.now })
        try await receiver.serving { url in
            let good = (0..<Self.healthy).map { "\(url)/\($0)" }
            let quiet = try await Desk(good, clock: clock)
            let alone = try await quiet.rounds(Self.rounds, of: Self.healthy)
            await quiet.close()
            let beside = try await Desk(good + bad, clock: clock)
            try Self.compare(alone, try await beside.rounds(Self.rounds, of: Self.healthy))
            for index in Self.healthy..<100 {
                #expect(try await beside.waiting("endpoint-\(index)") == Self.rounds * Desk.blocks)
            }
            await beside.close()
        }
        #expect(receiver.received.count == 2 * Self.healthy * Self.rounds * Desk.blocks)
        #expect(receiver.refusedSignatures == 0)
    }

    /// The usual round alone, for in the first the connections are made; the best beside the ten, for on a busy machine
    /// threads wait for a core.
    private static func compare(_ alone: [Round], _ together: [Round]) throws {
        let measures: [(String, KeyPath<Round, Duration>)] = [
            ("the ninety's p99", \.delivered), ("a block's commit", \.committed),
        ]
        for (what, time) in measures {
            let usual = alone.map { $0[keyPath: time] }.sorted()[rounds / 2]
            let best = try #require(together.map { $0[keyPath: time] }.min())
            print("\(what): \(usual) alone, \(best) beside ten bad ones")
            #expect(best <= max(usual * 2, .milliseconds(40)), "\(what)")
        }
    }
}

/// How long things took in some blocks.
private struct Round {
    /// From the beginning of a block's commit to an endpoint's yes: of a hundred the ninety-ninth.
    let delivered: Duration
    /// The median.
    let committed: Duration
}

/// A store in a file, and a notifier for so many endpoints.
private final class Desk {
    static let blocks = 5

    let notifier: Notifier
    private var outbox: Outbox
    private let file = StoreFile()
    private let clock: ManualClock
    private let answers = CountedAnswers()

    init(_ urls: [String], clock: ManualClock) async throws {
        self.clock = clock
        outbox = try await Outbox(.file(file.path))
        let callbacks = try urls.enumerated().map {
            try callback("endpoint-\($0)", $1, events: [.depositDetected])
        }
        notifier = try await Notifier(callbacks, store: outbox.store, clock: clock) { [answers, clock] in
            CountingSink(sink: $0.sink(clock: clock), answers: answers)
        }
    }

    /// - Parameter endpoints: how many of them are good.
    func rounds(_ count: Int, of endpoints: Int) async throws -> [Round] {
        var rounds: [Round] = []
        try await delivering(notifier) {
            for _ in 0..<count { rounds.append(try await round(of: endpoints)) }
        }
        return rounds
    }

    /// Blocks of one deposit each: the next one when all good endpoints have taken it. Every rest of a bad one ends in
    /// between, so that it is tried again.
    private func round(of endpoints: Int) async throws -> Round {
        var (deliveries, commits): ([Duration], [Duration]) = ([], [])
        for _ in 0..<Self.blocks {
            clock.advance(3_600)
            let start = ContinuousClock.now
            try await outbox.connect(deposits: 1, at: clock.now)
            commits.append(start.duration(to: .now))
            notifier.wake()
            deliveries += await answers.next(endpoints).map { start.duration(to: $0) }
        }
        return Round(
            delivered: deliveries.sorted()[deliveries.count * 99 / 100],
            committed: commits.sorted()[commits.count / 2])
    }

    func waiting(_ endpoint: String) async throws -> Int {
        try await outbox.store.waiting(endpoint)
    }

    func close() async {
        await outbox.store.close()
        file.remove()
    }
}
