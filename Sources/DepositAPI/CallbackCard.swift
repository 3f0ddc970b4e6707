public import DepositCore

/// A configured callback as people see it. Nothing of it is secret.
public struct CallbackCard: Hashable, Sendable {
    public let name: String
    /// Where events go, without a query.
    public let endpoint: String
    public let filter: EventFilter
    /// `whpk_…`: what its receiver checks `v1a` signatures with, the newest first.
    public let publicKeys: [String]

    public init(
        name: String, endpoint: String, filter: EventFilter = EventFilter(), publicKeys: [String] = []
    ) {
        self.name = name
        self.endpoint = endpoint
        self.filter = filter
        self.publicKeys = publicKeys
    }
}
