@testable internal import NodeRPC
internal import Synchronization
internal import Testing

/// A clock that is always right on time: whoever sleeps moves it to where they want to wake.
private final class ObedientClock: Clock {
    struct Instant: InstantProtocol {
        var time: Duration
        func advanced(by duration: Duration) -> Instant { Instant(time: time + duration) }
        func duration(to other: Instant) -> Duration { other.time - time }
        static func < (left: Instant, right: Instant) -> Bool { left.time < right.time }
    }

    private let time = Mutex(Duration.zero)
    var now: Instant { Instant(time: time.withLock { $0 }) }
    var minimumResolution: Duration { .nanoseconds(1) }

    func advance(by duration: Duration) { time.withLock { $0 += duration } }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        time.withLock { $0 = max($0, deadline.time) }
    }
}

@Suite struct PacerTests {
    private let clock = ObedientClock()

    private func pacer(_ perSecond: Int) -> Pacer {
        Pacer(requestsPerSecond: perSecond, clock: clock) { [clock] in clock.now.time }
    }

    @Test func `requests start an interval apart`() async throws {
        let pacer = pacer(4)
        var starts: [Duration] = []
        for _ in 0..<5 {
            try await pacer.turn(for: 1)
            starts.append(clock.now.time)
        }
        #expect(starts == [0, 250, 500, 750, 1_000].map { .milliseconds($0) })
    }

    @Test func `a batch takes the time of all its calls from whoever comes next`() async throws {
        let pacer = pacer(10)
        try await pacer.turn(for: 25)
        #expect(clock.now.time == .zero)
        try await pacer.turn(for: 1)
        #expect(clock.now.time == .milliseconds(2_500))
        try await pacer.turn(for: 1)
        #expect(clock.now.time == .milliseconds(2_600))
    }

    @Test func `time that went by unused is not saved up`() async throws {
        let pacer = pacer(1)
        try await pacer.turn(for: 1)
        clock.advance(by: .seconds(60))
        try await pacer.turn(for: 1)
        #expect(clock.now.time == .seconds(60))
        try await pacer.turn(for: 1)
        #expect(clock.now.time == .seconds(61))
    }

    @Test func `nobody waits for a turn that is no longer wanted`() async throws {
        let pacer = pacer(1)
        try await pacer.turn(for: 1)
        let waiting = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await pacer.turn(for: 1)
        }
        await #expect(throws: CancellationError.self) { try await waiting.value }
        #expect(clock.now.time == .zero)
    }

    @Test func `a rate of nothing is one a second, and no division by zero`() async throws {
        let pacer = pacer(0)
        try await pacer.turn(for: 1)
        try await pacer.turn(for: 1)
        #expect(clock.now.time == .seconds(1))
    }
}
