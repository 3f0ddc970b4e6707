import DepositTestKit

/// Transactions like those of Bitcoin's blocks.
extension BitcoinTransaction {
    static func coinbase(_ height: Int, _ random: inout SeededRandom) -> BitcoinTransaction {
        let input = Input.coinbase(push(height: UInt64(height)) + random.bytes(40))
        return BitcoinTransaction(
            inputs: [input], outputs: [Output(value: 312_500_000, script: script(&random))])
    }

    /// Of the kinds that fill a block: payments with change, gathered coins, payouts to many, data in witnesses.
    static func payment(_ random: inout SeededRandom) -> BitcoinTransaction {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<45: make(&random, inputs: 1, outputs: 2, isSegwit: true)
        case 45..<62: make(&random, inputs: 1, outputs: 2, isSegwit: false)
        case 62..<80: make(&random, inputs: 3, outputs: 2, isSegwit: true)
        case 80..<90: make(&random, inputs: 4, outputs: 1, isSegwit: false)
        case 90..<96: make(&random, inputs: 1, outputs: 28, isSegwit: true)
        default: make(&random, inputs: 1, outputs: 2, isSegwit: true, data: 4_900)
        }
    }

    private static func make(
        _ random: inout SeededRandom, inputs: Int, outputs: Int, isSegwit: Bool, data: Int = 0
    ) -> BitcoinTransaction {
        let spends = (0..<inputs).map { _ in
            var input = Input(spent: random.bytes(32), index: UInt32.random(in: 0..<4, using: &random))
            if isSegwit {
                input.witness = [random.bytes(71), random.bytes(33)]
                if data > 0 { input.witness.append(random.bytes(data)) }
            } else {
                input.script = [71] + random.bytes(71) + [33] + random.bytes(33)
            }
            return input
        }
        let pays = (0..<outputs).map { _ in
            Output(value: UInt64.random(in: 10_000..<500_000_000, using: &random), script: script(&random))
        }
        return BitcoinTransaction(inputs: spends, outputs: pays)
    }

    /// P2WPKH, P2PKH, P2SH and P2TR, about as often as they are paid to.
    static func script(_ random: inout SeededRandom) -> [UInt8] {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<50: [0, 20] + random.bytes(20)
        case 50..<70: [0x76, 0xa9, 20] + random.bytes(20) + [0x88, 0xac]
        case 70..<85: [0xa9, 20] + random.bytes(20) + [0x87]
        default: [0x51, 32] + random.bytes(32)
        }
    }
}
