internal import DepositCore
internal import GRDB

/// The exact check of transfers against the issued addresses.
struct Matching {
    /// Which addresses are taken to be watched at a height.
    enum Watched: Hashable {
        /// Those that a scan of the block finds, be it the first or the one after a reorg.
        case now
        /// Those that the block has been scanned for: issued by then, and waiting for no backfill of it.
        case already
    }

    let db: Database
    let chain: ChainRow
    /// The block's; addresses that are watched only from above it are left out. Nil: none are.
    let height: Height?
    /// Leaves out all addresses but those that the backfill is for.
    var job: Backfill?
    var watched = Watched.now

    func match(_ transfers: [Transfer]) throws -> [Incoming] {
        try transfers.compactMap { transfer in
            if let issued = try find(transfer.to.key, memo: transfer.to.memo ?? "") {
                return Incoming(transfer, on: chain.chain, label: issued.label)
            }
            guard try isAnyMemoIssued(transfer.to.key) else { return nil }
            if transfer.to.memo != nil, let issued = try find(transfer.to.key, memo: "") {
                return Incoming(transfer, on: chain.chain, label: issued.label)
            }
            return Incoming(transfer.doubtedByMemo, on: chain.chain, label: nil)
        }
    }

    private struct Issued {
        let label: String?
    }

    private func find(_ key: [UInt8], memo: String) throws -> Issued? {
        // SQLite would compare only what stands before a NUL, and a stranger writes the memo.
        guard !memo.utf8.contains(0) else { return nil }
        let query =
            switch watched {
            case .now: Self.exactNow
            case .already: Self.exactAlready
            }
        return try db.prepared(query).first(arguments(key) + [.text(memo)]) { Issued(label: $0.text(0)) }
    }

    /// Whether customers are told apart by a memo at this address, or none is needed there.
    private func isAnyMemoIssued(_ key: [UInt8]) throws -> Bool {
        let query =
            switch watched {
            case .now: Self.anyNow
            case .already: Self.anyAlready
            }
        return try db.prepared(query).first(arguments(key)) { _ in true } ?? false
    }

    private static let exact = "SELECT label FROM address WHERE chain = ?1 AND key = ?2 AND memo = ?6 "
    private static let any = "SELECT 1 FROM address WHERE chain = ?1 AND key = ?2 "
    private static let exactNow = exact + watchedNow
    private static let exactAlready = exact + watchedAlready
    private static let anyNow = any + watchedNow + " LIMIT 1"
    private static let anyAlready = any + watchedAlready + " LIMIT 1"

    /// An address counts from `first` on; without one from when it was issued, which is never below the start.
    private static let watchedNow = """
        AND (?3 IS NULL OR first <= ?3 OR (first IS NULL AND (covered IS NOT NULL OR ?3 >= ?4)))
        AND (?5 IS NULL OR generation = ?5)
        """

    private static let watchedAlready = """
        AND (first <= ?3 OR (first IS NULL AND ?3 >= coalesce(covered, ?4)))
        AND (?5 IS NULL OR generation = ?5)
        AND NOT EXISTS (
            SELECT 1 FROM backfill
            WHERE chain = ?1 AND generation = address.generation AND ?3 BETWEEN next AND high)
        """

    private func arguments(_ key: [UInt8]) -> [Bound] {
        [
            .integer(chain.number), .bytes(key), .integer(height?.column),
            .integer(chain.start?.column ?? 0), .integer(job?.generation),
        ]
    }
}

extension Transfer {
    /// To an address whose customers are told apart by a memo, without one that was issued.
    fileprivate var doubtedByMemo: Transfer {
        doubted(doubt ?? (to.memo == nil ? .memoMissing : .memoUnknown))
    }
}
