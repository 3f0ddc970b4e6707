internal import DepositCore

extension Bitcoin {
    /// Proves that `bytes` are the block of `header`, and reads the transfers out of it.
    func block(
        _ header: Header, from bytes: UnsafeRawBufferPointer, watching: Watchlist
    ) throws(BlockFault) -> Block {
        guard let hash = Hash256(text: header.hash.text) else {
            throw .unproven("\(header.hash) is no hash of a block")
        }
        let raw = try RawBlock(bytes, hash: hash, format: options.format) { watching.mayContain($0) }
        guard raw.header.parent.text == header.parent.text else {
            throw .unproven(
                "block \(header.hash) stands on \(raw.header.parent.text), not on \(header.parent)")
        }
        try proveHeight(raw.height, of: header)
        guard let block = Block(header: header, transfers: raw.outputs.compactMap(transfer)) else {
            throw .unproven("two transactions of block \(header.hash) have the same id")
        }
        return block
    }

    /// From BIP-34 on, a block's first transaction binds it to one height.
    private func proveHeight(_ found: UInt64?, of header: Header) throws(BlockFault) {
        let height = header.height.rawValue
        guard let consensus = network.consensus, height >= consensus.versions.two, found != height else {
            return
        }
        let words = found.map { "\($0)" } ?? "none"
        throw .unproven(
            "block \(header.hash) is said to be at \(height), and its first transaction names height \(words)"
        )
    }

    /// Nil for a script without an address: it passed the watchlist's filter by chance.
    private func transfer(_ output: RawBlock.Output) -> Transfer? {
        guard let text = Script(output.script).flatMap(spelling) else { return nil }
        return Transfer(
            transaction: TransactionID(output.transaction.text), position: Position("output:\(output.index)"),
            asset: asset, amount: Amount(output.value), to: Address(key: output.script, text: text),
            from: [], maturity: output.source.maturity)
    }
}

extension RawBlock.Source {
    /// Confirmations before nodes let an output be spent.
    ///
    /// Coinbase: 100 blocks on top of its own (Bitcoin Core, consensus.h, `COINBASE_MATURITY`, as its
    /// wallet counts). Peg-out: 6, of which its own block is the first (Litecoin Core,
    /// `PEGOUT_MATURITY`).
    fileprivate var maturity: UInt64 {
        switch self {
        case .payment: 1
        case .coinbase: 101
        case .pegOut: 6
        }
    }
}
