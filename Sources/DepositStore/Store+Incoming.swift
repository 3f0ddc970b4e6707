public import DepositCore
internal import GRDB

extension Store {
    /// Those of `transfers` that go to a watched address: the exact check behind the filter.
    ///
    /// - Parameters:
    ///   - height: of the block; addresses that are watched only from above it are left out.
    ///   - job: leaves out all addresses but those that the backfill is for.
    public func incoming(
        _ transfers: [Transfer], on chain: ChainID, at height: Height? = nil, backfilling job: Backfill? = nil
    ) async throws(StoreError) -> [Incoming] {
        if transfers.isEmpty { return [] }
        return try await read { db in
            try Matching(db: db, chain: db.opened(chain), height: height, job: job).match(transfers)
        }
    }

    /// The deposits that are due.
    public func due(under view: ChainView, on chain: ChainID) async throws(StoreError) -> [Deposit] {
        try await read { db in try db.due(under: view, chain: db.opened(chain).number) }
    }

    /// All that settling a block needs, in one read of one moment.
    public func connecting(
        _ block: Block, view: ChainView, on chain: ChainID, backfilling job: Backfill? = nil
    ) async throws(StoreError) -> (incoming: [Incoming], known: [Deposit]) {
        try await read { db in
            try db.connecting(block, view: view, chain: db.opened(chain), backfilling: job)
        }
    }

    /// The deposits that stand in a block.
    public func deposits(in block: BlockRef, on chain: ChainID) async throws(StoreError) -> [Deposit] {
        try await read { db in try db.deposits(in: block, chain: db.opened(chain).number) }
    }
}

extension Database {
    fileprivate func connecting(
        _ block: Block, view: ChainView, chain: ChainRow, backfilling job: Backfill?
    ) throws -> (incoming: [Incoming], known: [Deposit]) {
        let incoming = try incoming(block, on: chain, backfilling: job)
        var known = try due(under: view, chain: chain.number)
        known += try deposits(Set(incoming.map(\.deposit)).subtracting(known.map(\.id)))
        return (incoming, known)
    }

    /// The transfers of a block that go to watched addresses.
    func incoming(_ block: Block, on chain: ChainRow, backfilling job: Backfill? = nil) throws -> [Incoming] {
        try Matching(db: self, chain: chain, height: block.header.height, job: job).match(block.transfers)
    }
}
