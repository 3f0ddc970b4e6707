/// One change, told once: the body of a callback and of the feed.
public struct Event: Hashable, Sendable {
    public let id: EventID
    public let type: EventType
    public let chain: ChainID
    /// What the event is about. Events of one subject are delivered in their order.
    public let subject: Subject
    /// The JSON that goes out, byte for byte, on every attempt.
    public let body: String

    public enum Subject: Hashable, Sendable {
        case deposit(DepositID, sequence: UInt64)
        case chain
        case callback(String)
    }

    public init(id: EventID, type: EventType, chain: ChainID, subject: Subject, body: String) {
        self.id = id
        self.type = type
        self.chain = chain
        self.subject = subject
        self.body = body
    }
}

/// The kinds of event; `deposit.confirmed` alone means "credit now".
public enum EventType: String, Hashable, Sendable, CaseIterable {
    case depositSeen = "deposit.seen"
    case depositDropped = "deposit.dropped"
    case depositDetected = "deposit.detected"
    case depositConfirmed = "deposit.confirmed"
    case depositFinalized = "deposit.finalized"
    case depositOrphaned = "deposit.orphaned"
    case depositReversed = "deposit.reversed"
    case depositReview = "deposit.review"
    case chainHalted = "chain.halted"
    case chainResumed = "chain.resumed"
    case chainDisagreed = "chain.disagreed"
    case chainAgreed = "chain.agreed"
    case callbackExhausted = "callback.exhausted"
    case callbackPaused = "callback.paused"
    case callbackResumed = "callback.resumed"
    case callbackTest = "callback.test"

    init(_ status: Status) {
        switch status {
        case .seen: self = .depositSeen
        case .dropped: self = .depositDropped
        case .detected: self = .depositDetected
        case .confirmed: self = .depositConfirmed
        case .finalized: self = .depositFinalized
        case .orphaned: self = .depositOrphaned
        case .reversed: self = .depositReversed
        case .review: self = .depositReview
        }
    }
}
