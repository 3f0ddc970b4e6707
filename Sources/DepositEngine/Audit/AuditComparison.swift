internal import DepositCore
internal import DepositStore

/// Compares blocks that a node has shown with what is stored of them. Pure.
struct AuditComparison {
    let stored: StoredStretch
    let rules: ChainRules
    /// The sieve that the blocks were read with: a deposit whose address did not pass it cannot have been shown.
    let watching: Watchlist

    func differences(_ blocks: [Block]) -> [AuditDifference] {
        let standing = Dictionary(grouping: stored.standing.filter(isComparable)) { $0.block?.height }
        return unscanned(blocks)
            + blocks.flatMap { block in
                header(block) + standing[block.header.height, default: []].flatMap { compare($0, block) }
                    + missing(block)
            }
    }

    /// Of an asset that the chain file lists, and of an address that was known when the block was read.
    private func isComparable(_ deposit: Deposit) -> Bool {
        rules.assets[deposit.transfer.asset] != nil && watching.mayContain(deposit.transfer.to.key)
    }

    /// Neighbours together.
    private func unscanned(_ blocks: [Block]) -> [AuditDifference] {
        var ranges: [ClosedRange<Height>] = []
        for height in blocks.map(\.header.height)
        where height >= stored.keptFrom && stored.headers[height] == nil {
            if let last = ranges.last, last.upperBound + 1 == height {
                ranges[ranges.count - 1] = last.lowerBound...height
            } else {
                ranges.append(height...height)
            }
        }
        return ranges.map { .unscanned($0) }
    }

    private func header(_ block: Block) -> [AuditDifference] {
        guard let header = stored.headers[block.header.height], header != block.header else { return [] }
        return [.header(stored: header, shown: block.header)]
    }

    private func compare(_ deposit: Deposit, _ block: Block) -> [AuditDifference] {
        let shown = block.transfers.first { id(of: $0) == deposit.id }
        guard let shown else { return [.unfounded(deposit, shown: block.header.block)] }
        let facts: [(AuditDifference.Fact, String, String)] = [
            (.block, deposit.block?.hash.text ?? "", block.header.hash.text),
            (.asset, deposit.transfer.asset.text, shown.asset.text),
            (.amount, "\(deposit.transfer.amount)", "\(shown.amount)"),
            (.recipient, deposit.transfer.to.words, shown.to.words),
            (.maturity, "\(deposit.transfer.maturity)", "\(shown.maturity)"),
            (.doubt, deposit.transfer.doubt.words, shown.doubt.words),
        ]
        return facts.filter { $0.1 != $0.2 }.map { .fact($0, of: deposit, stored: $1, shown: $2) }
    }

    /// What settling the block on an empty store would give, and does not stand there.
    private func missing(_ block: Block) -> [AuditDifference] {
        let settled = Settlement.settle(
            stored.required[block.header.hash, default: []], in: block.header.block, move: .stay, known: [],
            rules: rules, view: ChainView(tip: block.header.block, finalized: nil, confirming: .these([])),
            now: block.header.block.time)
        let required = Set(settled.deposits.map(\.id))
        return block.transfers.compactMap { transfer in
            let id = id(of: transfer)
            let deposit = stored.known[id]
            let standsAt = deposit?.block?.height
            // In the block itself it has been compared; in another it is wrong whoever it is for.
            guard standsAt != block.header.height, required.contains(id) || standsAt != nil else {
                return nil
            }
            return .missing(transfer, in: block.header.block, stored: deposit)
        }
    }

    private func id(of transfer: Transfer) -> DepositID {
        Deposit.id(of: transfer, on: rules.chain)
    }
}

extension Doubt? {
    /// Of a doubt that the block shows: one about a memo is the store's own, from who was issued what.
    fileprivate var words: String { flatMap { $0.isOfChain ? $0.rawValue : nil } ?? "none" }
}

extension Address {
    /// Its spelling, its memo, and what the chain compares: the key is stored apart from the spelling.
    fileprivate var words: String {
        let bytes = key.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }
        return "\(text)\(memo.map { " memo \($0)" } ?? "") (\(bytes.joined()))"
    }
}
