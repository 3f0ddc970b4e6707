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
    package let hash: [UInt8]

    static let emptyUncles = plainKeccak([0xc0])
    static let miner = [UInt8](repeating: 0x11, count: 20)
    static let gasLimit: UInt64 = 36_000_000
    static let baseFee: UInt64 = 2_000_000_000

    /// - Parameters:
    ///   - parent: the hash of the block below.
    ///   - failing: the places of the transactions that fail.
    ///   - extraData: what tells it from another block of the same content; 32 bytes at most.
    package init(
        height: UInt64, parent: [UInt8], transactions: [EthereumTransaction], failing: Set<Int> = [],
        time: UInt64? = nil, extraData: [UInt8] = []
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
        let gasUsed = receipts.last?.cumulativeGas ?? 0
        let transactionsRoot = plainTrieRoot(transactions.map(\.encoding))
        let receiptsRoot = plainTrieRoot(receipts.map(\.encoding))
        let zero = [UInt8](repeating: 0, count: 32)
        let fields: [PlainRLP] = [
            .string(parent), .string(Self.emptyUncles), .string(Self.miner), .string(zero),
            .string(transactionsRoot), .string(receiptsRoot), .string(bloom.bytes), .number(0),
            .number(height), .number(Self.gasLimit), .number(gasUsed), .number(time),
            .string(extraData), .string(zero), .string(Array(zero[..<8])), .number(Self.baseFee),
        ]
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
    }
}
