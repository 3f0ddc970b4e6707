/// A made-up transaction, byte by byte as consensus has it (BIP-144; Litecoin's MWEB flag).
package struct BitcoinTransaction: Hashable, Sendable {
    package struct Input: Hashable, Sendable {
        package var spent: [UInt8]
        package var index: UInt32
        package var script: [UInt8]
        package var witness: [[UInt8]]
        package var sequence: UInt32

        package init(
            spent: [UInt8], index: UInt32, script: [UInt8] = [], witness: [[UInt8]] = [],
            sequence: UInt32 = .max - 2
        ) {
            self.spent = spent
            self.index = index
            self.script = script
            self.witness = witness
            self.sequence = sequence
        }

        /// That of a coinbase, which spends nothing.
        package static func coinbase(_ script: [UInt8]) -> Input {
            Input(spent: [UInt8](repeating: 0, count: 32), index: .max, script: script, sequence: .max)
        }
    }

    package struct Output: Hashable, Sendable {
        /// In satoshis.
        package var value: UInt64
        package var script: [UInt8]

        package init(value: UInt64, script: [UInt8]) {
            self.value = value
            self.script = script
        }
    }

    package var version: UInt32
    package var inputs: [Input]
    package var outputs: [Output]
    package var lockTime: UInt32 = 0
    /// Litecoin's last transaction of a block, which carries coins between the chain and its extension.
    package var isHogEx = false

    package init(version: UInt32 = 2, inputs: [Input], outputs: [Output]) {
        self.version = version
        self.inputs = inputs
        self.outputs = outputs
    }

    /// What a coinbase's script begins with (BIP-34): the height in as few bytes as a signed number needs.
    package static func push(height: UInt64) -> [UInt8] {
        guard height > 16 else { return [height == 0 ? 0 : 0x50 + UInt8(height)] }
        let digits = (height.bitWidth - height.leadingZeroBitCount) / 8 + 1
        return [UInt8(digits)] + height.little.prefix(digits)
    }

    package var isSegwit: Bool { inputs.contains { !$0.witness.isEmpty } }

    /// The bytes without witnesses, which the id is made over.
    package var stripped: [UInt8] { version.little + body + lockTime.little }

    package var raw: [UInt8] {
        let flags: UInt8 = (isSegwit ? 1 : 0) | (isHogEx ? 8 : 0)
        guard flags != 0 else { return stripped }
        var raw = version.little + [0, flags] + body
        if isSegwit {
            for input in inputs {
                raw += input.witness.count.compactSize
                for item in input.witness { raw += item.count.compactSize + item }
            }
        }
        return raw + (isHogEx ? [0] : []) + lockTime.little
    }

    package var id: [UInt8] { doubleSHA256(stripped) }

    private var body: [UInt8] {
        var body = inputs.count.compactSize
        for input in inputs {
            body += input.spent + input.index.little + input.script.count.compactSize + input.script
            body += input.sequence.little
        }
        body += outputs.count.compactSize
        for output in outputs {
            body += output.value.little + output.script.count.compactSize + output.script
        }
        return body
    }
}

extension FixedWidthInteger {
    /// The lowest byte first, as Bitcoin writes numbers.
    package var little: [UInt8] { withUnsafeBytes(of: littleEndian) { Array($0) } }
}

extension Int {
    /// A count as Bitcoin writes it before what it counts.
    package var compactSize: [UInt8] {
        switch self {
        case ..<0xfd: [UInt8(self)]
        case ..<0x1_0000: [0xfd] + UInt16(self).little
        default: [0xfe] + UInt32(self).little
        }
    }
}
