internal import DepositCore
internal import GRDB

/// Writes changes of one chain, one on the other, inside one transaction.
struct ChainWriter {
    private let db: Database
    private let chain: ChainRow
    private let now: Timestamp
    /// The cursor, as the changes so far have left it.
    private var tip: Header?
    private var agreed: Height?
    private var unproven: Height?
    private var hasMoved = false
    private var finalized: BlockRef?
    /// The number of the next new deposit; nil before the first.
    private var nextDeposit: Int64?
    private var callbacks: [CallbackRow]?
    /// What becomes due, by callback.
    private(set) fileprivate var due: [String: [DueDelivery]] = [:]

    fileprivate init(_ db: Database, _ chain: ChainRow, at now: Timestamp) throws {
        self.db = db
        self.chain = chain
        self.now = now
        tip = try db.tip(chain.number)
    }

    /// - Parameter generation: the newest generation of addresses that the scan of the block knew.
    mutating func apply(_ change: Change, scannedWith generation: Int64?) throws {
        switch change.move {
        case .connect(let header): try connect(header, scannedWith: generation)
        case .disconnect(let header): try disconnect(header)
        case .stay: break
        }
        try settle(change)
    }

    private mutating func connect(_ header: Header, scannedWith generation: Int64?) throws {
        if let tip {
            guard header.parent == tip.hash, header.height > tip.height else {
                throw StoreError.conflict(
                    "block \(header.height) \(header.hash) of \(chain.chain) stands on \(header.parent), "
                        + "and the tip is \(tip.height) \(tip.hash)")
            }
        } else if let start = chain.start {
            guard header.height >= start else {
                throw StoreError.conflict(
                    "\(chain.chain) starts at \(start), and block \(header.height) is below")
            }
        } else {
            // A chain without a start begins with its first block, and is not begun before.
            try db.begin(chain.number, at: header.height)
        }
        try db.prepared("INSERT INTO header (chain, height, hash, parent, time) VALUES (?, ?, ?, ?, ?)").run([
            .integer(chain.number), .integer(header.height.column), .text(header.hash.text),
            .text(header.parent.text), .integer(header.block.time.seconds),
        ])
        if let generation, generation < chain.generation {
            try db.extendBackfills(chain.number, by: header, above: tip, youngerThan: generation)
        }
        tip = header
        hasMoved = true
    }

    /// Takes the tip back.
    private mutating func disconnect(_ header: Header) throws {
        guard let tip, tip == header else {
            throw StoreError.conflict(
                "block \(header.height) \(header.hash) is not the tip of \(chain.chain)")
        }
        try db.run(
            "DELETE FROM header WHERE chain = ? AND height = ?", [chain.number, header.height.column])
        let below = try db.tip(chain.number)
        guard below != nil || chain.forgotten == nil else {
            throw StoreError.conflict(
                "block \(header.height) is the deepest that \(chain.chain) remembers, so it cannot be undone")
        }
        try db.clampBackfills(chain.number, below: header, to: below)
        try lowerUnproven(header, below)
        self.tip = below
    }

    /// What was proven may have been by a block that is gone: agreed blocks prove, so one of those begins anew.
    private mutating func lowerUnproven(_ header: Header, _ below: Header?) throws {
        guard let stored = unproven ?? chain.unproven, header.height <= max(stored, chain.agreed ?? 0) else {
            return
        }
        let lowest = try db.integer("SELECT min(height) FROM header WHERE chain = ?", [chain.number])
        unproven = min(stored, lowest.flatMap { Height(UInt64(clamping: $0)) } ?? header.height)
    }

    /// Writes what a change says of finality, deposits and events.
    mutating func settle(_ change: Change) throws {
        if let news = change.finalized, finalized.map({ $0.height < news.height }) ?? true {
            finalized = news
        }
        if let news = change.agreed { agreed = max(agreed ?? news, news) }
        unproven = change.unproven ?? unproven
        for block in Set(change.deposits.compactMap(\.block)) where block != tip?.block {
            try assertOurs(block)
        }
        var numbers: [DepositID: Int64] = [:]
        let counts = Dictionary(
            change.events.compactMap { $0.deposit.map { ($0, UInt64(1)) } }, uniquingKeysWith: +)
        for deposit in change.deposits {
            let events = counts[deposit.id] ?? 0
            let number = try db.put(deposit, chain: chain.number, events: events, next: &nextDeposit)
            numbers[deposit.id] = number
            if events == 0 { try turn(deposit, number) }
        }
        if change.events.isEmpty { return }
        let callbacks = try self.callbacks ?? db.activeCallbacks()
        self.callbacks = callbacks
        for event in change.events {
            let due = try db.announce(
                event, chain: chain.number, deposits: numbers, to: callbacks, at: now)
            for (callback, delivery) in due { self.due[callback, default: []].append(delivery) }
        }
    }

    /// A deposit may stand only in a block of ours: else it was decided on a tip that is gone.
    private func assertOurs(_ block: BlockRef) throws {
        if let ours = try db.header(chain.number, at: block.height) {
            guard ours.hash != block.hash else { return }
        } else {
            let lowest = try db.integer("SELECT min(height) FROM header WHERE chain = ?", [chain.number])
            if lowest.map({ block.height.column < $0 }) ?? (chain.start.map { block.height < $0 } ?? false) {
                return
            }
        }
        throw StoreError.conflict(
            "a deposit stands in block \(block.height) \(block.hash), "
                + "which is not on the stored chain of \(chain.chain)")
    }

    /// Keeps a change that is told to nobody in the deposit's history; one that is told is there as its event.
    private func turn(_ deposit: Deposit, _ number: Int64) throws {
        let block = deposit.block ?? deposit.displacedBlock
        var review: Doubt?
        if case .review(let doubt, _) = deposit.state { review = doubt }
        try db.run(
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

    /// What the changes have moved in the chain's own row; and forgets headers deeper than twice the window, but for
    /// one: after a gap in the heights there must still be a floor.
    fileprivate func finish() throws {
        if let finalized {
            try db.run(
                """
                UPDATE chain SET final_height = ?1, final_hash = ?2, final_time = ?3
                WHERE number = ?4 AND (final_height IS NULL OR final_height < ?1)
                """,
                [
                    finalized.height.column, finalized.hash.text, finalized.time.seconds, chain.number,
                ])
        }
        if let unproven {
            try db.run(
                "UPDATE chain SET unproven = ? WHERE number = ?", [unproven.column, chain.number])
        }
        guard let agreed = [agreed, chain.agreed, hasMoved ? tip?.height : nil].compactMap({ $0 }).first
        else {
            return
        }
        let keepFrom = (agreed - chain.window - chain.window).column
        try db.run(
            """
            DELETE FROM header WHERE chain = ?1
                AND height < (SELECT max(height) FROM header WHERE chain = ?1 AND height <= ?2)
            """, [chain.number, keepFrom])
        let forgot = db.changesCount > 0
        try db.run(
            """
            UPDATE chain SET highest = max(coalesce(highest, 0), ?1),
                forgotten = CASE WHEN ?2 THEN ?3 ELSE forgotten END
            WHERE number = ?4
            """, [agreed.column, forgot, keepFrom, chain.number])
    }
}

extension Database {
    /// Hands out a writer, ends what it has begun, and notes what it has made due.
    func writing<Value>(
        to chain: ChainRow, at now: Timestamp, telling news: News, _ body: (inout ChainWriter) throws -> Value
    ) throws -> Value {
        var writer = try ChainWriter(self, chain, at: now)
        let value = try body(&writer)
        try writer.finish()
        news.note(writer.due)
        return value
    }
}
