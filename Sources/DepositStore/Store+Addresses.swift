public import DepositCore
internal import Foundation
internal import GRDB

extension Store {
    /// Issues addresses: all of them or none. The same address again keeps what it has, but for its label; an earlier
    /// `from` than before is scanned back to.
    ///
    /// Where the cursor stands is read in the same transaction: what lies above it is found by the scan, what lies at
    /// or below it by the backfill, and a block in flight by `commit`, which knows what its scan could not.
    ///
    /// - Parameter watch: puts the keys into the filter that scans use. Called on the writer's queue, once they are
    ///   stored and before any other call's are: a scan that knows a generation must know all before it, which calls
    ///   that return side by side could not promise each other.
    public func add(
        _ addresses: [NewAddress], on chain: ChainID, now: Timestamp,
        watch: @escaping @Sendable (Registration) -> Void = { _ in }
    ) async throws(StoreError) -> Registration {
        // The table is ordered by key, so a sorted batch touches each of its pages once.
        let sorted = addresses.sorted { $0.address.key.lexicographicallyPrecedes($1.address.key) }
        return try await write(committed: watch) { db in
            var registering = try Registering(db, chain: db.opened(chain), now: now)
            for address in sorted {
                try registering.add(address)
                CrashPoint.importing.pass()
            }
            return try registering.finish()
        }
    }

    /// Stops watching an address. Its deposits stay, and go on to be confirmed.
    ///
    /// - Returns: whether it was watched.
    public func remove(_ address: Address, on chain: ChainID) async throws(StoreError) -> Bool {
        try await write { db in
            guard let row = try db.chain(chain) else { return false }
            try db.run(
                "DELETE FROM address WHERE chain = ? AND key = ? AND memo = ?",
                [row.number, Data(address.key), address.memo ?? ""])
            return db.changesCount > 0
        }
    }

    /// How many addresses of a chain are watched.
    public func watchedCount(on chain: ChainID) async throws(StoreError) -> Int {
        try await read { db in try db.chain(chain).map { try db.watched($0.number) } ?? 0 }
    }

    /// Every watched key of a chain with its generation, oldest first: to fill a filter at the start.
    ///
    /// - Parameter body: called on the database's own queue.
    public func forEachWatchedKey(
        on chain: ChainID, _ body: @escaping @Sendable ([UInt8], Int64) -> Void
    ) async throws(StoreError) {
        try await read { db in
            guard let row = try db.chain(chain) else { return }
            try db.forEachKey(row.number, body)
        }
    }

    /// The filter over all watched keys of a chain, of the newest generation.
    public func watchlist(of chain: ChainID, seed: UInt64) async throws(StoreError) -> Watchlist {
        try await read { db in
            guard let row = try db.chain(chain) else { return Watchlist(seed: seed) }
            // Half as much again, so that it turns away as much after a day of issuing as it does now.
            let capacity = try db.watched(row.number) * 3 / 2
            var list = Watchlist(capacity: capacity, generation: row.generation, seed: seed)
            try db.forEachKey(row.number) { list.add($0, generation: $1, loading: true) }
            return list
        }
    }
}

extension Database {
    func watched(_ chain: Int64) throws -> Int {
        Int(try integer("SELECT count(*) FROM address WHERE chain = ?", [chain]) ?? 0)
    }

    fileprivate func forEachKey(_ chain: Int64, _ body: ([UInt8], Int64) -> Void) throws {
        let statement = try cachedStatement(
            sql: "SELECT key, generation FROM address WHERE chain = ? ORDER BY generation")
        let rows = try Row.fetchCursor(statement, arguments: [chain])
        while let row = try rows.next() {
            let generation: Int64 = row[1]
            try row.withUnsafeData(atIndex: 0) { key in
                body(key.map { [UInt8]($0) } ?? [], generation)
            }
        }
    }
}
