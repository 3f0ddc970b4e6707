import DepositTestKit

/// A made-up transaction of type 2 (EIP-1559) with the logs it left behind.
struct EthereumTransaction {
    struct Log {
        var contract: [UInt8]
        var topics: [[UInt8]]
        var data: [UInt8]
    }

    var nonce: UInt64
    var from: [UInt8]
    var to: [UInt8]
    var value: UInt64
    var input: [UInt8]
    var gas: UInt64
    var r: [UInt8]
    var s: [UInt8]
    var logs: [Log]
    private(set) var hash: [UInt8] = []

    static let priorityFee: UInt64 = 1_500_000_000
    static let maximumFee: UInt64 = 31_000_000_000

    /// keccak("Transfer(address,address,uint256)").
    static let transferTopic = plainKeccak(Array("Transfer(address,address,uint256)".utf8))
    /// keccak("Sync(uint112,uint112)"), the commonest of the other events.
    static let syncTopic = plainKeccak(Array("Sync(uint112,uint112)".utf8))

    init(to: [UInt8], value: UInt64, input: [UInt8], logs: [Log], _ random: inout SeededRandom) {
        nonce = UInt64.random(in: 0..<100_000, using: &random)
        from = random.bytes(20)
        self.to = to
        self.value = value
        self.input = input
        self.logs = logs
        gas = logs.isEmpty ? 21_000 : 40_000 + UInt64(logs.count) * 30_000
        r = [0x11] + random.bytes(31)
        s = [0x11] + random.bytes(31)
        hash = plainKeccak(encoding)
    }

    var encoding: [UInt8] {
        let fields: [PlainRLP] = [
            .number(1), .number(nonce), .number(Self.priorityFee), .number(Self.maximumFee), .number(gas),
            .string(to), .number(value), .string(input), .list([]), .number(1), .number(r), .number(s),
        ]
        return [2] + PlainRLP.list(fields).bytes
    }

    var bloom: EthereumBloom {
        var bloom = EthereumBloom()
        for log in logs { for entry in [log.contract] + log.topics { bloom.add(entry) } }
        return bloom
    }

    func receipt(cumulativeGas: UInt64) -> [UInt8] {
        let logs = logs.map {
            PlainRLP.list([.string($0.contract), .list($0.topics.map { .string($0) }), .string($0.data)])
        }
        return [2]
            + PlainRLP.list([.number(1), .number(cumulativeGas), .string(bloom.bytes), .list(logs)]).bytes
    }

    /// An address as an event's topic.
    static func word(_ account: [UInt8]) -> [UInt8] {
        [UInt8](repeating: 0, count: 12) + account
    }

    static func transfer(of contract: [UInt8], to: [UInt8], _ random: inout SeededRandom) -> Log {
        let amount = [UInt8](repeating: 0, count: 24) + [0] + random.bytes(7)
        return Log(
            contract: contract, topics: [transferTopic, word(random.bytes(20)), word(to)], data: amount)
    }
}

/// The bloom over logs (Yellow Paper, section 4.3.1).
struct EthereumBloom {
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
