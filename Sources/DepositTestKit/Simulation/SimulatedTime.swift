internal import CallbackNotifier
internal import DepositCore
internal import DepositEngine
internal import Synchronization

/// The one clock of a simulated world. It moves when the world says so.
final class SimulatedTime: Sendable {
    private let seconds = Mutex<Int64>(1_800_000_000)

    var now: Timestamp { Timestamp(seconds: seconds.withLock { $0 }) }

    func pass(_ seconds: Int64) {
        self.seconds.withLock { $0 += seconds }
    }
}

/// For the notifier: while it delivers no time passes, so that what is not due now is due in a later delivery.
struct DeliveryClock: NotifierClock {
    let time: SimulatedTime

    var now: Timestamp { time.now }
    var uptime: Int64 { 0 }

    func sleep(until moment: Timestamp) async throws {
        guard time.now < moment else { return }
        let (stream, _) = AsyncStream<Never>.makeStream()
        for await _ in stream {}
        try Task.checkCancellation()
    }
}

/// For the watcher: a pause is the world's turn.
struct WatcherClock: EngineClock {
    let process: SimulatedProcess

    var now: Timestamp { process.time.now }

    func sleep(milliseconds: Int) async throws {
        try await process.rest(milliseconds)
    }
}
