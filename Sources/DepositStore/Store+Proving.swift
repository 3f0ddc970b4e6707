public import DepositCore
internal import GRDB

extension Store {
    /// All that settling a block of ours anew needs, once a later block has proven what it holds: its transfers to
    /// watched addresses, and the deposits that they are or that stand in it, in one read of one moment.
    public func proving(
        _ block: Block, on chain: ChainID
    ) async throws(StoreError) -> (incoming: [Incoming], known: [Deposit]) {
        try await read { db in
            let row = try db.opened(chain)
            let incoming = try db.incoming(block, on: row)
            let standing = try db.deposits(in: block.header.block, chain: row.number)
            let others = Set(incoming.map(\.deposit)).subtracting(standing.map(\.id))
            return (incoming, standing + (try db.deposits(others)))
        }
    }

    /// The lowest block whose results no later block has proven yet; nil where that was never asked.
    public func unproven(on chain: ChainID) async throws(StoreError) -> Height? {
        try await read { db in try db.opened(chain).unproven }
    }
}
