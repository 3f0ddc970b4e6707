public import DepositCore

/// Something in a fixture's blocks that looks like a deposit and may not be credited.
public struct FakeDeposit: Hashable, Sendable {
    /// Its number in the catalogue of attacks and pitfalls: `E1`.
    public let row: String
    public let transaction: TransactionID
    /// The place in the transaction; nil where nothing in it is a deposit.
    public let position: Position?
    public let why: Reason

    /// Why a fake is no deposit, or none that may be credited.
    public enum Reason: String, Hashable, Sendable, CaseIterable {
        /// Nothing moved: it failed, was undone, was never more than a log, or moved an amount of zero.
        case notAMovement = "not a movement"
        case notAListedAsset = "not a listed asset"
        case notToAnIssuedAddress = "not to an issued address"
        /// Recorded, and never told.
        case belowTheMinimum = "below the minimum"
        /// It was in a block that left the chain, and did not come back.
        case takenBack = "taken back"
        case review
    }

    public init(row: String, transaction: TransactionID, position: Position?, why: Reason) {
        self.row = row
        self.transaction = transaction
        self.position = position
        self.why = why
    }
}

extension FakeDeposit {
    /// What is wrong with the way this fake was taken; nil where nothing is.
    ///
    /// - Parameter recorded: every deposit of its transaction, as the store holds them at the fixture's end.
    /// - Parameter events: all that came out of the fixture.
    public func complaint(recorded: [Deposit], events: [Event]) -> String? {
        let deposits = recorded.filter {
            $0.transfer.transaction == transaction
                && (position == nil || $0.transfer.position == position)
        }
        let ids = Set(deposits.map(\.id))
        let told = events.filter { event in
            if case .deposit(let id, _) = event.subject { ids.contains(id) } else { false }
        }
        let states = deposits.map { "\($0.transfer.position) is \($0.state.status)" }
        let place = "\(row): \(transaction)\(position.map { " \($0)" } ?? "")"
        if let credit = told.first(where: { $0.type == .depositConfirmed }) {
            return "\(place) was credited: \(credit.body)"
        }
        return isTakenAsSaid(deposits, told)
            ? nil : "\(place) is \(why.rawValue), but was taken otherwise: \(states.joined(separator: ", "))"
    }

    private func isTakenAsSaid(_ deposits: [Deposit], _ told: [Event]) -> Bool {
        let statuses = Set(deposits.map(\.state.status))
        return switch why {
        case .notAMovement, .notAListedAsset, .notToAnIssuedAddress: deposits.isEmpty
        case .belowTheMinimum: !deposits.isEmpty && told.isEmpty
        case .takenBack: !deposits.isEmpty && statuses.isSubset(of: [.orphaned, .reversed])
        case .review: statuses == [.review]
        }
    }
}
