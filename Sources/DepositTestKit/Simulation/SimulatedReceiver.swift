internal import CallbackNotifier
internal import Foundation
internal import NodeRPC
internal import Synchronization

/// A callback's receiver, with a ledger that outlives the daemon, and what it complains about.
final class SimulatedReceiver: Sink {
    enum Mood: CaseIterable, Sendable {
        case good
        case refusing
        /// One event in two.
        case shaky
        case timingOut
        /// Answers nothing for as long as it is waited for.
        case hanging
        /// Takes an event and dies before it says so.
        case mute
        /// Says yes and dies before it has stored the event.
        case forgetful
    }

    struct Ledger: Sendable {
        /// Bodies by event id.
        var taken: [String: String] = [:]
        /// Said yes to, and lost.
        var forgotten: Set<String> = []
        /// The highest sequence that each deposit's line is past.
        var passed: [String: UInt64] = [:]
        /// Attempts that were not answered with yes, by event id.
        var refusals: [String: Int] = [:]
        /// By event id: every attempt has the same bytes.
        var bodies: [String: String] = [:]
        var complaints: [String] = []
        /// Operators send old events again: order is promised no more.
        var isReplaying = false
    }

    let name: String
    private let seed: UInt64
    /// How many attempts a delivery has before it is given up.
    private let attempts: Int
    private let state: Mutex<(mood: Mood, ledger: Ledger)> = Mutex((.good, Ledger()))

    init(name: String, seed: UInt64, attempts: Int) {
        self.name = name
        self.attempts = attempts
        self.seed = seed
    }

    var mood: Mood { state.withLock { $0.mood } }
    var ledger: Ledger { state.withLock { $0.ledger } }

    func feel(_ mood: Mood) {
        state.withLock { $0.mood = mood }
    }

    func expectReplays() {
        state.withLock { $0.ledger.isReplaying = true }
    }

    func send(_ request: SignedRequest, on departure: Departure?) async -> SinkOutcome {
        guard await departure?.opens() ?? true else { return .cancelled }
        let body = String(decoding: request.body, as: UTF8.self)
        let mood = state.withLock { state in
            state.ledger.check(request.id, body)
            return state.mood
        }
        switch mood {
        case .good: return take(request.id, body)
        case .shaky where SeededRandom.hash(seed, request.id) % 2 == 0: return take(request.id, body)
        case .refusing, .shaky:
            refuse(request.id, body)
            return .refused(status: 503, excerpt: "later", retryAfter: nil)
        case .timingOut:
            refuse(request.id, body)
            return .failed("timed out after 15 s")
        case .hanging:
            let (stream, _) = AsyncStream<Never>.makeStream()
            for await _ in stream {}
            return .cancelled
        case .mute:
            state.withLock { $0.ledger.store(request.id, body) }
            refuse(request.id, body)
            return .failed("the connection was closed")
        case .forgetful:
            state.withLock { state in
                if state.ledger.taken[request.id] == nil { state.ledger.forgotten.insert(request.id) }
                state.ledger.pass(body)
            }
            return .accepted(status: 200, excerpt: "")
        }
    }

    /// The last refusal ends a delivery: those behind it may come.
    private func refuse(_ id: String, _ body: String) {
        state.withLock { state in
            state.ledger.refusals[id, default: 0] += 1
            if state.ledger.refusals[id, default: 0] % attempts == 0 { state.ledger.pass(body) }
        }
    }

    private func take(_ id: String, _ body: String) -> SinkOutcome {
        state.withLock { state in
            state.ledger.store(id, body)
            state.ledger.pass(body)
        }
        return .accepted(status: 204, excerpt: "")
    }
}

extension SimulatedReceiver.Ledger {
    /// The same bytes for the same id, and no event of a deposit before all below it were taken or given up.
    fileprivate mutating func check(_ id: String, _ body: String) {
        if let before = bodies[id], before != body { complaints.append("P5: \(id) came with other bytes") }
        bodies[id] = body
        guard !isReplaying, let event = try? ToldEvent(id: id, body: body), let deposit = event.deposit else {
            return
        }
        let passed = passed[deposit] ?? 0
        if event.sequence > passed + 1 {
            complaints.append(
                "P6: event \(event.sequence) of \(deposit) came when \(passed) was the last one")
        }
    }

    fileprivate mutating func store(_ id: String, _ body: String) {
        taken[id] = body
        forgotten.remove(id)
    }

    fileprivate mutating func pass(_ body: String) {
        guard let event = try? ToldEvent(id: "", body: body), let deposit = event.deposit else { return }
        passed[deposit] = max(passed[deposit] ?? 0, event.sequence)
    }
}
