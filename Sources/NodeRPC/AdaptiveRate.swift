/// Calls that a node is asked a second: what the operator allows, half as many after it has refused for their number,
/// and bit by bit more again while it does not. Pure: time is handed in.
struct AdaptiveRate: Sendable {
    /// What the operator allows; nil: any number.
    let limit: Int?
    /// Nil while the node is asked as often as there is something to ask.
    private(set) var perSecond: Int?

    /// Quiet seconds before a little more is tried.
    private static let quiet: Duration = .seconds(5)
    /// Steps from the rate that was refused halfway down back up to it.
    private static let steps = 10

    private var changedAt: Duration = .zero
    private var loweredAt: Duration?
    private var step = 1
    /// Above this, a node without an operator's limit is not held back any more.
    private var goal = Int.max
    private var meter = Meter()

    init(limit: Int?) {
        self.limit = limit.map { max(1, $0) }
        perSecond = self.limit
    }

    /// What the node is held to for having refused more; nil while it has what the operator allows.
    var held: Int? { perSecond == limit ? nil : perSecond }

    mutating func ask(_ calls: Int, at now: Duration) {
        meter.count(calls, at: now)
    }

    /// The node has refused a request for its rate. Requests that were on their way together count once.
    mutating func refuse(askedAt start: Duration, now: Duration) {
        if let loweredAt, start <= loweredAt { return }
        let refused = perSecond ?? meter.perSecond
        perSecond = max(1, refused / 2)
        step = max(1, refused / 2 / Self.steps)
        goal = 2 * refused
        loweredAt = now
        changedAt = now
    }

    mutating func answer(at now: Duration) {
        guard let held, now - changedAt >= Self.quiet else { return }
        changedAt = now
        let more = held + step
        if let limit { perSecond = min(limit, more) } else { perSecond = more > goal ? nil : more }
    }
}

/// Calls of the second that runs and of the one before: what is asked of a node that nothing holds back.
private struct Meter: Sendable {
    private var second: Int64 = 0
    private var calls = 0
    private var before = 0

    var perSecond: Int { max(calls, before, 1) }

    mutating func count(_ more: Int, at now: Duration) {
        let (second, _) = now.components
        if second != self.second {
            before = second == self.second + 1 ? calls : 0
            (self.second, calls) = (second, 0)
        }
        calls += more
    }
}
