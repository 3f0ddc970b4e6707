internal import DepositCore

extension Event {
    var deposit: DepositID? {
        switch subject {
        case .deposit(let id, _): id
        case .chain, .callback: nil
        }
    }

    var sequence: UInt64? {
        switch subject {
        case .deposit(_, let sequence): sequence
        case .chain, .callback: nil
        }
    }

    /// What events are delivered in order about: a deposit, a chain, or a callback.
    var line: String {
        switch subject {
        case .deposit(let id, _): id.text
        case .chain: "chain:\(chain.text)"
        case .callback(let name): "callback:\(name)"
        }
    }
}

extension EventType {
    /// The state that an event of a deposit tells of; nil for events about something else.
    var status: Status? {
        switch self {
        case .depositSeen: .seen
        case .depositDropped: .dropped
        case .depositDetected: .detected
        case .depositConfirmed: .confirmed
        case .depositFinalized: .finalized
        case .depositOrphaned: .orphaned
        case .depositReversed: .reversed
        case .depositReview: .review
        case .chainHalted, .chainResumed, .chainDisagreed, .chainAgreed: nil
        case .callbackExhausted, .callbackPaused, .callbackResumed, .callbackTest: nil
        }
    }
}
