/// A made-up block with its header's real roots, bloom and hash.
struct EthereumBlock {
    let height: UInt64
    let parent: [UInt8]
    let transactions: [EthereumTransaction]
    let transactionsRoot: [UInt8]
    let receiptsRoot: [UInt8]
    let bloom: EthereumBloom
    /// Gas used up to and including each transaction.
    let gas: [UInt64]
    let hash: [UInt8]

    static let emptyUncles = plainKeccak([0xc0])
    static let miner = [UInt8](repeating: 0x11, count: 20)
    static let extraData = Array("bench".utf8)
    static let gasLimit: UInt64 = 36_000_000
    static let baseFee: UInt64 = 2_000_000_000

    var time: UInt64 { Self.time(height) }

    private static func time(_ height: UInt64) -> UInt64 { 1_750_000_000 + height * 12 }

    init(height: UInt64, parent: [UInt8], transactions: [EthereumTransaction]) {
        self.height = height
        self.parent = parent
        self.transactions = transactions
        var total: UInt64 = 0
        gas = transactions.map { transaction in
            total += transaction.gas
            return total
        }
        var bloom = EthereumBloom()
        for transaction in transactions { bloom.add(transaction.bloom) }
        self.bloom = bloom
        transactionsRoot = plainTrieRoot(transactions.map(\.encoding))
        receiptsRoot = plainTrieRoot(zip(transactions, gas).map { $0.receipt(cumulativeGas: $1) })
        let zero = [UInt8](repeating: 0, count: 32)
        let fields: [PlainRLP] = [
            .string(parent), .string(Self.emptyUncles), .string(Self.miner), .string(zero),
            .string(transactionsRoot), .string(receiptsRoot), .string(bloom.bytes), .number(0),
            .number(height), .number(Self.gasLimit), .number(total), .number(Self.time(height)),
            .string(Self.extraData), .string(zero), .string(Array(zero[..<8])), .number(Self.baseFee),
        ]
        hash = plainKeccak(PlainRLP.list(fields).bytes)
    }
}
