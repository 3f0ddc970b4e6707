/// One transaction of a raw block, read over in place.
///
/// Version 4; with witnesses a marker 0 and flags; inputs; outputs; witnesses if flag 1; locktime 4.
/// Source: BIP-144. Litecoin's flag 8 stands for MWEB data, of which blocks hold none: it marks the
/// transaction that ties the extension block to the chain, the HogEx, and one zero byte follows.
/// Source: Litecoin Core, primitives/transaction.h.
struct RawTransaction {
    let id: Hash256
    /// The script of a coinbase's only input, as long as the block's bytes are there; nil for any other transaction.
    let coinbaseScript: UnsafeRawBufferPointer?
    var isCoinbase: Bool { coinbaseScript != nil }
    /// As the node says: no hash commits to this mark.
    let isMarkedHogEx: Bool

    /// The largest `MAX_MONEY` of the family, in base units: Dogecoin Core, amount.h.
    private static let mostMoney: UInt64 = 1_000_000_000_000_000_000
    private static let witnessFlag: UInt8 = 1
    private static let mwebFlag: UInt8 = 8

    /// - Parameter output: is handed each output's index, value and script.
    @inline(__always)
    init(
        _ reader: inout ByteReader, mweb: Bool, output: (Int, UInt64, UnsafeRawBufferPointer) -> Void
    ) throws(BlockFault) {
        let start = reader.offset
        try reader.skip(4)
        let flags = try Self.flags(&reader, mweb: mweb)
        let body = reader.offset
        let (inputs, coinbaseScript) = try Self.skipInputs(&reader)
        try Self.readOutputs(&reader, output)
        let witnesses = reader.offset
        if flags & Self.witnessFlag != 0 { try Self.skipWitnesses(&reader, inputs: inputs) }
        if flags & Self.mwebFlag != 0, try reader.byte() != 0 {
            throw .malformed("a transaction carries MWEB data, which no block's transaction does")
        }
        let lockTime = reader.offset
        try reader.skip(4)
        id =
            flags == 0
            ? Hash256(of: reader.slice(start, reader.offset))
            : Hash256(
                of: reader.slice(start, start + 4), reader.slice(body, witnesses),
                reader.slice(lockTime, reader.offset))
        self.coinbaseScript = coinbaseScript
        isMarkedHogEx = flags & Self.mwebFlag != 0
    }

    /// The flags behind a marker, zero where there is no marker: then a count of inputs stands here,
    /// never 0.
    @inline(__always)
    private static func flags(_ reader: inout ByteReader, mweb: Bool) throws(BlockFault) -> UInt8 {
        guard reader.offset < reader.bytes.count, reader.bytes[reader.offset] == 0 else { return 0 }
        try reader.skip(1)
        let flags = try reader.byte()
        guard flags != 0, flags & ~(mweb ? witnessFlag | mwebFlag : witnessFlag) == 0 else {
            throw .malformed("a transaction has flags \(flags), unknown on this chain")
        }
        return flags
    }

    /// A coinbase has one input, which spends output 0xffffffff of the transaction zero.
    @inline(__always)
    private static func skipInputs(
        _ reader: inout ByteReader
    ) throws(BlockFault) -> (Int, coinbaseScript: UnsafeRawBufferPointer?) {
        let count = try reader.compactSize()
        guard count > 0 else { throw .malformed("a transaction has no inputs") }
        let first = reader.offset
        for _ in 0..<count {
            try reader.skip(36)
            try reader.skipCounted()
            try reader.skip(4)
        }
        guard count == 1 else { return (count, nil) }
        let spends = Hash256(reader.bytes, at: first)
        let output = reader.bytes.loadUnaligned(fromByteOffset: first + 32, as: UInt32.self)
        guard spends == .zero, output == .max else { return (count, nil) }
        var input = ByteReader(reader.slice(first + 36, reader.offset))
        return (count, try input.take(try input.compactSize()))
    }

    @inline(__always)
    private static func readOutputs(
        _ reader: inout ByteReader, _ output: (Int, UInt64, UnsafeRawBufferPointer) -> Void
    ) throws(BlockFault) {
        let count = try reader.compactSize()
        for index in 0..<count {
            let value = try reader.integer(UInt64.self)
            guard value <= mostMoney else {
                throw .malformed("an output of \(value) is more than there can be")
            }
            let length = try reader.compactSize()
            output(index, value, try reader.take(length))
        }
    }

    @inline(__always)
    private static func skipWitnesses(_ reader: inout ByteReader, inputs: Int) throws(BlockFault) {
        for _ in 0..<inputs {
            let items = try reader.compactSize()
            for _ in 0..<items { try reader.skipCounted() }
        }
    }
}
