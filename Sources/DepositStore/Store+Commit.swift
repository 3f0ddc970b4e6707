public import DepositCore
internal import GRDB

extension Store {
    /// Writes one change: cursor, header, deposits, their history, events and outbox, together or not at all.
    ///
    /// - Parameter generation: the newest generation of addresses that the scan of the block knew. Younger addresses
    ///   get that block as a backfill, so that none is missed by being issued while a block is in flight. Nil: all.
    /// - Throws: `conflict` when the stored tip is not the one that the change was decided on, or the chain is halted.
    public func commit(
        _ change: Change, scannedWith generation: Int64?, now: Timestamp
    ) async throws(StoreError) {
        try await commit([(change, generation)], now: now)
    }

    /// Writes several consecutive changes in one transaction.
    public func commit(
        _ changes: [(change: Change, generation: Int64?)], now: Timestamp
    ) async throws(StoreError) {
        try await write { db in
            for (change, generation) in changes {
                try db.apply(change, on: db.following(change.chain), scannedWith: generation, at: now)
            }
        }
    }

    /// Settles consecutive blocks and writes what that changes in one transaction: each block is settled on what the
    /// one before it has left, and all of them are durable once this returns, or none.
    ///
    /// A flush to the disk costs the same for one block as for several, so a chain that is caught up with hands over
    /// a few at a time.
    ///
    /// - Parameters:
    ///   - due: what is due under the last view, as it stands before the first block.
    ///   - settle: decides, without touching the store; called on the database's own queue.
    public func connect(
        _ blocks: [(block: Block, view: ChainView)], due: [Deposit], on chain: ChainID,
        scannedWith generation: Int64, now: Timestamp,
        settle: @escaping @Sendable (Block, ChainView, [Incoming], [Deposit]) -> Change
    ) async throws(StoreError) -> [Change] {
        try await write { db in
            let row = try db.following(chain)
            var waiting = Waiting(due)
            return try blocks.map { block, view in
                let incoming = try db.incoming(block, on: row)
                let ids = Set(incoming.map { $0.deposit(on: chain) })
                let known = try waiting.known(ids, under: view) { try db.deposits($0) }
                let change = settle(block, view, incoming, known)
                try db.apply(change, on: row, scannedWith: generation, at: now)
                waiting.note(change.deposits)
                return change
            }
        }
    }
}

/// The deposits that wait for something while blocks are settled, each as the last block has left it: so that what is
/// due is asked of the tables once, and not once a block.
private struct Waiting {
    private var deposits: [DepositID: Deposit] = [:]

    init(_ due: [Deposit]) {
        note(due)
    }

    mutating func note(_ changed: [Deposit]) {
        for deposit in changed { deposits[deposit.id] = deposit }
    }

    /// Those that are due, and those with these ids, which are looked up where none of them is known.
    func known(
        _ ids: Set<DepositID>, under view: ChainView, lookUp: (Set<DepositID>) throws -> [Deposit]
    ) rethrows -> [Deposit] {
        let due = deposits.values.filter { $0.due?.hasCome(under: view) ?? false }
        let others = ids.subtracting(due.map(\.id))
        let noted = others.compactMap { deposits[$0] }
        return due + noted + (try lookUp(others.subtracting(noted.map(\.id))))
    }
}

extension Database {
    /// The chain's row, unless it is halted: then nothing of it may change.
    func following(_ chain: ChainID) throws -> ChainRow {
        let row = try opened(chain)
        guard row.halt == nil else { throw StoreError.conflict("\(chain) is halted") }
        return row
    }

    fileprivate func apply(
        _ change: Change, on chain: ChainRow, scannedWith generation: Int64?, at now: Timestamp
    ) throws {
        switch change.move {
        case .connect(let header): try connect(header, to: chain, scannedWith: generation)
        case .disconnect(let header): try disconnect(header, from: chain)
        case .stay: break
        }
        try settle(change, chain: chain, at: now)
    }

    /// Puts a block on the tip, and forgets headers deeper than twice the window, but for one: after a gap in the
    /// heights there must still be a floor.
    fileprivate func connect(_ header: Header, to chain: ChainRow, scannedWith generation: Int64?) throws {
        let tip = try tip(chain.number)
        if let tip {
            guard header.parent == tip.hash, header.height > tip.height else {
                throw StoreError.conflict(
                    "block \(header.height) \(header.hash) of \(chain.chain) stands on \(header.parent), "
                        + "and the tip is \(tip.height) \(tip.hash)")
            }
        } else if let start = chain.start, header.height < start {
            throw StoreError.conflict(
                "\(chain.chain) starts at \(start), and block \(header.height) is below")
        }
        try run(
            "INSERT INTO header (chain, height, hash, parent, time) VALUES (?, ?, ?, ?, ?)",
            [
                chain.number, header.height.column, header.hash.text, header.parent.text,
                header.block.time.seconds,
            ])
        let keepFrom = (header.height - chain.window - chain.window).column
        try run(
            """
            DELETE FROM header WHERE chain = ?1
                AND height < (SELECT max(height) FROM header WHERE chain = ?1 AND height <= ?2)
            """, [chain.number, keepFrom])
        let forgot = changesCount > 0
        try run(
            """
            UPDATE chain SET highest = max(coalesce(highest, 0), :height),
                forgotten = CASE WHEN :forgot THEN :keep ELSE forgotten END
            WHERE number = :chain
            """,
            ["height": header.height.column, "forgot": forgot, "keep": keepFrom, "chain": chain.number])
        if let generation, generation < chain.generation {
            try extendBackfills(chain.number, by: header, above: tip, youngerThan: generation)
        }
    }

    /// Takes the tip back.
    fileprivate func disconnect(_ header: Header, from chain: ChainRow) throws {
        guard let tip = try tip(chain.number), tip == header else {
            throw StoreError.conflict(
                "block \(header.height) \(header.hash) is not the tip of \(chain.chain)")
        }
        try run("DELETE FROM header WHERE chain = ? AND height = ?", [chain.number, header.height.column])
        let below = try self.tip(chain.number)
        guard below != nil || chain.forgotten == nil else {
            throw StoreError.conflict(
                "block \(header.height) is the deepest that \(chain.chain) remembers, so it cannot be undone")
        }
        try clampBackfills(chain.number, below: header, to: below)
    }

    /// Writes what a change says of finality, deposits and events.
    func settle(_ change: Change, chain: ChainRow, at now: Timestamp) throws {
        if let finalized = change.finalized {
            try run(
                """
                UPDATE chain SET final_height = :height, final_hash = :hash, final_time = :time
                WHERE number = :chain AND (final_height IS NULL OR final_height < :height)
                """,
                [
                    "height": finalized.height.column, "hash": finalized.hash.text,
                    "time": finalized.time.seconds, "chain": chain.number,
                ])
        }
        var numbers: [DepositID: Int64] = [:]
        let counts = Dictionary(
            change.events.compactMap { $0.deposit.map { ($0, UInt64(1)) } }, uniquingKeysWith: +)
        for block in Set(change.deposits.compactMap(\.block)) { try assertOurs(block, on: chain) }
        var next: Int64?
        for deposit in change.deposits {
            let events = counts[deposit.id] ?? 0
            let number = try put(deposit, chain: chain.number, events: events, next: &next)
            numbers[deposit.id] = number
            if events == 0 { try turn(deposit, number, at: now) }
        }
        let callbacks = change.events.isEmpty ? [] : try activeCallbacks()
        for event in change.events {
            try announce(event, chain: chain.number, deposits: numbers, to: callbacks, at: now)
        }
    }

    /// A deposit may stand only in a block of ours: else it was decided on a tip that is gone.
    private func assertOurs(_ block: BlockRef, on chain: ChainRow) throws {
        if let ours = try header(chain.number, at: block.height) {
            guard ours.hash != block.hash else { return }
        } else {
            let lowest = try integer("SELECT min(height) FROM header WHERE chain = ?", [chain.number])
            if lowest.map({ block.height.column < $0 }) ?? (chain.start.map { block.height < $0 } ?? false) {
                return
            }
        }
        throw StoreError.conflict(
            "a deposit stands in block \(block.height) \(block.hash), "
                + "which is not on the stored chain of \(chain.chain)")
    }

    /// Keeps a change that is told to nobody in the deposit's history; one that is told is there as its event.
    private func turn(_ deposit: Deposit, _ number: Int64, at now: Timestamp) throws {
        let block = deposit.block ?? deposit.displacedBlock
        var review: Doubt?
        if case .review(let doubt, _) = deposit.state { review = doubt }
        try run(
            """
            INSERT INTO turn (deposit, sequence, number, status, height, hash, time, review, at)
            VALUES (?1, ?2, (
                SELECT coalesce(max(number), 0) + 1 FROM turn WHERE deposit = ?1 AND sequence = ?2
            ), ?, ?, ?, ?, ?, ?)
            """,
            [
                number, Int64(clamping: deposit.sequence), deposit.state.status.rawValue,
                block?.height.column, block?.hash.text, block?.time.seconds, review?.rawValue, now.seconds,
            ])
    }
}
