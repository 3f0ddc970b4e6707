public import DepositCore

/// A callback as people see it. Nothing of it is secret.
public struct CallbackCard: Hashable, Sendable {
    public enum Origin: String, Hashable, Sendable {
        case configuration, api
    }

    public let name: String
    public let origin: Origin
    /// Where events go, without a query.
    public let endpoint: String
    public let filter: EventFilter
    /// `whpk_…`: what its receiver checks `v1a` signatures with, the newest first.
    public var publicKeys: [String] = []
    /// The names of those it has beside ours.
    public var headers: [String] = []
    /// How it is sent to; nil while that cannot be read.
    public var pace: Pace?
    /// Whether the old secret still signs beside the new one.
    public var isRotating = false
    /// Why nothing can be signed for it; nil where that can be.
    public var lock: String?

    /// Seconds.
    public struct Pace: Hashable, Sendable {
        public let timeout: Int
        public let concurrency: Int
        public let schedule: [Int64]
        public let pauseAfter: Int64

        public init(timeout: Int, concurrency: Int, schedule: [Int64], pauseAfter: Int64) {
            self.timeout = timeout
            self.concurrency = concurrency
            self.schedule = schedule
            self.pauseAfter = pauseAfter
        }
    }

    public init(name: String, origin: Origin, endpoint: String, filter: EventFilter = EventFilter()) {
        self.name = name
        self.origin = origin
        self.endpoint = endpoint
        self.filter = filter
    }
}
