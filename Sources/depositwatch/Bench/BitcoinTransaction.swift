import DepositTestKit

/// A made-up transaction, as its bytes (BIP-144) and as a node shows it.
struct BitcoinTransaction {
    struct Input {
        var spent: [UInt8]
        var index: UInt32
        var script: [UInt8] = []
        var witness: [[UInt8]] = []
    }

    struct Output {
        var value: UInt64
        var script: [UInt8]
    }

    var inputs: [Input]
    var outputs: [Output]

    var isSegwit: Bool { inputs.contains { !$0.witness.isEmpty } }

    /// The bytes without witnesses, which the id is made over.
    var stripped: [UInt8] {
        Self.bytes(UInt32(2)) + body + Self.bytes(UInt32(0))
    }

    var raw: [UInt8] {
        guard isSegwit else { return stripped }
        var raw = Self.bytes(UInt32(2)) + [0, 1] + body
        for input in inputs {
            raw += Self.compactSize(input.witness.count)
            for item in input.witness { raw += Self.compactSize(item.count) + item }
        }
        return raw + Self.bytes(UInt32(0))
    }

    var id: [UInt8] { doubleSHA256(stripped) }

    private var body: [UInt8] {
        var body = Self.compactSize(inputs.count)
        for input in inputs {
            body +=
                input.spent + Self.bytes(input.index) + Self.compactSize(input.script.count) + input.script
            body += Self.bytes(UInt32.max - 2)
        }
        body += Self.compactSize(outputs.count)
        for output in outputs {
            body += Self.bytes(output.value) + Self.compactSize(output.script.count) + output.script
        }
        return body
    }

    static func compactSize(_ count: Int) -> [UInt8] {
        count < 0xfd ? [UInt8(count)] : [0xfd] + bytes(UInt16(count))
    }

    static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }
}

extension BitcoinTransaction {
    static func coinbase(_ height: Int, _ random: inout SeededRandom) -> BitcoinTransaction {
        var input = Input(spent: [UInt8](repeating: 0, count: 32), index: .max)
        input.script = [4] + bytes(UInt32(height)) + random.bytes(40)
        let reward = Output(value: 312_500_000, script: script(&random))
        return BitcoinTransaction(inputs: [input], outputs: [reward])
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
