public import DepositCore
internal import Foundation
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
        known += try deposits(Set(incoming.map { $0.deposit(on: chain.chain) }).subtracting(known.map(\.id)))
        return (incoming, known)
    }

    /// The transfers of a block that go to watched addresses.
    func incoming(_ block: Block, on chain: ChainRow, backfilling job: Backfill? = nil) throws -> [Incoming] {
        try Matching(db: self, chain: chain, height: block.header.height, job: job).match(block.transfers)
    }
}

extension Incoming {
    /// The deposit that it is.
    func deposit(on chain: ChainID) -> DepositID {
        Deposit.id(chain: chain, transaction: transfer.transaction, position: transfer.position)
    }
}

/// The exact check of transfers against the issued addresses.
private struct Matching {
    let db: Database
    let chain: ChainRow
    let height: Height?
    let job: Backfill?

    func match(_ transfers: [Transfer]) throws -> [Incoming] {
        try transfers.compactMap { transfer in
            if let row = try find(transfer.to.key, memo: transfer.to.memo ?? "") {
                return Incoming(transfer, label: try row.find("label"))
            }
            guard try isAnyMemoIssued(transfer.to.key) else { return nil }
            if transfer.to.memo != nil, let row = try find(transfer.to.key, memo: "") {
                return Incoming(transfer, label: try row.find("label"))
            }
            return Incoming(transfer.doubted, label: nil)
        }
    }

    private func find(_ key: [UInt8], memo: String) throws -> Row? {
        // SQLite would compare only what stands before a NUL, and a stranger writes the memo.
        guard !memo.utf8.contains(0) else { return nil }
        return try db.row(Self.exact, arguments(key) + [memo])
    }

    /// Whether customers are told apart by a memo at this address, or none is needed there.
    private func isAnyMemoIssued(_ key: [UInt8]) throws -> Bool {
        try db.row(Self.any, arguments(key)) != nil
    }

    private static let exact =
        "SELECT label FROM address WHERE chain = ?1 AND key = ?2 AND memo = ?6 \(watched)"
    private static let any = "SELECT 1 FROM address WHERE chain = ?1 AND key = ?2 \(watched) LIMIT 1"

    /// An address counts from `first` on; without one from when it was issued, which is never below the start.
    private static let watched = """
        AND (?3 IS NULL OR first <= ?3 OR (first IS NULL AND (covered IS NOT NULL OR ?3 >= ?4)))
        AND (?5 IS NULL OR generation = ?5)
        """

    /// By number, not by name: this is asked for each transfer.
    private func arguments(_ key: [UInt8]) -> StatementArguments {
        [chain.number, Data(key), height?.column, chain.start?.column ?? 0, job?.generation]
    }
}

extension Transfer {
    /// To an address whose customers are told apart by a memo, without one that was issued.
    fileprivate var doubted: Transfer {
        Transfer(
            transaction: transaction, position: position, asset: asset, amount: amount, to: to, from: from,
            maturity: maturity, doubt: doubt ?? (to.memo == nil ? .memoMissing : .memoUnknown))
    }
}
