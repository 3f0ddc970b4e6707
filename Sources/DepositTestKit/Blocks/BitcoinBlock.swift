internal import Crypto

/// A made-up block with its real merkle root and hash.
///
/// Sealed when it is made: what is changed in its transactions afterwards is a lie, until it is sealed again.
package struct BitcoinBlock: Sendable {
    package var version: UInt32
    package var parent: [UInt8]
    package var time: UInt32
    package var bits: UInt32
    package var nonce: UInt32
    package var transactions: [BitcoinTransaction]
    /// Between header and transactions, on chains that are mined together with another.
    package var auxiliaryWork: [UInt8]
    /// Behind the transactions: Litecoin's MWEB.
    package var extensionBlock: [UInt8]
    package private(set) var merkleRoot: [UInt8]

    package init(
        version: UInt32 = 0x2000_0000, parent: [UInt8] = [UInt8](repeating: 0, count: 32),
        time: UInt32 = 1_700_000_000, bits: UInt32 = 0x207f_ffff, nonce: UInt32 = 0,
        transactions: [BitcoinTransaction], auxiliaryWork: [UInt8] = [], extensionBlock: [UInt8] = []
    ) {
        self.version = version
        self.parent = parent
        self.time = time
        self.bits = bits
        self.nonce = nonce
        self.transactions = transactions
        self.auxiliaryWork = auxiliaryWork
        self.extensionBlock = extensionBlock
        merkleRoot = Self.root(transactions.map(\.id))
    }

    package mutating func seal() {
        merkleRoot = Self.root(transactions.map(\.id))
    }

    /// Does regtest's work: every other hash will do.
    package mutating func mine() {
        while hash[31] >= 0x80 { nonce &+= 1 }
    }

    /// The 80 bytes that the hash is made over.
    package var header: [UInt8] {
        version.little + parent + merkleRoot + time.little + bits.little + nonce.little
    }

    package var hash: [UInt8] { doubleSHA256(header) }
    /// The hash as nodes write it, which is backwards.
    package var hashText: String { hash.reversed().hexDigits }

    package var raw: [UInt8] {
        header + auxiliaryWork + transactions.count.compactSize + transactions.flatMap(\.raw)
            + extensionBlock
    }

    package static func root(_ ids: [[UInt8]]) -> [UInt8] {
        if ids.count == 1 { return ids[0] }
        let even = ids.count.isMultiple(of: 2) ? ids : ids + [ids[ids.count - 1]]
        return root(stride(from: 0, to: even.count, by: 2).map { doubleSHA256(even[$0] + even[$0 + 1]) })
    }
}

package func doubleSHA256(_ bytes: [UInt8]) -> [UInt8] {
    Array(SHA256.hash(data: Array(SHA256.hash(data: bytes))))
}
