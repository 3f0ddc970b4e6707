public import DepositCore

/// A callback as the store knows it: its name, and the events it gets.
public struct CallbackSubscription: Hashable, Sendable {
    public let name: String
    public let filter: EventFilter

    public init(name: String, filter: EventFilter) {
        self.name = name
        self.filter = filter
    }

    public init(name: String, events: Set<EventType>? = nil) {
        self.init(name: name, filter: EventFilter(types: events))
    }
}

/// One event that is due to be sent to one callback.
public struct DueDelivery: Hashable, Sendable {
    public let id: Int64
    public let event: EventID
    public let type: EventType
    public let chain: ChainID
    /// What the event is about. Of each line only the lowest undelivered event is ever due.
    public let line: String
    public let body: String
    /// Attempts since it was put in line: 0 before the first. Chooses the step of the schedule.
    public let attempts: Int
    /// When it became due.
    public let due: Timestamp
    /// When the event was committed.
    public let committed: Timestamp
}

/// What is due to one callback.
public struct Claim: Hashable, Sendable {
    public let deliveries: [DueDelivery]
    /// When there will be more to send; in the past where the limit left some out; nil: not before the next commit.
    public let next: Timestamp?

    static let nothing = Claim(deliveries: [], next: nil)
}

/// One request of a delivery, and what came of it.
public struct Attempt: Hashable, Sendable {
    public enum Answer: Hashable, Sendable {
        /// An HTTP status, or the exit code of a program.
        case status(Int)
        /// No answer at all, and why.
        case failure(String)
    }

    public let at: Timestamp
    public let milliseconds: Int64
    public let answer: Answer
    /// The first KiB of what was answered.
    public let excerpt: String

    public init(at: Timestamp, milliseconds: Int64, answer: Answer, excerpt: String) {
        self.at = at
        self.milliseconds = milliseconds
        self.answer = answer
        self.excerpt = excerpt
    }
}

/// A test event that was sent to a callback, and its answer. Kept nowhere.
public struct Trial: Hashable, Sendable {
    public let event: EventID
    public let attempt: Attempt
    public let isTaken: Bool

    public init(event: EventID, attempt: Attempt, isTaken: Bool) {
        self.event = event
        self.attempt = attempt
        self.isTaken = isTaken
    }
}

/// What an attempt means for its delivery.
public enum Verdict: Hashable, Sendable {
    case delivered
    case retry(at: Timestamp)
    /// The schedule is at its end: kept, told to the other callbacks, and sent again only on an operator's word.
    case exhausted(reason: String)
}

/// An attempt to be recorded.
public struct DeliveryResult: Hashable, Sendable {
    public let delivery: Int64
    public let attempt: Attempt
    public let verdict: Verdict
    public let sign: EndpointSign

    /// - Parameter sign: what the answer says of the endpoint, where the verdict does not say it.
    public init(delivery: Int64, attempt: Attempt, verdict: Verdict, sign: EndpointSign? = nil) {
        self.delivery = delivery
        self.attempt = attempt
        self.verdict = verdict
        self.sign = sign ?? (verdict == .delivered ? .well : .failing)
    }
}

/// A delivery as people see it.
public struct DeliveryRecord: Hashable, Sendable {
    public enum Status: String, Hashable, Sendable, CaseIterable {
        case waiting, delivered, exhausted
    }

    public let id: Int64
    public let callback: String
    public let event: EventID
    public let type: EventType
    public let chain: ChainID
    /// When the event was committed.
    public let at: Timestamp
    public let status: Status
    /// When it is sent next; nil unless it waits and is the first of its line.
    public let next: Timestamp?
    /// Oldest first.
    public let attempts: [Attempt]
}

/// How much waits for one callback.
public struct Backlog: Hashable, Sendable {
    public let waiting: Int
    public let exhausted: Int
    /// When the oldest waiting event was committed.
    public let oldest: Timestamp?

    /// Without a word of it, nothing waits.
    public init(waiting: Int = 0, exhausted: Int = 0, oldest: Timestamp? = nil) {
        (self.waiting, self.exhausted, self.oldest) = (waiting, exhausted, oldest)
    }
}
