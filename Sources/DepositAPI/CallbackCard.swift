public import DepositCore

/// A configured callback as people see it. Nothing of it is secret.
public struct CallbackCard: Hashable, Sendable {
    public let name: String
    /// Where events go, without a query.
    public let endpoint: String
    /// Nil: all.
    public let events: Set<EventType>?

    public init(name: String, endpoint: String, events: Set<EventType>? = nil) {
        self.name = name
        self.endpoint = endpoint
        self.events = events
    }
}
