/// A made-up block with its header's real roots, bloom and hash.
///
/// The header is sealed when the block is made: what is changed in the block afterwards is a lie.
package struct EthereumBlock: Sendable {
    package let height: UInt64
    let parent: [UInt8]
    let time: UInt64
    let extraData: [UInt8]
    package var transactions: [EthereumTransaction]
    package var receipts: [EthereumReceipt]
    let transactionsRoot: [UInt8]
    let receiptsRoot: [UInt8]
    let bloom: EthereumBloom
    let gasUsed: UInt64
    /// What it and the blocks below it have settled, on a chain that settles later.
    let settlement: EthereumSettlement?
    package let hash: [UInt8]

    static let emptyUncles = plainKeccak([0xc0])
    /// keccak(0x80): no atomic transactions (ava-labs/avalanchego, graft/coreth).
    static let noExtraData = plainKeccak([0x80])
    static let miner = [UInt8](repeating: 0x11, count: 20)
    static let gasLimit: UInt64 = 36_000_000
    static let baseFee: UInt64 = 2_000_000_000

    /// - Parameters:
    ///   - parent: the hash of the block below.
    ///   - failing: the places of the transactions that fail.
    ///   - extraData: what tells it from another block of the same content; 32 bytes at most.
    ///   - settling: on a chain that settles later: the first block that is settled, and the one below this.
    package init(
        height: UInt64, parent: [UInt8], transactions: [EthereumTransaction], failing: Set<Int> = [],
        time: UInt64? = nil, extraData: [UInt8] = [],
        settling: (since: UInt64, parent: EthereumBlock?)? = nil
    ) {
        let time = time ?? 1_750_000_000 + height * 12
        var receipts: [EthereumReceipt] = []
        var bloom = EthereumBloom()
        for (index, transaction) in transactions.enumerated() {
            let receipt = EthereumReceipt(
                transaction, index: index, after: receipts.last, succeeds: !failing.contains(index))
            bloom.add(receipt.bloom)
            receipts.append(receipt)
        }
        let own = EthereumSettlement.Results(height: height, receipts: receipts.map(\.encoding), bloom: bloom)
        let settlement = settling.map { EthereumSettlement(own, above: $0.parent, since: $0.since) }
        let committed = settlement?.committed ?? [own]
        bloom = EthereumBloom()
        for results in committed { bloom.add(results.bloom) }
        // Of a block that is settled later, no more is known than what it may use at most.
        let gasUsed = (receipts.last?.cumulativeGas ?? 0) * (settlement?.settledHeight == nil ? 1 : 2)
        let transactionsRoot = plainTrieRoot(transactions.map(\.encoding))
        let receiptsRoot = plainTrieRoot(committed.flatMap(\.receipts))
        let zero = [UInt8](repeating: 0, count: 32)
        var fields: [PlainRLP] = [
            .string(parent), .string(Self.emptyUncles), .string(Self.miner), .string(zero),
            .string(transactionsRoot), .string(receiptsRoot), .string(bloom.bytes), .number(0),
            .number(height), .number(Self.gasLimit), .number(gasUsed), .number(time),
            .string(extraData), .string(zero), .string(Array(zero[..<8])),
        ]
        if let settlement {
            fields.append(.string(Self.noExtraData))
            fields.append(.number(Self.baseFee))
            fields += settlement.fields.map { $0.rlp }
        } else {
            fields.append(.number(Self.baseFee))
        }
        hash = plainKeccak(PlainRLP.list(fields).bytes)
        self.height = height
        self.parent = parent
        self.time = time
        self.extraData = extraData
        self.transactions = transactions
        self.receipts = receipts
        self.transactionsRoot = transactionsRoot
        self.receiptsRoot = receiptsRoot
        self.bloom = bloom
        self.gasUsed = gasUsed
        self.settlement = settlement
    }
}
