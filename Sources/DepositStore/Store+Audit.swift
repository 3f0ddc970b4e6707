public import DepositCore
internal import GRDB

extension Store {
    /// How far a chain has been scanned; nil where nothing of it has been.
    public func scannedSpan(of chain: ChainID) async throws(StoreError) -> ScannedSpan? {
        try await read { db in
            guard let row = try db.chain(chain), let tip = try db.tip(row.number) else { return nil }
            let late = try db.integer("SELECT min(first) FROM address WHERE chain = ?", [row.number])
            let start = try db.start(of: row) ?? tip.height
            return ScannedSpan(
                from: late.flatMap { Height(UInt64(clamping: $0)) }.map { min($0, start) } ?? start,
                tip: tip.height, backfills: try db.backfills(of: row))
        }
    }

    /// The deposits that stand at these heights.
    public func deposits(
        at heights: ClosedRange<Height>, on chain: ChainID
    ) async throws(StoreError) -> [Deposit] {
        try await read { db in try db.deposits(at: heights, chain: db.opened(chain).number) }
    }

    /// The headers that are kept at these heights, lowest first.
    public func headers(
        at heights: ClosedRange<Height>, on chain: ChainID
    ) async throws(StoreError) -> [Header] {
        try await read { db in try db.headers(at: heights, chain: db.opened(chain).number) }
    }

    /// What is stored of blocks that a node has shown.
    ///
    /// - Precondition: there is a block, and they come lowest first.
    public func stretch(_ blocks: [Block], on chain: ChainID) async throws(StoreError) -> StoredStretch {
        guard let lowest = blocks.first?.header.height, let highest = blocks.last?.header.height else {
            preconditionFailure("a stretch has a block")
        }
        return try await read { db in
            let row = try db.opened(chain)
            let headers = try db.headers(at: lowest...highest, chain: row.number)
            let ids = blocks.flatMap(\.transfers).map { Deposit.id(of: $0, on: chain) }
            let known = try db.deposits(Set(ids))
            var required: [BlockHash: [Incoming]] = [:]
            for block in blocks {
                let matching = Matching(
                    db: db, chain: row, height: block.header.height, watched: .already)
                required[block.header.hash] = try matching.match(block.transfers)
            }
            return StoredStretch(
                headers: Dictionary(headers.map { ($0.height, $0) }) { first, _ in first },
                keptFrom: try db.keptFrom(row),
                standing: try db.deposits(at: lowest...highest, chain: row.number),
                known: Dictionary(known.map { ($0.id, $0) }) { first, _ in first }, required: required)
        }
    }
}

extension Database {
    fileprivate func headers(at heights: ClosedRange<Height>, chain: Int64) throws -> [Header] {
        try rows(
            "SELECT * FROM header WHERE chain = ? AND height BETWEEN ? AND ? ORDER BY height",
            [.integer(chain), .integer(heights.lowerBound.column), .integer(heights.upperBound.column)]
        ) { try $0.header() }
    }

    fileprivate func deposits(at heights: ClosedRange<Height>, chain: Int64) throws -> [Deposit] {
        try rows(
            """
            SELECT deposit.*, chain.name FROM deposit JOIN chain ON chain.number = deposit.chain
            WHERE deposit.chain = ? AND height BETWEEN ? AND ? AND status NOT IN ('orphaned', 'reversed')
            ORDER BY height, deposit.number
            """,
            [.integer(chain), .integer(heights.lowerBound.column), .integer(heights.upperBound.column)],
            Deposit.init)
    }

    /// Where the chain's scan began; where that was never set, at the first block it connected.
    fileprivate func start(of chain: ChainRow) throws -> Height? {
        try chain.start ?? lowestHeader(of: chain)
    }

    private func lowestHeader(of chain: ChainRow) throws -> Height? {
        try row("SELECT * FROM header WHERE chain = ? ORDER BY height LIMIT 1", [chain.number])?
            .header().height
    }

    /// The lowest kept header's height once others have been forgotten; until then, where the scan began.
    fileprivate func keptFrom(_ chain: ChainRow) throws -> Height {
        let lowest = try lowestHeader(of: chain)
        return try (chain.forgotten == nil ? start(of: chain) : lowest) ?? lowest ?? 0
    }
}
