public import DepositCore

/// What an answer says of the endpoint that gave it, beside what it means for its delivery.
public enum EndpointSign: Hashable, Sendable {
    /// It takes events.
    case well
    /// It did not take one, or did not answer.
    case failing
    /// It is under load, and may have said for how many seconds it wants to be left alone.
    case busy(seconds: Int64?)
    /// It wants no more events.
    case gone
}

/// When an endpoint is spared, and when it is given up until an operator looks at it.
public struct HealthRules: Hashable, Sendable {
    /// How many may be on their way to it at once while it is well.
    public var concurrency: Int
    /// So many failures without a yes between them, and it is spared.
    public var patience: Int
    /// Seconds without a yes after which nothing more is sent.
    public var pauseAfter: Int64

    public init(concurrency: Int = 8, patience: Int = 5, pauseAfter: Int64 = 5 * 86_400) {
        self.concurrency = concurrency
        self.patience = patience
        self.pauseAfter = pauseAfter
    }
}

/// How a callback's endpoint is doing, and what may be sent to it: a circuit breaker that a restart does not forget.
///
/// An endpoint that fails rests for a second, then two, four … five minutes. After a rest one event goes out to try it,
/// and with every yes twice as many as before. What waits meanwhile does not use up its schedule.
public struct CallbackHealth: Hashable, Sendable {
    public struct Pause: Hashable, Sendable {
        public let reason: String
        public let since: Timestamp
    }

    /// Attempts that failed since the last yes.
    var failures = 0
    /// When the first of those was.
    public internal(set) var failingSince: Timestamp?
    /// Rests since the last yes that came outside of one.
    var rests = 0
    /// Nothing is sent before.
    public internal(set) var restsUntil: Timestamp?
    /// How many may be on their way at once; nil: as many as are configured.
    public internal(set) var width: Int?
    /// Nothing is sent until an operator says so.
    public internal(set) var pause: Pause?

    /// All is well.
    public init() {}

    private static let longestRest: Int64 = 300
    /// A receiver may ask for a longer one, but not for any.
    private static let longestWish: Int64 = 3_600

    /// One that would last longer than any rest may was begun before the clock was set back: it is over.
    public func isResting(at now: Timestamp) -> Bool {
        restsUntil.map { now < $0 && $0.seconds - now.seconds <= Self.longestWish } ?? false
    }

    /// It is neither paused nor spared.
    public func isWell(at now: Timestamp) -> Bool {
        pause == nil && width == nil && !isResting(at: now)
    }

    mutating func note(_ sign: EndpointSign, under rules: HealthRules, at now: Timestamp) {
        if sign == .well { return noteYes(under: rules, at: now) }
        failures += 1
        let since = failingSince ?? now
        failingSince = since
        switch sign {
        case .well: break
        case .gone: pause(because: "it answered 410: it wants no more events", at: now)
        case .busy(let seconds):
            if !isResting(at: now) { width = max(1, (width ?? rules.concurrency) / 2) }
            rest(at: now, wish: seconds ?? 0)
        case .failing where failures >= rules.patience && !isResting(at: now):
            width = 1
            rest(at: now)
        case .failing: break
        }
        if failures >= rules.patience, now.seconds - since.seconds >= rules.pauseAfter {
            pause(because: "it has taken nothing since \(since)", at: now)
        }
    }

    mutating func pause(because reason: String, at now: Timestamp) {
        if pause == nil { pause = Pause(reason: reason, since: now) }
    }

    /// A yes to what was sent before a rest began does not end it.
    private mutating func noteYes(under rules: HealthRules, at now: Timestamp) {
        (failures, failingSince) = (0, nil)
        if isResting(at: now) { return }
        (rests, restsUntil) = (0, nil)
        width = width.flatMap { $0 * 2 < rules.concurrency ? $0 * 2 : nil }
    }

    /// Answers to what was on its way when a rest began may make it longer; they are no rest of their own.
    private mutating func rest(at now: Timestamp, wish: Int64 = 0) {
        var seconds = min(wish, Self.longestWish)
        if !isResting(at: now) {
            seconds = max(seconds, min(1 << min(rests, 20), Self.longestRest))
            rests += 1
        }
        restsUntil = max(restsUntil ?? now, Timestamp(seconds: now.seconds + seconds))
    }
}
