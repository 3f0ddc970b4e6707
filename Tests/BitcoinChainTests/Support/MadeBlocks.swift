import DepositCore
import DepositTestKit

/// Transactions and blocks in the few words that the tests need.
extension BitcoinTransaction {
    static func coinbase(_ outputs: (UInt64, [UInt8])..., height: UInt64 = 1) -> BitcoinTransaction {
        BitcoinTransaction(inputs: [.coinbase(push(height: height) + [0])], outputs: outputs.map(Output.init))
    }

    /// A payment out of a made-up output, told apart by `seed`.
    static func payment(_ seed: UInt8, _ outputs: (UInt64, [UInt8])...) -> BitcoinTransaction {
        let input = Input(spent: [UInt8](repeating: seed, count: 32), index: UInt32(seed), sequence: .max)
        return BitcoinTransaction(inputs: [input], outputs: outputs.map(Output.init))
    }

    /// The same with a witness on its first input.
    func with(witness: [[UInt8]]) -> BitcoinTransaction {
        var copy = self
        copy.inputs[0].witness = witness
        return copy
    }

    var asHogEx: BitcoinTransaction {
        var copy = self
        copy.isHogEx = true
        return copy
    }

    var idText: String { id.reversed().hexDigits }
}

extension BitcoinBlock {
    /// As an adapter hands it to whoever asks for the block.
    var summary: Header { summary(at: 1) }

    func summary(at height: Height) -> Header {
        Header(
            block: BlockRef(height: height, hash: BlockHash(hashText), time: Timestamp(seconds: Int64(time))),
            parent: BlockHash(parent.reversed().hexDigits))
    }
}
