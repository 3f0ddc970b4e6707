import CallbackNotifier
import DepositCore
import DepositStore
import NodeRPC
import Synchronization
import Testing

/// Time that moves only when a test says so.
final class ManualClock: NotifierClock {
    private struct State {
        var now = Timestamp(seconds: 1_700_000_000)
        var sleepers: [Int: (until: Timestamp, CheckedContinuation<Void, any Error>)] = [:]
        var next = 0
    }

    private let state = Mutex(State())
    private let lingering: Gate?

    /// - Parameter lingering: until when an answer waits for the next ones; without one it does not.
    init(lingering: Gate? = nil) {
        self.lingering = lingering
    }

    var now: Timestamp { state.withLock { $0.now } }
    var uptime: Int64 { now.seconds * 1_000 }

    func advance(_ seconds: Int64) {
        let awake = state.withLock { state in
            state.now = Timestamp(seconds: state.now.seconds + seconds)
            let due = state.sleepers.filter { $0.value.until <= state.now }
            for key in due.keys { state.sleepers[key] = nil }
            return due.values.map(\.1)
        }
        for sleeper in awake { sleeper.resume() }
    }

    func linger() async { await lingering?.pass() }

    func sleep(until moment: Timestamp) async throws {
        let key = state.withLock { state in
            state.next += 1
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isOver: Result<Void, any Error>? = state.withLock { state in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if moment <= state.now { return .success(()) }
                    state.sleepers[key] = (moment, continuation)
                    return nil
                }
                if let isOver { continuation.resume(with: isOver) }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: key) }?.1.resume(throwing: CancellationError())
        }
    }
}

/// A receiver that keeps what it gets and answers as it is told.
final class ScriptedSink: Sink {
    private let requests = Mutex<[SignedRequest]>([])
    private let answer: @Sendable (SignedRequest, Int) async -> SinkOutcome

    /// - Parameter answer: gets the request and how often its id has been seen before.
    init(_ answer: @escaping @Sendable (SignedRequest, Int) async -> SinkOutcome = { _, _ in .yes }) {
        self.answer = answer
    }

    var received: [SignedRequest] { requests.withLock { $0 } }

    func forget() { requests.withLock { $0 = [] } }

    func send(_ request: SignedRequest, on departure: Departure?) async -> SinkOutcome {
        guard await departure?.opens() ?? true else { return .cancelled }
        let seen = requests.withLock { requests in
            defer { requests.append(request) }
            return requests.count { $0.id == request.id }
        }
        return await answer(request, seen)
    }
}

extension SinkOutcome {
    static let yes = SinkOutcome.accepted(status: 200, excerpt: "ok")
    static let no = SinkOutcome.refused(status: 500, excerpt: "no", retryAfter: nil)
}

/// Closed until it is opened.
final class Gate: Sendable {
    private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

    func open() {
        let waiting = state.withLock { state in
            defer { state = (true, []) }
            return state.waiting
        }
        for one in waiting { one.resume() }
    }

    /// Also returns when its task is cancelled.
    func pass() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOpen = state.withLock { state in
                    if !state.isOpen, !Task.isCancelled { state.waiting.append(continuation) }
                    return state.isOpen || Task.isCancelled
                }
                if isOpen { continuation.resume() }
            }
        } onCancel: {
            open()
        }
    }
}

/// Waits, without a clock, for something that other tasks bring about.
func eventually(_ condition: () async throws -> Bool) async throws {
    while try await !condition() {
        try Task.checkCancellation()
        await Task.yield()
    }
}

let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

func callback(
    _ name: String = "ledger", _ url: String = "https://ledger.example/", events: Set<EventType>? = nil,
    schedule: Schedule = .standard, timeout: Int = 15, concurrency: Int = 8
) throws -> Callback {
    var callback = Callback(name: name, endpoint: try Endpoint(url), secrets: [try Secret(secret)])
    callback.filter.types = events
    (callback.schedule, callback.timeout, callback.concurrency) = (schedule, timeout, concurrency)
    return callback
}

/// Runs a notifier while `body` does, and then stops it.
func delivering(_ notifier: Notifier, _ body: () async throws -> Void) async throws {
    let running = Task { try await notifier.run() }
    do {
        try await body()
    } catch {
        running.cancel()
        throw error
    }
    running.cancel()
    try await running.value
}
