internal import DepositCore
internal import Foundation
internal import GRDB

/// One call that issues addresses, inside its transaction.
///
/// Addresses that must be scanned back for get a generation of their own, so that a backfill's addresses are simply
/// those of its generation.
struct Registering {
    private let db: Database
    private let chain: ChainRow
    private let now: Timestamp
    /// The highest height that has been scanned, or that lies below the chain's start.
    private let cursor: Height?
    private let hasScanned: Bool
    private let prompt: Int64
    private var late: Int64 { prompt + 1 }
    private var newest: Int64
    private var added = 0
    private var low: Height?
    private var high: Height?

    init(_ db: Database, chain: ChainRow, now: Timestamp) throws {
        self.db = db
        self.chain = chain
        self.now = now
        let tip = try db.tip(chain.number)
        hasScanned = tip != nil
        cursor = tip?.height ?? chain.start.flatMap { $0 > 0 ? $0 - 1 : nil }
        prompt = (try db.integer("SELECT max(generation) FROM chain") ?? 0) + 1
        newest = chain.generation
    }

    mutating func add(_ new: NewAddress) throws {
        let words = [new.address.text, new.address.memo ?? "", new.label ?? ""]
        guard words.allSatisfy({ !$0.utf8.contains(0) }) else {
            throw StoreError.refused("an address, memo or label holds a NUL, which SQLite would end it at")
        }
        if try insert(new) { return }
        let stored = try db.row(
            "SELECT label, first, covered, generation FROM address WHERE chain = ? AND key = ? AND memo = ?",
            [chain.number, Data(new.address.key), new.address.memo ?? ""])
        guard let stored else { throw Damage("an address is there and is not") }
        try update(new, stored)
    }

    mutating func finish() throws -> Registration {
        if newest > chain.generation {
            try db.run("UPDATE chain SET generation = ? WHERE number = ?", [newest, chain.number])
        }
        if let low, let high { try db.insertBackfill(chain.number, generation: late, low, high, after: nil) }
        return Registration(generation: newest, added: added, needsBackfill: low != nil)
    }

    /// False when it is there already.
    private mutating func insert(_ new: NewAddress) throws -> Bool {
        var missed: (from: Height, upTo: Height)?
        if let from = new.from, let cursor, from <= cursor { missed = (from, cursor) }
        let generation = missed == nil ? prompt : late
        try db.run(
            """
            INSERT INTO address (chain, key, memo, text, label, first, covered, generation, added)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (chain, key, memo) DO NOTHING
            """,
            [
                chain.number, Data(new.address.key), new.address.memo ?? "", new.address.text, new.label,
                new.from?.column, (new.from ?? promptly)?.column, generation, now.seconds,
            ])
        guard db.changesCount > 0 else { return false }
        if let missed { scanBack(missed.from, missed.upTo) }
        newest = max(newest, generation)
        added += 1
        return true
    }

    private mutating func update(_ new: NewAddress, _ stored: Row) throws {
        let label: String? = try stored.find("label")
        if let wanted = new.label, wanted != label {
            try db.run(
                "UPDATE address SET label = ? WHERE chain = ? AND key = ? AND memo = ?",
                [wanted, chain.number, Data(new.address.key), new.address.memo ?? ""])
        }
        // From what height on it is watched already; nil: from the chain's start, wherever that will be.
        let covered = try stored.height("covered") ?? chain.start
        let first = try stored.height("first")
        switch (new.from, covered) {
        case (let from?, let covered?) where from < covered: try lower(new, first: from, stored, covered)
        case (let from?, nil): try lower(new, first: first.map { min($0, from) } ?? from, stored, nil)
        case (nil, let covered?) where first != nil && promptly.map({ $0 < covered }) ?? false:
            try lower(new, first: nil, stored, covered)
        default: break
        }
    }

    /// Watches a known address from further down than before.
    private mutating func lower(_ new: NewAddress, first: Height?, _ stored: Row, _ covered: Height?) throws {
        var generation = prompt
        if let first, let cursor, first <= cursor {
            generation = late
            // A backfill that is still under way for its old generation will not know it any more.
            let isPending = try db.hasBackfill(chain.number, generation: stored.get("generation"))
            scanBack(first, isPending ? cursor : min(cursor, covered.map { $0 - 1 } ?? cursor))
        }
        newest = max(newest, generation)
        try db.run(
            """
            UPDATE address SET first = ?, covered = ?, generation = ?
            WHERE chain = ? AND key = ? AND memo = ?
            """,
            [
                first?.column, (first ?? promptly)?.column, generation, chain.number, Data(new.address.key),
                new.address.memo ?? "",
            ])
    }

    /// Where "from now on" begins; nil while nothing has been scanned: then it is the chain's start.
    private var promptly: Height? {
        hasScanned ? cursor.map { $0 + 1 } : nil
    }

    private mutating func scanBack(_ from: Height, _ upTo: Height) {
        low = low.map { min($0, from) } ?? from
        high = high.map { max($0, upTo) } ?? upTo
    }
}
