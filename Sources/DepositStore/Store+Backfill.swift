public import DepositCore
internal import Foundation
internal import GRDB

extension Store {
    /// The backfills of a chain, the oldest first.
    public func backfills(on chain: ChainID) async throws(StoreError) -> [Backfill] {
        try await read { db in
            guard let chain = try db.chain(chain) else { return [] }
            return try db.rows("SELECT * FROM backfill WHERE chain = ? ORDER BY number", [chain.number])
                .map { try db.backfill($0, of: chain) }
        }
    }

    /// The keys that a backfill looks for.
    public func backfillKeys(_ job: Backfill) async throws(StoreError) -> [[UInt8]] {
        try await read { db in
            guard let chain = try db.chain(job.chain) else { return [] }
            let keys = try Data.fetchAll(
                db.cachedStatement(sql: "SELECT key FROM address WHERE chain = ? AND generation = ?"),
                arguments: [chain.number, job.generation])
            return keys.map { [UInt8]($0) }
        }
    }

    /// Writes what a backfill found in one block, and moves it above that block; the last block ends it.
    ///
    /// - Throws: `conflict` when the block is not ours, does not stand on the one before, or the job has changed.
    public func commit(
        _ change: Change, backfilling job: Backfill, through header: Header, now: Timestamp
    ) async throws(StoreError) {
        precondition(change.move == .stay, "a backfill does not move the cursor")
        try await write { [news] db in
            let chain = try db.following(change.chain)
            let stored = try db.row("SELECT * FROM backfill WHERE number = ?", [job.id])
            guard let row = try stored.map({ try db.backfill($0, of: chain) }),
                row.generation == job.generation, row.next == job.next, row.lastHash == job.lastHash,
                (row.next...row.upTo).contains(header.height)
            else {
                throw StoreError.conflict("backfill \(job.id) of \(job.chain) has changed since it was read")
            }
            try db.assertOnChain(header, of: chain, after: row.lastHash)
            try db.writing(to: chain, at: now, telling: news) { try $0.settle(change) }
            if header.height < row.upTo {
                try db.run(
                    "UPDATE backfill SET next = ?, last_hash = ? WHERE number = ?",
                    [header.height.column + 1, header.hash.text, row.id])
            } else {
                try db.run("DELETE FROM backfill WHERE number = ?", [row.id])
            }
        }
    }
}

extension Database {
    /// A block below the cursor is ours if it is stored; below all that is stored, if it is linked.
    fileprivate func assertOnChain(_ header: Header, of chain: ChainRow, after last: BlockHash?) throws {
        let lowest = try row("SELECT * FROM header WHERE chain = ? ORDER BY height LIMIT 1", [chain.number])?
            .header()
        var isOurs = last.map { $0 == header.parent } ?? true
        if let lowest {
            if header.height >= lowest.height {
                isOurs = try isOurs && self.header(chain.number, at: header.height) == header
            } else if header.height + 1 == lowest.height {
                isOurs = isOurs && header.hash == lowest.parent
            }
        }
        guard isOurs else {
            throw StoreError.conflict(
                "block \(header.height) \(header.hash) is not on the stored chain of \(chain.chain)")
        }
    }
}
