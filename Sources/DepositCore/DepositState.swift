extension Deposit.State {
    /// The state that follows, or nil where the input changes nothing.
    ///
    /// What repeats itself changes nothing, so that a block settled twice settles once. A transfer that stands in one
    /// block and is reported in another as well stays where it is: the first report stands until its block leaves.
    public func next(_ input: Deposit.Input) -> Deposit.State? {
        switch input {
        case .sighted: whenSighted
        case .vanished: self == .seen ? .dropped : nil
        case .found(let block, let doubt): whenFound(in: block, doubt)
        case .cleared: whenCleared
        case .satisfied: whenSatisfied
        case .final: whenFinal
        case .left: whenLeft
        }
    }

    private var whenSighted: Deposit.State? {
        switch self {
        case .dropped: .seen
        case .seen, .detected, .confirmed, .finalized, .orphaned, .reversed, .review: nil
        }
    }

    private func whenFound(in block: BlockRef, _ doubt: Doubt?) -> Deposit.State? {
        switch self {
        case .seen, .dropped, .orphaned, .reversed:
            if let doubt { .review(doubt, in: block) } else { .detected(in: block) }
        case .detected, .confirmed, .finalized, .review: nil
        }
    }

    private var whenCleared: Deposit.State? {
        switch self {
        case .review(_, let block): .detected(in: block)
        case .seen, .dropped, .detected, .confirmed, .finalized, .orphaned, .reversed: nil
        }
    }

    private var whenSatisfied: Deposit.State? {
        switch self {
        case .detected(let block): .confirmed(in: block)
        case .seen, .dropped, .confirmed, .finalized, .orphaned, .reversed, .review: nil
        }
    }

    private var whenFinal: Deposit.State? {
        switch self {
        case .confirmed(let block): .finalized(in: block)
        case .seen, .dropped, .detected, .finalized, .orphaned, .reversed, .review: nil
        }
    }

    private var whenLeft: Deposit.State? {
        switch self {
        case .detected(let block), .review(_, let block): .orphaned(from: block)
        case .confirmed(let block), .finalized(let block): .reversed(from: block)
        case .seen, .dropped, .orphaned, .reversed: nil
        }
    }

    public var status: Status {
        switch self {
        case .seen: .seen
        case .dropped: .dropped
        case .detected: .detected
        case .confirmed: .confirmed
        case .finalized: .finalized
        case .orphaned: .orphaned
        case .reversed: .reversed
        case .review: .review
        }
    }
}

/// A state without its block: the word that events and the API use.
public enum Status: String, Hashable, Sendable, CaseIterable {
    case seen, detected, confirmed, finalized, orphaned, reversed, dropped, review
}
