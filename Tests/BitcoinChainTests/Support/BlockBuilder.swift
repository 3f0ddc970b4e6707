import DepositCore

@testable import BitcoinChain

/// Writes transactions and blocks byte by byte, as consensus has them.
struct TransactionBuilder {
    var version: UInt32 = 2
    var inputs: [[UInt8]]
    var outputs: [(value: UInt64, script: [UInt8])]
    var witnesses: [[[UInt8]]] = []
    var isHogEx = false
    var lockTime: UInt32 = 0

    static func coinbase(_ outputs: (UInt64, [UInt8])..., height: UInt8 = 1) -> TransactionBuilder {
        let input =
            [UInt8](repeating: 0, count: 32) + little(UInt32.max) + [2, 1, height] + little(UInt32.max)
        return TransactionBuilder(inputs: [input], outputs: outputs)
    }

    /// A payment out of a made-up output, told apart by `seed`.
    static func payment(_ seed: UInt8, _ outputs: (UInt64, [UInt8])...) -> TransactionBuilder {
        let input = [UInt8](repeating: seed, count: 32) + little(UInt32(seed)) + [0] + little(UInt32.max)
        return TransactionBuilder(inputs: [input], outputs: outputs)
    }

    func with(witnesses: [[[UInt8]]]) -> TransactionBuilder {
        var copy = self
        copy.witnesses = witnesses
        return copy
    }

    var asHogEx: TransactionBuilder {
        var copy = self
        copy.isHogEx = true
        return copy
    }

    /// What the id is made of.
    var stripped: [UInt8] { little(version) + body + little(lockTime) }

    var raw: [UInt8] {
        let flags: UInt8 = (witnesses.isEmpty ? 0 : 1) | (isHogEx ? 8 : 0)
        if flags == 0 { return stripped }
        let stacks = witnesses.flatMap { stack in
            compactSize(stack.count) + stack.flatMap { compactSize($0.count) + $0 }
        }
        return little(version) + [0, flags] + body + stacks + (isHogEx ? [0] : []) + little(lockTime)
    }

    var id: [UInt8] { doubleHash(stripped) }
    var idText: String { Hex.text(id.reversed()) }

    private var body: [UInt8] {
        compactSize(inputs.count) + inputs.flatMap { $0 } + compactSize(outputs.count)
            + outputs.flatMap { little($0.value) + compactSize($0.script.count) + $0.script }
    }
}

struct BlockBuilder {
    var version: UInt32 = 0x2000_0000
    var parent = [UInt8](repeating: 0, count: 32)
    var time: UInt32 = 1_700_000_000
    var transactions: [TransactionBuilder]
    /// Between header and transactions.
    var auxiliaryWork: [UInt8] = []
    /// Behind the transactions.
    var extensionBlock: [UInt8] = []

    var header: [UInt8] {
        little(version) + parent + Self.root(transactions.map(\.id)) + little(time)
            + little(UInt32(0x207f_ffff))
            + little(UInt32(0))
    }

    var raw: [UInt8] {
        header + auxiliaryWork + compactSize(transactions.count) + transactions.flatMap(\.raw)
            + extensionBlock
    }

    var hash: [UInt8] { doubleHash(header) }
    var hashText: String { Hex.text(hash.reversed()) }

    /// As an adapter hands it to whoever asks for the block.
    var summary: Header { summary(at: 1) }

    func summary(at height: Height) -> Header {
        Header(
            block: BlockRef(height: height, hash: BlockHash(hashText), time: Timestamp(seconds: Int64(time))),
            parent: BlockHash(Hex.text(parent.reversed())))
    }

    /// Written for clarity, apart from the product's own.
    static func root(_ level: [[UInt8]]) -> [UInt8] {
        if level.count == 1 { return level[0] }
        let even = level.count.isMultiple(of: 2) ? level : level + [level[level.count - 1]]
        return root(stride(from: 0, to: even.count, by: 2).map { doubleHash(even[$0] + even[$0 + 1]) })
    }
}

func little<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
}

func compactSize(_ count: Int) -> [UInt8] {
    switch count {
    case ..<0xfd: [UInt8(count)]
    case ..<0x1_0000: [0xfd] + little(UInt16(count))
    default: [0xfe] + little(UInt32(count))
    }
}

func doubleHash(_ bytes: [UInt8]) -> [UInt8] {
    bytes.withUnsafeBytes { Hex.decode(Hash256(of: $0).text) ?? [] }.reversed()
}
