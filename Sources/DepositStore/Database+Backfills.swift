internal import DepositCore
internal import GRDB

extension Database {
    func insertBackfill(
        _ chain: Int64, generation: Int64, _ low: Height, _ high: Height, after: BlockHash?
    ) throws {
        try run(
            "INSERT INTO backfill (chain, generation, low, next, high, last_hash) VALUES (?1, ?2, ?3, ?3, ?4, ?5)",
            [chain, generation, low.column, high.column, after?.text])
    }

    func hasBackfill(_ chain: Int64, generation: Int64) throws -> Bool {
        try integer("SELECT 1 FROM backfill WHERE chain = ? AND generation = ?", [chain, generation]) != nil
    }

    func backfills(of chain: ChainRow) throws -> [Backfill] {
        try rows("SELECT * FROM backfill WHERE chain = ? ORDER BY number", [chain.number]).map {
            try backfill($0, of: chain)
        }
    }

    func backfill(_ row: Row, of chain: ChainRow) throws -> Backfill {
        guard let low = try row.height("low"), let next = try row.height("next"),
            let high = try row.height("high")
        else { throw Damage("a backfill has no heights") }
        let generation: Int64 = try row.get("generation")
        let addresses = try integer(
            "SELECT count(*) FROM address WHERE chain = ? AND generation = ?", [chain.number, generation])
        return Backfill(
            id: try row.get("number"), chain: chain.chain, generation: generation, from: low, next: next,
            upTo: high, lastHash: try row.find("last_hash").map { BlockHash($0) },
            addresses: Int(addresses ?? 0))
    }

    /// Gives a block that was scanned without the younger addresses to their backfills.
    func extendBackfills(_ chain: Int64, by header: Header, above tip: Header?, youngerThan known: Int64)
        throws
    {
        var generation = known
        while let younger = try integer(
            "SELECT min(generation) FROM address WHERE chain = ? AND generation > ?", [chain, generation])
        {
            generation = younger
            try run(
                "UPDATE backfill SET high = ? WHERE chain = ? AND generation = ? AND high = ?",
                [header.height.column, chain, generation, tip?.height.column ?? -1])
            guard changesCount == 0 else { continue }
            try insertBackfill(
                chain, generation: generation, header.height, header.height, after: header.parent)
        }
    }

    /// Takes an undone block out of the backfills: the one in its place is scanned with the addresses known.
    func clampBackfills(_ chain: Int64, below undone: Header, to tip: Header?) throws {
        let high = tip?.height.column ?? undone.height.column - 1
        try run("DELETE FROM backfill WHERE chain = ? AND next > ?", [chain, high])
        try run("UPDATE backfill SET high = ?1 WHERE chain = ?2 AND high > ?1", [high, chain])
    }

    /// Plans the backfills of a chain whose start has been set, for addresses issued from below it.
    func replanBackfills(_ chain: Int64, below start: Height) throws {
        try run("DELETE FROM backfill WHERE chain = ?", [chain])
        let groups = try rows(
            """
            SELECT generation, min(first) AS first FROM address
            WHERE chain = ? AND first < ? GROUP BY generation ORDER BY generation
            """, [chain, start.column])
        for group in groups {
            guard let first = try group.height("first") else { continue }
            try insertBackfill(chain, generation: group.get("generation"), first, start - 1, after: nil)
        }
    }

    /// Begins the backfills of a chain again: what they have scanned may have left the chain with a deep reorg.
    func restartBackfills(_ chain: Int64) throws {
        try run("UPDATE backfill SET next = low, last_hash = NULL WHERE chain = ?", [chain])
    }
}
