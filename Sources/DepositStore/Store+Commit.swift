public import DepositCore
internal import GRDB

extension Store {
    /// Writes one change: cursor, header, deposits, their history, events and outbox, together or not at all.
    ///
    /// - Parameter generation: the newest generation of addresses that the scan of the block knew. Younger addresses
    ///   get that block as a backfill, so that none is missed by being issued while a block is in flight. Nil: all.
    /// - Throws: `conflict` when the stored tip is not the one that the change was decided on, or the chain is halted.
    public func commit(
        _ change: Change, scannedWith generation: Int64?, now: Timestamp
    ) async throws(StoreError) {
        try await commit([(change, generation)], now: now)
    }

    /// Writes several consecutive changes of one chain in one transaction.
    public func commit(
        _ changes: [(change: Change, generation: Int64?)], now: Timestamp
    ) async throws(StoreError) {
        guard let chain = changes.first?.change.chain else { return }
        precondition(changes.allSatisfy { $0.change.chain == chain }, "changes of one chain go together")
        try await write { [news] db in
            try db.writing(to: db.following(chain), at: now, telling: news) { writer in
                for (change, generation) in changes { try writer.apply(change, scannedWith: generation) }
            }
        }
    }

    /// Settles consecutive blocks and writes what that changes in one transaction: each block is settled on what the
    /// one before it has left, and all of them are durable once this returns, or none.
    ///
    /// A flush to the disk costs the same for one block as for several, so a chain that is caught up with hands over
    /// a few at a time.
    ///
    /// - Parameter settle: decides, without touching the store; called on the database's own queue.
    /// - Returns: what has changed, and what is still due under the last view after it.
    public func connect(
        _ blocks: [(block: Block, view: ChainView)], on chain: ChainID, scannedWith generation: Int64,
        now: Timestamp, settle: @escaping @Sendable (Block, ChainView, [Incoming], [Deposit]) -> Change
    ) async throws(StoreError) -> (changes: [Change], due: [Deposit]) {
        guard let last = blocks.last?.view else { return ([], []) }
        return try await write { [news] db in
            let row = try db.following(chain)
            var waiting = Waiting(try db.due(under: last, chain: row.number))
            let changes = try db.writing(to: row, at: now, telling: news) { writer in
                try blocks.map { block, view in
                    let incoming = try db.incoming(block, on: row)
                    let ids = Set(incoming.map(\.deposit))
                    let known = try waiting.known(ids, under: view) { try db.deposits($0) }
                    let change = settle(block, view, incoming, known)
                    try writer.apply(change, scannedWith: generation)
                    waiting.note(change.deposits)
                    return change
                }
            }
            return (changes, waiting.due(under: last).sorted { $0.id < $1.id })
        }
    }
}

/// The deposits that wait for something while blocks are settled, each as the last block has left it: so that what is
/// due is asked of the tables once, and not once a block.
private struct Waiting {
    private var deposits: [DepositID: Deposit] = [:]
    /// When each of them is due: few enough bytes to look through all of them for every block.
    private var dues: [DepositID: Due] = [:]

    init(_ due: [Deposit]) {
        note(due)
    }

    mutating func note(_ changed: [Deposit]) {
        for deposit in changed {
            deposits[deposit.id] = deposit
            dues[deposit.id] = deposit.due
        }
    }

    func due(under view: ChainView) -> [Deposit] {
        dues.filter { $0.value.hasCome(under: view) }.compactMap { deposits[$0.key] }
    }

    /// Those that are due, and those with these ids, which are looked up where none of them is known.
    func known(
        _ ids: Set<DepositID>, under view: ChainView, lookUp: (Set<DepositID>) throws -> [Deposit]
    ) rethrows -> [Deposit] {
        let due = due(under: view)
        let others = ids.subtracting(due.map(\.id))
        let noted = others.compactMap { deposits[$0] }
        return due + noted + (try lookUp(others.subtracting(noted.map(\.id))))
    }
}

extension Database {
    /// The chain's row, unless it is halted: then nothing of it may change.
    func following(_ chain: ChainID) throws -> ChainRow {
        let row = try opened(chain)
        guard row.halt == nil else { throw StoreError.conflict("\(chain) is halted") }
        return row
    }
}
