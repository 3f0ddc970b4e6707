/// What a transaction did in its block.
package struct EthereumReceipt: Hashable, Sendable {
    let transaction: EthereumTransaction
    let index: Int
    /// The place of its first log in the block.
    let firstLog: Int
    /// Gas used up to and including this transaction.
    let cumulativeGas: UInt64
    var succeeds: Bool
    var logs: [EthereumTransaction.Log]
    let bloom: EthereumBloom

    init(_ transaction: EthereumTransaction, index: Int, after before: EthereumReceipt?, succeeds: Bool) {
        self.transaction = transaction
        self.index = index
        self.succeeds = succeeds
        firstLog = before.map { $0.firstLog + $0.logs.count } ?? 0
        cumulativeGas = (before?.cumulativeGas ?? 0) + transaction.gas
        // What fails leaves no log behind.
        logs = succeeds ? transaction.logs : []
        var bloom = EthereumBloom()
        for log in logs { for entry in [log.contract] + log.topics { bloom.add(entry) } }
        self.bloom = bloom
    }

    var encoding: [UInt8] {
        let logs = logs.map {
            PlainRLP.list([.string($0.contract), .list($0.topics.map { .string($0) }), .string($0.data)])
        }
        let fields: [PlainRLP] = [
            .number(succeeds ? 1 : 0), .number(cumulativeGas), .string(bloom.bytes), .list(logs),
        ]
        return [transaction.type] + PlainRLP.list(fields).bytes
    }
}

/// The bloom over logs (Yellow Paper, section 4.3.1).
struct EthereumBloom: Hashable, Sendable {
    private(set) var bytes = [UInt8](repeating: 0, count: 256)

    mutating func add(_ entry: [UInt8]) {
        let hash = plainKeccak(entry)
        for pair in 0..<3 {
            let bit = (Int(hash[pair * 2]) << 8 | Int(hash[pair * 2 + 1])) & 2_047
            bytes[255 - bit / 8] |= 1 << UInt8(bit % 8)
        }
    }

    mutating func add(_ other: EthereumBloom) {
        for index in bytes.indices { bytes[index] |= other.bytes[index] }
    }
}
