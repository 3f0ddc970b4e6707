import DepositCore
import DepositTestKit
import Testing

@testable import BitcoinChain

/// Outputs of a block that pass a watchlist, proven.
func transfers(
    _ block: BitcoinBlock, on id: String, watching keys: [UInt8]...
) throws -> [Transfer] {
    var list = Watchlist(seed: 7)
    for key in keys { list.add(key, generation: 1) }
    return try Chains.named(id).read(block, watching: list)
}

extension Bitcoin {
    func read(_ block: BitcoinBlock, watching list: Watchlist) throws -> [Transfer] {
        try read(block.raw, for: block.summary, watching: list)
    }

    /// Reads `raw` as if a node had given it for the block of `header`.
    func read(_ raw: [UInt8], for header: Header, watching list: Watchlist) throws -> [Transfer] {
        try raw.withUnsafeBytes { bytes in
            try self.block(header, from: bytes, watching: list).transfers
        }
    }
}

@Suite struct `Block formats` {
    static let watched = bytes("76a914000102030405060708090a0b0c0d0e0f1011121388ac")
    static let other = bytes("0014ffeeddccbbaa99887766554433221100ffeeddcc")
    static let signature = [[UInt8](repeating: 0x30, count: 71), [UInt8](repeating: 0x02, count: 33)]

    @Test func `every output to a watched script is a transfer, in order, with its place in its transaction`()
        throws
    {
        let payment = BitcoinTransaction.payment(
            1, (500, Self.other), (700, Self.watched), (900, Self.watched))
        let block = BitcoinBlock(transactions: [.coinbase((50, Self.other)), payment])
        let found = try transfers(block, on: "bitcoin", watching: Self.watched)
        #expect(found.map(\.position.text) == ["output:1", "output:2"])
        #expect(found.map(\.amount) == [Amount(700), Amount(900)])
        #expect(
            found.allSatisfy { $0.transaction.text == payment.idText && $0.from.isEmpty && $0.maturity == 1 })
        #expect(found.allSatisfy { $0.asset.text == "BTC" && $0.to.key == Self.watched && $0.doubt == nil })
        #expect(found.first?.to.text == "112D2adLM3UKy4Z4giRbReR6gjWuvHUqB")
    }

    @Test func `a transaction's id does not depend on its witness`() throws {
        let bare = BitcoinTransaction.payment(1, (500, Self.watched))
        let block = BitcoinBlock(transactions: [
            .coinbase((50, Self.other)), bare.with(witness: Self.signature),
        ])
        let found = try transfers(block, on: "bitcoin", watching: Self.watched)
        #expect(found.map(\.transaction.text) == [bare.idText])
    }

    @Test func `outputs of zero are no transfers`() throws {
        let block = BitcoinBlock(
            transactions: [.coinbase((50, Self.other)), .payment(1, (0, Self.watched), (1, Self.watched))])
        #expect(
            try transfers(block, on: "bitcoin", watching: Self.watched).map(\.position.text) == ["output:1"])
    }

    @Test func `Dogecoin's merge-mining data is passed over`() throws {
        let parentCoinbase = BitcoinTransaction.coinbase((50, Self.other), height: 9).raw
        let work =
            parentCoinbase + [UInt8](repeating: 1, count: 32)
            + 2.compactSize + [UInt8](repeating: 2, count: 64) + UInt32(0).little
            + 1.compactSize + [UInt8](repeating: 3, count: 32) + UInt32(1).little
            + [UInt8](repeating: 4, count: 80)
        let block = BitcoinBlock(
            version: 0x0062_0102,
            transactions: [.coinbase((50, Self.other)), .payment(1, (5, Self.watched))],
            auxiliaryWork: work)
        #expect(try transfers(block, on: "dogecoin", watching: Self.watched).count == 1)
        // The same bit means nothing on a chain that is not merge-mined.
        #expect(throws: BlockFault.self) { _ = try transfers(block, on: "bitcoin", watching: Self.watched) }
        var plain = block
        plain.auxiliaryWork = []
        #expect(try transfers(plain, on: "bitcoin", watching: Self.watched).count == 1)
        for length in work.indices {
            var short = block
            short.auxiliaryWork = Array(work[..<length])
            #expect(throws: BlockFault.self) {
                _ = try transfers(short, on: "dogecoin", watching: Self.watched)
            }
        }
    }

    static let balance = (1_000 as UInt64, [0x58, 32] + [UInt8](repeating: 7, count: 32))

    @Test func `a peg-out is a transfer that matures at six confirmations`() throws {
        let hogEx = BitcoinTransaction.payment(2, Self.balance, (300, Self.watched))
        var block = BitcoinBlock(
            transactions: [.coinbase((50, Self.other)), .payment(1, (5, Self.watched)), hogEx.asHogEx],
            extensionBlock: [1, 0xde, 0xad])
        let found = try transfers(block, on: "litecoin", watching: Self.watched)
        #expect(found.map(\.maturity) == [1, 6])
        #expect(found.last?.transaction.text == hogEx.idText)
        // No hash commits to the mark and the extension block: without them, a peg-out is one still.
        block.transactions[2] = hogEx
        block.extensionBlock = []
        #expect(try transfers(block, on: "litecoin", watching: Self.watched).map(\.maturity) == [1, 6])
    }

    @Test func `an ordinary last transaction that a node marks as HogEx loses no deposit`() throws {
        let payment = BitcoinTransaction.payment(1, (300, Self.watched))
        let block = BitcoinBlock(
            transactions: [.coinbase((50, Self.other)), payment.asHogEx], extensionBlock: [1])
        let found = try transfers(block, on: "litecoin", watching: Self.watched)
        #expect(found.map(\.position.text) == ["output:0"] && found.map(\.maturity) == [1])
    }

    @Test(arguments: [
        ("bitcoin", [UInt8]([1])), ("litecoin", []), ("litecoin", [0]), ("litecoin", [2]),
    ])
    func `a HogEx is followed by an extension block, on Litecoin alone`(chain: String, extra: [UInt8]) throws
    {
        let block = BitcoinBlock(
            transactions: [.coinbase((50, Self.other)), .payment(2, Self.balance).asHogEx],
            extensionBlock: extra)
        if chain == "litecoin", extra.isEmpty {
            _ = try transfers(block, on: chain, watching: Self.watched)
        } else {
            #expect(throws: BlockFault.self) { _ = try transfers(block, on: chain, watching: Self.watched) }
        }
    }

    @Test func `tokens in front of a script do not hide it, on Bitcoin Cash alone`() throws {
        let tokens = [0xef] + [UInt8](repeating: 0xbb, count: 32) + [0x10, 1]
        let block = BitcoinBlock(
            transactions: [.coinbase((50, Self.other)), .payment(1, (1_000, tokens + Self.watched))])
        let found = try transfers(block, on: "bitcoin-cash", watching: Self.watched)
        #expect(found.map(\.to.text) == ["bitcoincash:qqqqzqsrqszsvpcgpy9qkrqdpc83qygjzvcnueldtz"])
        #expect(found.map(\.amount) == [Amount(1_000)])
        #expect(found.map(\.to.key) == [Self.watched])
        #expect(try transfers(block, on: "bitcoin", watching: Self.watched).isEmpty)
    }

    @Test(arguments: [
        "1001", "10fc", "10fdfd00", "10ffffffffffffffff7f", "20", "3001", "30ffffffffffffffff7f", "6001cc",
        "7001ccfc",
        "7002ccccfdfd00", "21", "31feffffffff", "6101cc", "7101ccff0000000001000000", "22", "32fdfd00",
        "6201cc",
        "7202ccccfe00000100",
    ])
    func `the token prefixes of the CashTokens specification are stripped`(prefix: String) {
        let tokens = [0xef] + [UInt8](repeating: 0xbb, count: 32) + bytes(prefix)
        let script = tokens + Self.watched
        #expect(script.withUnsafeBytes { Array(TokenPrefix.strip($0)) } == Self.watched)
    }

    @Test(arguments: [
        "00", "1000", "", "9001", "23", "5001", "1101", "60", "61", "62", "60fd0100cc", "6000", "10",
        "10fd00",
        "10fe000000", "10ff00000000000000", "10ffffffffffffffffff",
    ])
    func `token prefixes that are wrong are not`(prefix: String) {
        let script = [0xef] + [UInt8](repeating: 0xbb, count: 32) + bytes(prefix)
        #expect(script.withUnsafeBytes { Array(TokenPrefix.strip($0)) } == script)
    }

    @Test func `merkle roots hold for every number of transactions`() throws {
        for count in 1...70 {
            let more = (1..<count).map { BitcoinTransaction.payment(UInt8($0), (UInt64($0), Self.watched)) }
            let block = BitcoinBlock(transactions: [.coinbase((50, Self.other))] + more)
            #expect(try transfers(block, on: "bitcoin", watching: Self.watched).count == count - 1)
        }
    }
}
