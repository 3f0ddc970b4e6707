internal import DepositCore
internal import GRDB

/// A chain's own row, read at the start of every transaction about it.
struct ChainRow {
    let number: Int64
    let chain: ChainID
    let window: UInt64
    let start: Height?
    /// The highest height that ever was agreed: the column is older than the word.
    let agreed: Height?
    /// Headers below this height were kept once and are not any more.
    let forgotten: Height?
    /// The lowest block whose results no later block has proven yet.
    let unproven: Height?
    let finalized: BlockRef?
    let halt: Halt?
    let haltCount: UInt64
    /// The newest generation of the chain's addresses.
    let generation: Int64

    init(_ row: some StoredRow) throws {
        number = try row.get("number")
        chain = ChainID(try row.get("name"))
        window = try row.count("window")
        start = try row.height("start")
        agreed = try row.height("highest")
        forgotten = try row.height("forgotten")
        unproven = try row.height("unproven")
        finalized = try row.block("final_")
        haltCount = try row.count("halt_count")
        generation = try row.get("generation")
        if let block = try row.block("halt_") {
            halt = Halt(
                block: block, reason: try row.get("halt_reason"),
                since: Timestamp(seconds: try row.get("halt_since")))
        } else {
            halt = nil
        }
    }
}

extension Database {
    func chain(_ chain: ChainID) throws -> ChainRow? {
        try row("SELECT * FROM chain WHERE name = ?", [.text(chain.text)], ChainRow.init)
    }

    /// The chain's row, for a call that makes no sense before `openChain`.
    func opened(_ chain: ChainID) throws -> ChainRow {
        guard let row = try self.chain(chain) else {
            throw StoreError.conflict("the chain \(chain) was never opened in this store")
        }
        return row
    }

    func chains() throws -> [ChainRow] {
        try rows("SELECT * FROM chain ORDER BY name", [], ChainRow.init)
    }

    /// The newest scanned block that still stands: the cursor.
    func tip(_ chain: Int64) throws -> Header? {
        try row("SELECT * FROM header WHERE chain = ? ORDER BY height DESC LIMIT 1", [.integer(chain)]) {
            try $0.header()
        }
    }

    func header(_ chain: Int64, at height: Height) throws -> Header? {
        try row(
            "SELECT * FROM header WHERE chain = ? AND height = ?", [.integer(chain), .integer(height.column)]
        ) {
            try $0.header()
        }
    }

    func headers(_ chain: Int64) throws -> [Header] {
        try rows("SELECT * FROM header WHERE chain = ? ORDER BY height", [.integer(chain)]) {
            try $0.header()
        }
    }
}
