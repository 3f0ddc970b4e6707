/// Which blocks a made-up block settles, on a chain that settles later (ACP-194, "Block settlement").
///
/// Every other block settles nothing, and those between settle all that lies two blocks or more below them: so the list
/// that a header commits to is empty, or of one block, or of two.
struct EthereumSettlement: Sendable {
    /// What came of a block.
    struct Results: Sendable {
        let height: UInt64
        let receipts: [[UInt8]]
        let bloom: EthereumBloom
    }

    /// Nil for one that commits to its own results.
    let settledHeight: UInt64?
    /// What its roots are over.
    let committed: [Results]
    /// Results of it and of blocks below it to which no header commits yet.
    private let waiting: [Results]

    private static let lag: UInt64 = 2

    init(_ own: Results, above parent: EthereumBlock?, since: UInt64) {
        guard own.height >= since, let parent else {
            settledHeight = nil
            committed = [own]
            waiting = []
            return
        }
        let below = parent.settlement?.settledHeight ?? parent.height
        let isBusy = (own.height - since).isMultiple(of: 2)
        let settled = isBusy ? max(below, own.height - min(own.height, Self.lag)) : below
        let known = parent.settlement?.waiting ?? []
        settledHeight = settled
        committed = known.filter { $0.height <= settled }
        waiting = known.filter { $0.height > settled } + [own]
    }

    /// The fields that its header has beside Ethereum's, in the order in which they are hashed, after the base fee.
    var fields: [(name: String, rlp: PlainRLP, quantity: UInt64?)] {
        let numbers = [("extDataGasUsed", 0), ("blockGasCost", 0)] as [(String, UInt64)]
        guard let settledHeight else { return numbers.map { ($0.0, .number($0.1), $0.1) } }
        let more: [(String, UInt64?)] = [
            ("blobGasUsed", 0), ("excessBlobGas", 0), ("parentBeaconBlockRoot", nil),
            ("timestampMilliseconds", 1_790_000_000_000), ("minDelayExcess", 7_132_828),
            ("targetExponent", 15_770_705), ("minPriceExponent", 957_426_871_562_550_027),
            ("settledHeight", settledHeight), ("settledGasUnix", 1_790_000_000),
            ("settledGasNumerator", 2_320_027), ("settledExcess", 320_540_660),
        ]
        let zero = [UInt8](repeating: 0, count: 32)
        return numbers.map { ($0.0, .number($0.1), $0.1) }
            + more.map { name, value in (name, value.map { .number($0) } ?? .string(zero), value) }
    }
}
