@testable internal import NodeRPC
internal import Testing

@Suite struct PacerTests {
    private let clock = ObedientClock()

    private func pacer(_ perSecond: Int) -> Pacer {
        Pacer(callsPerSecond: perSecond, clock: clock) { [clock] in clock.now.time }
    }

    @Test func `requests start an interval apart`() async throws {
        let pacer = pacer(4)
        var starts: [Duration] = []
        for _ in 0..<5 {
            _ = try await pacer.turn(for: 1)
            starts.append(clock.now.time)
        }
        #expect(starts == [0, 250, 500, 750, 1_000].map { .milliseconds($0) })
    }

    @Test func `a batch takes the time of all its calls from whoever comes next`() async throws {
        let pacer = pacer(10)
        _ = try await pacer.turn(for: 25)
        #expect(clock.now.time == .zero)
        _ = try await pacer.turn(for: 1)
        #expect(clock.now.time == .milliseconds(2_500))
        _ = try await pacer.turn(for: 1)
        #expect(clock.now.time == .milliseconds(2_600))
    }

    @Test func `time that went by unused is not saved up`() async throws {
        let pacer = pacer(1)
        _ = try await pacer.turn(for: 1)
        clock.advance(by: .seconds(60))
        _ = try await pacer.turn(for: 1)
        #expect(clock.now.time == .seconds(60))
        _ = try await pacer.turn(for: 1)
        #expect(clock.now.time == .seconds(61))
    }

    @Test func `nobody waits for a turn that is no longer wanted`() async throws {
        let pacer = pacer(1)
        _ = try await pacer.turn(for: 1)
        let waiting = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            _ = try await pacer.turn(for: 1)
        }
        await #expect(throws: CancellationError.self) { try await waiting.value }
        #expect(clock.now.time == .zero)
    }

    @Test func `nobody waits where nothing holds the node back`() async throws {
        let pacer = Pacer(callsPerSecond: nil, clock: clock) { [clock] in clock.now.time }
        for _ in 0..<1_000 { _ = try await pacer.turn(for: 100) }
        #expect(clock.now.time == .zero)
    }

    @Test func `a rate of nothing is one a second, and no division by zero`() async throws {
        let pacer = pacer(0)
        _ = try await pacer.turn(for: 1)
        _ = try await pacer.turn(for: 1)
        #expect(clock.now.time == .seconds(1))
    }
}
