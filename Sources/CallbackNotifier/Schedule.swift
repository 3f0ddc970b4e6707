internal import DepositCore

/// How long to wait before each attempt of a delivery. After the last one it is exhausted.
public struct Schedule: Hashable, Sendable {
    /// Seconds before the first, second, third … attempt.
    public let delays: [Int64]

    /// Ten attempts over three days.
    public static let standard = Schedule([0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400])

    /// - Precondition: there is at least one attempt. The first is made at once, whatever its delay says.
    public init(_ delays: [Int64]) {
        precondition(!delays.isEmpty && delays.allSatisfy { $0 >= 0 })
        self.delays = delays
    }

    /// The longest wait: what a receiver may ask for with `Retry-After` is capped at it.
    var longest: Int64 { delays.max() ?? 0 }

    /// When to try again after a failure; nil when that was the last attempt.
    ///
    /// Up to a fifth is added, so that what failed together does not come back together. It is taken from the
    /// delivery and the attempt, not from chance: the same failure waits the same time.
    ///
    /// - Parameters:
    ///   - attempts: how many were made, the failed one included.
    ///   - retryAfter: seconds that the receiver asked for.
    func next(
        after attempts: Int, of delivery: Int64, at now: Timestamp, retryAfter: Int64? = nil
    ) -> Timestamp? {
        guard attempts < delays.count else { return nil }
        let delay = delays[attempts]
        let jitter = delay * Int64(Self.mix(UInt64(bitPattern: delivery), UInt64(attempts)) % 201) / 1_000
        let asked = min(retryAfter ?? 0, longest)
        return Timestamp(seconds: now.seconds + max(delay + jitter, asked))
    }

    /// Spreads two numbers over all of 64 bits (SplitMix64's finalizer).
    private static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
        var value = left &* 0x9e37_79b9_7f4a_7c15 &+ right
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}
