public import DepositCore
internal import GRDB

extension Store {
    /// A chain as it was left; its row is made where there is none.
    ///
    /// - Parameter window: the deepest reorg that is followed unaided; headers are kept for twice as many blocks.
    public func openChain(_ chain: ChainID, window: UInt64) async throws(StoreError) -> ChainState {
        try await write { db in
            try db.run(
                """
                INSERT INTO chain (name, window) VALUES (?, ?)
                ON CONFLICT (name) DO UPDATE SET window = excluded.window
                """, [chain.text, Int64(clamping: window)])
            let row = try db.opened(chain)
            let headers = try db.headers(row.number)
            guard zip(headers, headers.dropFirst()).allSatisfy({ $1.parent == $0.hash }) else {
                throw Damage("the kept headers of \(chain) are not linked")
            }
            let kept = HeaderChain(
                headers: headers, agreed: row.agreed, finalized: row.finalized, window: window)
            return ChainState(
                headers: kept, from: row.start, unproven: row.unproven, halt: row.halt,
                haltCount: row.haltCount,
                disagreements: try db.count(.chainDisagreed, of: row),
                agreements: try db.count(.chainAgreed, of: row))
        }
    }

    /// Sets the first height to scan, while nothing has been scanned. Addresses issued from below it get a backfill.
    public func setStart(_ chain: ChainID, from height: Height) async throws(StoreError) {
        try await write { db in
            let row = try db.opened(chain)
            guard try db.tip(row.number) == nil, row.forgotten == nil else {
                throw StoreError.conflict("\(chain) has been scanned already, so its start cannot move")
            }
            try db.begin(row.number, at: height)
        }
    }

    /// Stops a chain: nothing of it is committed until `resume`.
    public func halt(_ chain: ChainID, _ halt: Halt, event: Event) async throws(StoreError) {
        try await write { db in
            let row = try db.opened(chain)
            guard row.halt == nil else { throw StoreError.conflict("\(chain) is halted already") }
            try db.run(
                """
                UPDATE chain SET halt_height = ?, halt_hash = ?, halt_time = ?, halt_reason = ?, halt_since = ?,
                    halt_count = halt_count + 1
                WHERE number = ?
                """,
                [
                    halt.block.height.column, halt.block.hash.text, halt.block.time.seconds, halt.reason,
                    halt.since.seconds, row.number,
                ])
            try db.announce(event, chain: row.number, at: halt.since)
        }
    }

    /// Lets a halted chain go on, and its floor down to the window below the present tip.
    public func resume(_ chain: ChainID, event: Event, now: Timestamp) async throws(StoreError) {
        try await write { db in
            let row = try db.opened(chain)
            guard row.halt != nil else { throw StoreError.conflict("\(chain) is not halted") }
            try db.run(
                """
                UPDATE chain SET halt_height = NULL, halt_hash = NULL, halt_time = NULL, halt_reason = NULL,
                    halt_since = NULL,
                    highest = min(highest, (SELECT min(height) FROM header WHERE chain = :chain) + window),
                    final_height = NULL, final_hash = NULL, final_time = NULL
                WHERE number = :chain
                """, ["chain": row.number])
            try db.restartBackfills(row.number)
            try db.announce(event, chain: row.number, at: now)
        }
    }

    /// Takes a halted chain's tip back, and what was agreed and final down with it.
    ///
    /// - Throws: `conflict` where the chain is not halted, or the block is the deepest that is kept.
    public func rewind(_ change: Change, now: Timestamp) async throws(StoreError) {
        try await write { [news] db in
            let row = try db.opened(change.chain)
            guard row.halt != nil else {
                throw StoreError.conflict("\(change.chain) is not halted; halt it before it is taken back")
            }
            try db.writing(to: row, at: now, telling: news) { try $0.apply(change, scannedWith: nil) }
            let tip = try db.tip(row.number)
            try db.run(
                """
                UPDATE chain SET highest = min(highest, ?1), final_height = NULL, final_hash = NULL,
                    final_time = NULL
                WHERE number = ?2
                """, [tip?.height.column ?? 0, row.number])
            try db.restartBackfills(row.number)
        }
    }

    /// The assets of deposits that stand in a block and are not final: their chain file must go on listing them.
    public func unfinishedAssets(on chain: ChainID) async throws(StoreError) -> Set<AssetID> {
        try await read { db in
            guard let chain = try db.chain(chain) else { return [] }
            let rows = try db.rows(
                """
                SELECT DISTINCT asset FROM deposit WHERE chain = ? AND silent = 0
                    AND status IN ('detected', 'confirmed', 'review')
                """, [chain.number])
            return Set(try rows.map { AssetID(try $0.get("asset")) })
        }
    }

    /// How every chain stands.
    public func chains() async throws(StoreError) -> [ChainSummary] {
        try await read { db in
            try db.chains().map { chain in
                var deposits: [Status: Int] = [:]
                let counts = try db.rows(
                    "SELECT status, count(*) AS count FROM deposit WHERE chain = ? GROUP BY status",
                    [chain.number])
                for row in counts {
                    if let status: Status = try row.word("status") { deposits[status] = try row.get("count") }
                }
                return ChainSummary(
                    chain: chain.chain, from: chain.start, tip: try db.tip(chain.number)?.block,
                    agreed: chain.agreed, finalized: chain.finalized, halt: chain.halt,
                    watched: try db.watched(chain.number), backfills: try db.backfills(of: chain),
                    deposits: deposits)
            }
        }
    }
}

extension Database {
    /// Sets where a chain begins, while nothing of it has been scanned.
    func begin(_ chain: Int64, at start: Height) throws {
        try run("UPDATE chain SET start = ? WHERE number = ?", [start.column, chain])
        try replanBackfills(chain, below: start)
    }

    /// How many events of an operators' type a chain has had.
    fileprivate func count(_ type: EventType, of chain: ChainRow) throws -> UInt64 {
        let count = try integer(
            "SELECT count(*) FROM event INDEXED BY event_of_chain WHERE chain = ? AND type = ? AND deposit IS NULL",
            [chain.number, type.rawValue])
        return UInt64(clamping: count ?? 0)
    }
}
