internal import DepositCore
internal import GRDB

extension Database {
    /// Writes a deposit as it is now, and gives its number.
    ///
    /// - Parameters:
    ///   - events: how many events it had in this change: it must have had the rest before, or somebody else has
    ///     changed it since the caller read it.
    ///   - next: the number of the next new deposit; nil before the first of a transaction.
    func put(_ deposit: Deposit, chain: Int64, events: UInt64, next: inout Int64?) throws -> Int64 {
        // Without events before this change it is most likely new: nothing is looked up then.
        if events == deposit.sequence, let number = try insert(deposit, chain: chain, next: &next) {
            return number
        }
        let transfer = deposit.transfer
        let stored = try row(
            "SELECT number, sequence FROM deposit WHERE chain = ? AND tx = ? AND position = ?",
            [chain, transfer.transaction.text, transfer.position.text])
        let before = try stored?.count("sequence") ?? 0
        guard before + events == deposit.sequence else {
            throw StoreError.conflict(
                "the deposit \(deposit.id) is at event \(before) and was decided on as if it were at "
                    + "\(Int64(deposit.sequence) - Int64(events))")
        }
        guard let number: Int64 = try stored?.get("number") else {
            throw Damage("the deposit \(deposit.id) is neither stored nor new")
        }
        try prepared(
            """
            UPDATE deposit SET asset = ?, amount = ?, key = ?, address = ?, memo = ?, senders = ?, maturity = ?,
                doubt = ?, label = ?, depth = ?, finality = ?, fallback_depth = ?, fallback_after = ?, rule = ?,
                silent = ?, status = ?, height = ?, hash = ?, time = ?, review = ?, sequence = ?,
                due_tip = ?, due_final = ?, due_fallback = ?
            WHERE number = ?
            """
        ).run(deposit.factColumns + deposit.stateColumns + [.integer(number)])
        return number
    }

    /// Nil where its identity is stored already.
    private func insert(_ deposit: Deposit, chain: Int64, next: inout Int64?) throws -> Int64? {
        let number = try next ?? integer("SELECT coalesce(max(number), 0) + 1 FROM deposit") ?? 1
        let identity: [Bound] = [
            .integer(number), .text(deposit.id.text), .integer(chain),
            .text(deposit.transfer.transaction.text), .text(deposit.transfer.position.text),
        ]
        try prepared(
            """
            INSERT INTO deposit (number, id, chain, tx, position, asset, amount, key, address, memo, senders,
                maturity, doubt, label, depth, finality, fallback_depth, fallback_after, rule, silent,
                status, height, hash, time, review, sequence, due_tip, due_final, due_fallback)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO NOTHING
            """
        ).run(identity + deposit.factColumns + deposit.stateColumns)
        guard changesCount > 0 else { return nil }
        next = number + 1
        return number
    }

    /// The deposits that stand in a block.
    func deposits(in block: BlockRef, chain: Int64) throws -> [Deposit] {
        try rows(
            """
            SELECT deposit.*, chain.name FROM deposit JOIN chain ON chain.number = deposit.chain
            WHERE deposit.chain = ? AND height = ? AND hash = ? AND status NOT IN ('orphaned', 'reversed')
            ORDER BY deposit.number
            """, [.integer(chain), .integer(block.height.column), .text(block.hash.text)], Deposit.init)
    }

    /// Those of these deposits that there are. Most are new, so each is looked for before any is read.
    func deposits(_ ids: Set<DepositID>) throws -> [Deposit] {
        let any = try prepared("SELECT 1 FROM deposit WHERE id = ?")
        let stored = try ids.filter { try any.first([.text($0.text)]) { _ in true } ?? false }
        if stored.isEmpty { return [] }
        let list = "[\"" + stored.map(\.text).joined(separator: "\",\"") + "\"]"
        return try rows(
            """
            SELECT deposit.*, chain.name FROM deposit JOIN chain ON chain.number = deposit.chain
            WHERE deposit.id IN (SELECT value FROM json_each(?)) ORDER BY deposit.number
            """, [.text(list)], Deposit.init)
    }

    /// The deposits whose `Due` has come, by one index each for those that wait for depth, for finality, and for
    /// what stands in for it: the work grows with what is due and not with what waits.
    func due(under view: ChainView, chain: Int64) throws -> [Deposit] {
        let tip = view.tip.height.column
        let final = view.finalized?.height.column ?? -1
        return try rows(Deposit.dueQuery, [.integer(chain), .integer(tip), .integer(final)], Deposit.init)
    }
}

extension Deposit {
    /// In no order. What waits for finality and for what stands in for it comes from one index or the other, so that
    /// nothing must be gathered to tell who was found twice: most often there is nothing.
    static let dueQuery = [
        due("deposit_due_by_depth", "due_final IS NULL AND due_tip <= ?2"),
        due("deposit_due_by_finality", "due_final <= ?3 AND due_tip <= ?2"),
        due("deposit_due_by_fallback", "due_fallback <= ?2 AND due_tip <= ?2 AND due_final > ?3"),
    ].joined(separator: " UNION ALL ")

    private static func due(_ index: String, _ condition: String) -> String {
        """
        SELECT deposit.*, chain.name FROM deposit INDEXED BY \(index) JOIN chain ON chain.number = deposit.chain
        WHERE deposit.chain = ?1 AND \(condition)
        """
    }

    /// What the block that holds it says of the transfer, in the order of its columns: mined again, a contract's call
    /// may move another amount.
    fileprivate var factColumns: [Bound] {
        [
            .text(transfer.asset.text), .text(transfer.amount.description), .bytes(transfer.to.key),
            .text(transfer.to.text), .text(transfer.to.memo),
            .text(transfer.from.joined(separator: "\n")), .integer(Int64(clamping: transfer.maturity)),
            .text(transfer.doubt?.rawValue), .text(label), .count(requirement.depth),
            .integer(requirement.finality ? 1 : 0), .count(requirement.fallback?.depth),
            .integer(requirement.fallback?.after), .text(requirement.rule), .integer(isSilent ? 1 : 0),
        ]
    }

    /// Its state, in the order of its columns.
    fileprivate var stateColumns: [Bound] {
        let block = self.block ?? displacedBlock
        var review: Doubt?
        if case .review(let doubt, _) = state { review = doubt }
        return [
            .text(state.status.rawValue), .integer(block?.height.column), .text(block?.hash.text),
            .integer(block?.time.seconds), .text(review?.rawValue), .count(sequence),
            .integer(due?.tip.column), .integer(due?.final?.column), .integer(due?.fallback?.column),
        ]
    }
}
