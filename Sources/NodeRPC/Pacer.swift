/// Holds requests back so that no more than a number of them start in each second.
actor Pacer {
    private let interval: Duration
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Duration
    private var nextFree: Duration = .zero

    init(requestsPerSecond: Int) {
        let clock = ContinuousClock()
        let start = clock.now
        self.init(requestsPerSecond: requestsPerSecond, clock: clock) { start.duration(to: clock.now) }
    }

    init(requestsPerSecond: Int, clock: any Clock<Duration>, now: @escaping @Sendable () -> Duration) {
        interval = .seconds(1) / max(1, requestsPerSecond)
        self.clock = clock
        self.now = now
    }

    /// Waits for this request's turn. Turns are given in the order of asking.
    func turn(for requests: Int) async throws(CancellationError) {
        let start = max(now(), nextFree)
        nextFree = start + interval * requests
        let wait = start - now()
        guard wait > .zero else { return }
        do { try await clock.sleep(for: wait) } catch { throw CancellationError() }
    }
}
