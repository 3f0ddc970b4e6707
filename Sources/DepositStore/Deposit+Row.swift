internal import DepositCore
internal import Foundation
internal import GRDB

extension Deposit {
    /// - Parameter row: all columns of `deposit`, and the chain's `name`.
    init(_ row: some StoredRow) throws {
        self.init(
            id: DepositID(try row.get("id")), chain: ChainID(try row.get("name")),
            transfer: try Transfer(row), label: try row.find("label"), requirement: try Requirement(row),
            isSilent: try row.get("silent"), state: try State(row), sequence: try row.count("sequence"))
    }
}

extension Deposit.State {
    init(_ row: some StoredRow) throws {
        guard let status: Status = try row.word("status") else { throw Damage("a deposit has no status") }
        switch (status, try row.block()) {
        case (.seen, nil): self = .seen
        case (.dropped, nil): self = .dropped
        case (.detected, let block?): self = .detected(in: block)
        case (.confirmed, let block?): self = .confirmed(in: block)
        case (.finalized, let block?): self = .finalized(in: block)
        case (.orphaned, let block?): self = .orphaned(from: block)
        case (.reversed, let block?): self = .reversed(from: block)
        case (.review, let block?):
            guard let doubt: Doubt = try row.word("review") else { throw Damage("a review has no reason") }
            self = .review(doubt, in: block)
        default: throw Damage("a deposit's status \(status.rawValue) does not go with its block")
        }
    }
}

extension Transfer {
    /// - Parameter row: the columns of a deposit; senders are joined by line feeds, which no spelling of one can hold.
    fileprivate init(_ row: some StoredRow) throws {
        let amount: String = try row.get("amount")
        guard let exact = Amount(decimal: amount) else { throw Damage("amount holds \"\(amount)\"") }
        let key: Data = try row.get("key")
        let senders: String = try row.get("senders")
        self.init(
            transaction: TransactionID(try row.get("tx")), position: Position(try row.get("position")),
            asset: AssetID(try row.get("asset")), amount: exact,
            to: Address(key: [UInt8](key), text: try row.get("address"), memo: try row.find("memo")),
            from: senders.split(separator: "\n").map(String.init), maturity: try row.count("maturity"),
            doubt: try row.word("doubt"))
    }
}

extension Requirement {
    fileprivate init(_ row: some StoredRow) throws {
        let depth = try row.find("depth", as: Int64.self)
        let finality: Bool = try row.get("finality")
        guard depth != nil || finality else { throw Damage("a deposit requires nothing") }
        var fallback: Fallback?
        if let depth = try row.find("fallback_depth", as: Int64.self) {
            fallback = Fallback(depth: UInt64(clamping: depth), after: try row.get("fallback_after"))
        }
        self.init(
            depth: depth.map { UInt64(clamping: $0) }, finality: finality, fallback: fallback,
            rule: try row.get("rule"))
    }
}
