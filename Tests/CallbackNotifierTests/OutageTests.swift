import CallbackNotifier
import DepositCore
import DepositStore
import DepositTestKit
import Foundation
import Synchronization
import Testing

/// The worst day of a receiver, with the real notifier, a store in a file, and sockets; the hours go by on a clock of
/// their own.
@Suite(.alone, .timeLimit(.minutes(5))) struct OutageTests {
    private static let start: Int64 = 1_700_000_000
    private static let minutes = 10
    private static let depositsAMinute = 500
    private static let events = 2 * minutes * depositsAMinute
    private static let forgotten = 200

    private let clock = SteppedClock(Timestamp(seconds: start + Int64(minutes) * 60))
    private let port = ReservedPort()
    private let books = Books()

    @Test func `a receiver down for an hour, then slow, resetting and forgetful, gets everything in order`()
        async throws
    {
        let file = StoreFile()
        defer { file.remove() }
        var outbox = try await Outbox(.file(file.path))
        let store = outbox.store
        let notifier = try await Notifier([callback("ledger", port.url)], store: store, clock: clock)
        for minute in 0..<Self.minutes {
            let now = Timestamp(seconds: Self.start + Int64(minute) * 60)
            try await outbox.confirm(deposits: Self.depositsAMinute, at: now)
        }
        try await delivering(notifier) {
            await isDown(for: 3_600)
            try #require(try await store.waiting() == Self.events)
            #expect(books.arrivals.isEmpty)

            try await receiver().serving { _ in
                await clock.running { await books.wait { $0.forgotten.count == Self.forgotten } }
                await isDown(for: 600)
                books.start()
                await clock.running { await books.wait { $0.taken.count == Self.events - Self.forgotten } }
                try await catchUp(store, notifier)
            }
        }
        await store.close()
    }

    /// The feed shows a receiver what it lacks: all of it was committed in the first minute, and its operator asks for
    /// that once more.
    private func catchUp(_ store: Store, _ notifier: Notifier) async throws {
        let feed = try await store.events(after: nil, limit: 100_000).items
        let bodies = Dictionary(uniqueKeysWithValues: feed.map { ($0.id.text, $0.body) })
        #expect(Set(bodies.keys).subtracting(books.taken.keys) == books.forgotten)
        var lost = DeliveryFilter(callback: "ledger")
        lost.to = Timestamp(seconds: Self.start + 60)
        _ = try await store.replay(lost, perSecond: 10_000, now: clock.now)
        notifier.wake()
        await clock.running { await books.wait { $0.taken.count == Self.events } }
        try await eventually { try await store.waiting() == 0 }

        #expect(books.taken == bodies)
        #expect(books.arrivals.allSatisfy { bodies[$0.id] == $0.body })
        #expect(books.sequences.count == Self.events / 2)
        #expect(books.sequences.values.allSatisfy { $0 == ["1", "2"] })
        #expect(try await store.backlog(of: "ledger").exhausted == 0)
    }

    /// Time goes by while nobody takes anything: at every step the notifier has tried what it wanted to try.
    private func isDown(for seconds: Int64) async {
        let end = clock.now.seconds + seconds
        while clock.now.seconds < end { await clock.step() }
    }

    private func receiver() throws -> RecordingReceiver {
        RecordingReceiver(secrets: [try Secret(secret)], port: port.number, now: { [clock] in clock.now }) {
            [books, clock] in
            let mood = books.arrive($0)
            if mood == .slow { try? await clock.sleep(milliseconds: 10_000) }
            return books.judge($0, mood)
        }
    }
}

/// What a receiver does with a request.
private enum Mood {
    case well, slow, reset
    /// Says yes, and dies before it has stored anything.
    case forget

    /// Until it is started again: by the number of requests that came before.
    init(_ request: Int) {
        self =
            switch request {
            case 0..<60: .slow
            case 60..<72: .reset
            case 72..<272: .forget
            default: .reset
            }
    }
}

/// What has come to a receiver, and what it has stored.
private final class Books: Sendable {
    struct Content {
        /// Every request, in order.
        var arrivals: [RecordingReceiver.Received] = []
        /// Bodies by the event's id.
        var taken: [String: String] = [:]
        /// Said yes to, and not stored.
        var forgotten: Set<String> = []
    }

    private struct State {
        var content = Content()
        var isBack = false
        var waiting: (isEnough: @Sendable (Content) -> Bool, wake: CheckedContinuation<Void, Never>)?
    }

    private let state = Mutex(State())

    var arrivals: [RecordingReceiver.Received] { state.withLock { $0.content.arrivals } }
    var taken: [String: String] { state.withLock { $0.content.taken } }
    var forgotten: Set<String> { state.withLock { $0.content.forgotten } }

    /// The receiver is started again, and well.
    func start() {
        state.withLock { $0.isBack = true }
    }

    /// - Returns: what becomes of the request.
    func arrive(_ request: RecordingReceiver.Received) -> Mood {
        state.withLock { state in
            defer { state.content.arrivals.append(request) }
            return state.isBack ? .well : Mood(state.content.arrivals.count)
        }
    }

    func judge(_ request: RecordingReceiver.Received, _ mood: Mood) -> RecordingReceiver.Answer {
        if mood == .reset { return .reset }
        let wake = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if mood == .forget {
                state.content.forgotten.insert(request.id)
            } else {
                state.content.taken[request.id] = request.body
            }
            guard let waiting = state.waiting, waiting.isEnough(state.content) else { return nil }
            state.waiting = nil
            return waiting.wake
        }
        wake?.resume()
        return mood == .forget ? .forget : 204
    }

    func wait(until isEnough: @escaping @Sendable (Content) -> Bool) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if isEnough(state.content) { return true }
                state.waiting = (isEnough, continuation)
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    /// Of each deposit, in the order in which its events came first.
    var sequences: [Substring: [Substring]] {
        var seen: Set<String> = []
        var sequences: [Substring: [Substring]] = [:]
        for arrival in arrivals where seen.insert(arrival.id).inserted {
            let facts = arrival.body.split(separator: "\"", maxSplits: 17)
            // {"type":"…","timestamp":"…","data":{"id":"dep_…","sequence":1, …
            sequences[facts[13], default: []].append(facts[16].dropFirst().prefix { $0 != "," })
        }
        return sequences
    }
}
