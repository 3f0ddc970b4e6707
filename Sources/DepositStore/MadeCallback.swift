public import DepositCore

/// A callback that was made through the API, as it is kept. What is secret of it is sealed: the store cannot read it.
public struct MadeCallback: Hashable, Sendable {
    public let name: String
    public var url: String
    public var filter: EventFilter
    /// Sealed; nil: none.
    public var headers: [UInt8]?
    /// Seconds that one attempt may take; nil, as in the following: the ordinary.
    public var timeout: Int?
    public var concurrency: Int?
    /// Seconds before each attempt.
    public var schedule: [Int64]?
    /// Seconds without a yes after which nothing more is sent.
    public var pauseAfter: Int64?
    /// Sealed.
    public var secret: [UInt8]
    /// Sealed; signs, too, while there is one: a rotation is under way.
    public var oldSecret: [UInt8]?
    public let made: Timestamp

    public init(name: String, url: String, filter: EventFilter, secret: [UInt8], made: Timestamp) {
        self.name = name
        self.url = url
        self.filter = filter
        self.secret = secret
        self.made = made
    }
}

extension MadeCallback: CustomStringConvertible, CustomReflectable {
    /// Neither the URL, whose query may hold a token, nor what is sealed.
    public var description: String { name }
    public var customMirror: Mirror { Mirror(self, children: ["name": name]) }
}

/// What came of making a callback.
public enum Making: Hashable, Sendable {
    case made
    /// There is one of this name that gets events.
    case exists
    /// So many events wait for one of this name that the configuration had before: they are not the new one's.
    case waiting(Int)
    /// There are as many as there may be.
    case tooMany
}

/// What came of removing one.
public enum Removal: Hashable, Sendable {
    /// So many events that waited for it were given up.
    case removed(givenUp: Int)
    /// So many events wait for it, and it stays.
    case waiting(Int)
    case unknown
}
