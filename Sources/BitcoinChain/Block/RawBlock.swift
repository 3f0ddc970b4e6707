/// A raw block that has been proven to be the one asked for, reduced to the outputs that may be deposits.
///
/// Header 80, auxiliary work where the chain has it, a count, transactions, Litecoin's extension block.
/// Proven: the header's double SHA-256 is the hash asked for, the merkle root over all transaction ids
/// is the header's.
struct RawBlock {
    /// An output whose script passed the watchlist.
    struct Output {
        let transaction: Hash256
        let index: Int
        let value: UInt64
        let script: [UInt8]
        let source: Source
    }

    /// What made an output, which decides when it may be spent.
    enum Source {
        case payment, coinbase, pegOut
    }

    /// What a chain's blocks have beyond Bitcoin's, by its chain file.
    struct Format: Hashable, Sendable {
        var auxiliaryWork = false
        var mweb = false
        var cashTokens = false
    }

    let header: BlockHeader
    let outputs: [Output]
    /// The height that the first transaction begins with; nil where it begins with none.
    let height: UInt64?

    /// The smallest transaction: version, one input without script, one output without script, locktime.
    private static let leastTransaction = 4 + 1 + 41 + 1 + 9 + 4

    init(
        _ bytes: UnsafeRawBufferPointer, hash: Hash256, format: Format,
        mayBeWatched: (UnsafeRawBufferPointer) -> Bool
    ) throws(BlockFault) {
        var reader = ByteReader(bytes)
        header = try BlockHeader(&reader)
        guard header.hash == hash else {
            throw .unproven("the block asked for is \(hash.text), the one given is \(header.hash.text)")
        }
        if format.auxiliaryWork, header.hasAuxiliaryWork { _ = try AuxiliaryWork(&reader) }
        var transactions = Transactions(format: format)
        try transactions.read(&reader, mayBeWatched)
        guard reader.isAtEnd || transactions.endWithExtensionBlock(reader.slice(reader.offset, bytes.count))
        else {
            throw .malformed("\(reader.remaining) bytes stand behind the block's last transaction")
        }
        guard let root = MerkleRoot.compute(over: &transactions.ids), root == header.merkleRoot else {
            throw .unproven("the transactions of block \(hash.text) do not give its merkle root")
        }
        outputs = transactions.outputs
        height = transactions.height
    }

    /// The transactions of a block while it is read.
    private struct Transactions {
        let format: Format
        var ids: [Hash256] = []
        var outputs: [Output] = []
        var height: UInt64?
        private var isLastMarkedHogEx = false

        init(format: Format) {
            self.format = format
        }

        mutating func read(
            _ reader: inout ByteReader, _ mayBeWatched: (UnsafeRawBufferPointer) -> Bool
        ) throws(BlockFault) {
            let count = try reader.compactSize()
            guard count > 0, count <= reader.remaining / leastTransaction else {
                throw .malformed("the block claims \(count) transactions in \(reader.remaining) bytes")
            }
            ids.reserveCapacity(count + 1)
            for index in 0..<count { try readOne(&reader, index, isLast: index == count - 1, mayBeWatched) }
        }

        /// The first transaction is the coinbase and no other is: without this, nodes of the merkle
        /// tree could be passed off as transactions. Source: Bitcoin Core, validation.cpp,
        /// `IsBlockMutated`.
        @inline(__always)
        private mutating func readOne(
            _ reader: inout ByteReader, _ index: Int, isLast: Bool,
            _ mayBeWatched: (UnsafeRawBufferPointer) -> Bool
        ) throws(BlockFault) {
            var found: [(index: Int, value: UInt64, script: [UInt8])] = []
            var isHogEx = false
            let transaction = try RawTransaction(&reader, mweb: format.mweb) { output, value, script in
                if output == 0, isLast, format.mweb { isHogEx = Script.isHogExBalance(script) }
                let locking = format.cashTokens ? TokenPrefix.strip(script) : script
                guard value > 0, mayBeWatched(locking) else { return }
                found.append((output, value, Array(locking)))
            }
            guard transaction.isCoinbase == (index == 0) else {
                throw .malformed("transaction \(index) is \(index == 0 ? "no" : "a second") coinbase")
            }
            if let script = transaction.coinbaseScript { height = CoinbaseHeight.read(script) }
            ids.append(transaction.id)
            isLastMarkedHogEx = transaction.isMarkedHogEx
            guard !found.isEmpty else { return }
            let source: Source = transaction.isCoinbase ? .coinbase : isHogEx ? .pegOut : .payment
            for (output, value, script) in found {
                outputs.append(
                    Output(
                        transaction: transaction.id, index: output, value: value, script: script,
                        source: source))
            }
        }

        /// Behind a HogEx that is not alone stand a byte, 1, and the extension block, which holds no
        /// deposits.
        ///
        /// Source: Litecoin Core, primitives/block.h. Nothing of it is used, so nothing of it is proven.
        func endWithExtensionBlock(_ rest: UnsafeRawBufferPointer) -> Bool {
            format.mweb && isLastMarkedHogEx && ids.count >= 2 && rest.first == 1
        }
    }
}
