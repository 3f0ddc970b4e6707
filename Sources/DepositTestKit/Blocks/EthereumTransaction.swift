/// A made-up transaction of type 2 (EIP-1559), signed by its sender, with the logs it leaves behind; or one of a type
/// that nobody signs and we do not know.
package struct EthereumTransaction: Hashable, Sendable {
    package struct Log: Hashable, Sendable {
        package var contract: [UInt8]
        package var topics: [[UInt8]]
        package var data: [UInt8]

        package init(contract: [UInt8], topics: [[UInt8]], data: [UInt8]) {
            self.contract = contract
            self.topics = topics
            self.data = data
        }
    }

    static let feeMarketType: UInt8 = 2

    let type: UInt8
    let chainID: UInt64
    let nonce: UInt64
    let from: [UInt8]
    var to: [UInt8]
    var value: UInt64
    let input: [UInt8]
    let gas: UInt64
    /// Zero or one: whether the y of the signature's point is odd.
    private(set) var parity: UInt64 = 0
    private(set) var r: [UInt8] = []
    private(set) var s: [UInt8] = []
    package let logs: [Log]
    /// Keccak over the encoding; it stays when the rest is changed to make a lie.
    package private(set) var hash: [UInt8] = []

    static let priorityFee: UInt64 = 1_500_000_000
    static let maximumFee: UInt64 = 31_000_000_000

    /// keccak("Transfer(address,address,uint256)").
    package static let transferTopic = plainKeccak(Array("Transfer(address,address,uint256)".utf8))
    /// keccak("Sync(uint112,uint112)"), the commonest of the other events.
    package static let syncTopic = plainKeccak(Array("Sync(uint112,uint112)".utf8))

    package init(
        to: [UInt8], value: UInt64, input: [UInt8], logs: [Log], chainID: UInt64 = 1,
        type: UInt8 = feeMarketType, _ random: inout SeededRandom
    ) {
        self.type = type
        self.chainID = chainID
        nonce = UInt64.random(in: 0..<100_000, using: &random)
        let sender = EthereumAccount.any(&random)
        from = sender.address
        self.to = to
        self.value = value
        self.input = input
        self.logs = logs
        gas = logs.isEmpty ? 21_000 : 40_000 + UInt64(logs.count) * 30_000
        if type == Self.feeMarketType {
            let signature = sender.sign(plainKeccak(encoding(signed: false)))
            parity = signature.isOdd ? 1 : 0
            (r, s) = (signature.r, signature.s)
        }
        hash = plainKeccak(encoding)
    }

    package var encoding: [UInt8] { encoding(signed: type == Self.feeMarketType) }

    private func encoding(signed: Bool) -> [UInt8] {
        var fields: [PlainRLP] = [
            .number(chainID), .number(nonce), .number(Self.priorityFee), .number(Self.maximumFee),
            .number(gas), .string(to), .number(value), .string(input), .list([]),
        ]
        if signed { fields += [.number(parity), .number(r), .number(s)] }
        return [type] + PlainRLP.list(fields).bytes
    }

    /// An address as an event's topic.
    package static func word(_ account: [UInt8]) -> [UInt8] {
        [UInt8](repeating: 0, count: 12) + account
    }

    package static func transfer(
        of contract: [UInt8], to: [UInt8], amount: UInt64? = nil, _ random: inout SeededRandom
    ) -> Log {
        let low = amount.map { amount in withUnsafeBytes(of: amount.bigEndian) { Array($0) } }
        let data = [UInt8](repeating: 0, count: 24) + (low ?? [0] + random.bytes(7))
        return Log(
            contract: contract, topics: [transferTopic, word(random.bytes(20)), word(to)], data: data)
    }
}
