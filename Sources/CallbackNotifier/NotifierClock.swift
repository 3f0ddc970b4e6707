public import DepositCore
internal import Foundation

/// The notifier's only source of time.
public protocol NotifierClock: Sendable {
    var now: Timestamp { get }
    /// Milliseconds since some fixed moment, never set back: to measure an attempt by.
    var uptime: Int64 { get }
    /// Returns at `moment` or a little later, at once when it has passed; throws when the task is cancelled.
    func sleep(until moment: Timestamp) async throws
    /// Returns a few milliseconds later at most: what happens meanwhile is dealt with together.
    func linger() async
}

extension NotifierClock {
    /// At once, as by a clock that moves only when it is told to.
    public func linger() async {}
}

public struct WallClock: NotifierClock {
    private let origin = ContinuousClock.now

    public init() {}

    public var now: Timestamp { Timestamp(seconds: Int64(Date().timeIntervalSince1970)) }

    public var uptime: Int64 {
        let (seconds, attoseconds) = (ContinuousClock.now - origin).components
        return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
    }

    public func linger() async {
        try? await Task.sleep(for: .milliseconds(2))
    }

    public func sleep(until moment: Timestamp) async throws {
        // In short naps, for the wall clock may be set while we sleep.
        while now < moment {
            let left = min(moment.seconds - now.seconds, 60)
            try await Task.sleep(for: .milliseconds(left > 1 ? left * 1_000 - 500 : 100))
        }
    }
}
