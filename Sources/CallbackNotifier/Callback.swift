public import DepositCore
internal import DepositStore

/// One callback as the operator has configured it.
public struct Callback: Sendable {
    public let name: String
    public let endpoint: Endpoint
    /// Each of them signs; several while they are rotated.
    public let secrets: [Secret]
    /// Nil: all.
    public let events: Set<EventType>?
    public let schedule: Schedule
    /// How long one attempt may take, in seconds.
    public let timeout: Int
    /// How many deposits' events may be on their way at once.
    public let concurrency: Int
    /// How long its endpoint may take nothing before it is paused, in seconds.
    public let pauseAfter: Int64

    /// - Precondition: there is a secret: nothing goes out unsigned.
    public init(
        name: String, endpoint: Endpoint, secrets: [Secret], events: Set<EventType>? = nil,
        schedule: Schedule = .standard, timeout: Int = 15, concurrency: Int = 8,
        pauseAfter: Int64 = 5 * 86_400
    ) {
        precondition(!secrets.isEmpty && timeout > 0 && concurrency > 0)
        self.name = name
        self.endpoint = endpoint
        self.secrets = secrets
        self.events = events
        self.schedule = schedule
        self.timeout = timeout
        self.concurrency = concurrency
        self.pauseAfter = pauseAfter
    }

    var rules: HealthRules { HealthRules(concurrency: concurrency, pauseAfter: pauseAfter) }
}
