import DepositCore
import DepositTestKit
import Testing

@testable import BitcoinChain

/// What a node may make of an honest block, and that none of it passes.
@Suite struct `Lies about a block` {
    static let watched = `Block formats`.watched
    static let honest = BitcoinBlock(
        transactions: [
            .coinbase((50, `Block formats`.other)), .payment(1, (500, watched)), .payment(2, (700, watched)),
        ])

    struct Lie: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let fault: Kind
        let raw: [UInt8]

        enum Kind { case malformed, unproven }

        init(_ words: String, _ fault: Kind, _ raw: [UInt8]) {
            testDescription = words
            self.fault = fault
            self.raw = raw
        }

        init(_ words: String, _ fault: Kind, changing change: (inout BitcoinBlock) -> Void) {
            var block = honest
            change(&block)
            // The header stays the honest one: that is what makes it a lie.
            self.init(words, fault, honest.header + block.raw.dropFirst(80))
        }
    }

    static let lies: [Lie] = [
        Lie("another block", .unproven, BitcoinBlock(transactions: [.coinbase((1, watched))]).raw),
        Lie("nothing", .malformed, []),
        Lie("a header alone", .malformed, honest.header),
        Lie("no transactions", .malformed, honest.header + [0]),
        Lie("a byte more", .malformed, honest.raw + [0]),
        Lie("another block behind it", .malformed, honest.raw + honest.raw),
        Lie("a dropped last transaction", .unproven) { $0.transactions.removeLast() },
        Lie("a dropped middle transaction", .unproven) { $0.transactions.remove(at: 1) },
        Lie("a dropped coinbase", .malformed) { $0.transactions.removeFirst() },
        Lie("the coinbase alone", .unproven) { $0.transactions.removeLast(2) },
        // CVE-2012-2459: this list has the very same merkle root.
        Lie("the last transaction twice", .unproven) { $0.transactions.append($0.transactions[2]) },
        Lie("an invented transaction", .unproven) { $0.transactions.append(.payment(9, (9, watched))) },
        Lie("transactions in another order", .unproven) { $0.transactions.swapAt(1, 2) },
        Lie("a second coinbase", .malformed) { $0.transactions[1] = .coinbase((50, watched), height: 2) },
        Lie("a changed value", .unproven) { $0.transactions[1].outputs[0].value = 501 },
        Lie("a changed script", .unproven) { $0.transactions[1].outputs[0].script[5] ^= 1 },
        Lie("a value beyond all money", .malformed) { $0.transactions[1].outputs[0].value = .max },
        Lie("a negative value", .malformed) { $0.transactions[1].outputs[0].value = 1 << 63 },
        Lie("no inputs", .malformed) { $0.transactions[1].inputs = [] },
        Lie(
            "four billion transactions", .malformed,
            honest.header + [0xfe, 0xff, 0xff, 0xff, 0xff] + honest.raw.dropFirst(81)),
        Lie("2^63 transactions", .malformed, honest.header + [0xff, 0, 0, 0, 0, 0, 0, 0, 0x80]),
        Lie("2^64 − 1 transactions", .malformed, honest.header + [UInt8](repeating: 0xff, count: 9)),
        Lie(
            "a count that is longer than need be", .malformed,
            honest.header + [0xfd, 3, 0] + honest.raw.dropFirst(81)),
        Lie(
            "a script of 2^62 bytes", .malformed,
            honest.header + [3] + UInt32(1).little + [1] + [UInt8](repeating: 0, count: 36) + [0xff]
                + (UInt64(1) << 62).little
                + [UInt8](repeating: 0, count: 400)),
        Lie(
            "a million outputs", .malformed,
            honest.header + [1] + UInt32(1).little + [1] + [UInt8](repeating: 0, count: 36) + [0]
                + UInt32(0).little
                + 1_000_000.compactSize + [UInt8](repeating: 0, count: 400)),
        Lie(
            "unknown flags", .malformed,
            honest.header + [1] + UInt32(1).little + [0, 4] + [UInt8](repeating: 0, count: 400)),
        Lie("zeros", .malformed, honest.header + [UInt8](repeating: 0, count: 1_000)),
        Lie("ones", .malformed, honest.header + [UInt8](repeating: 0xff, count: 1_000)),
    ]

    @Test(arguments: lies) func `is refused`(lie: Lie) throws {
        let list = Watchlist.watching(Self.watched)
        let fault = try #require(throws: BlockFault.self) {
            _ = try Chains.named("bitcoin").read(lie.raw, for: Self.honest.summary, watching: list)
        }
        switch (fault, lie.fault) {
        case (.malformed, .malformed), (.unproven, .unproven): break
        default: Issue.record("\(fault)")
        }
    }

    @Test func `the honest block itself is not`() throws {
        #expect(try transfers(Self.honest, on: "bitcoin", watching: Self.watched).count == 2)
    }

    @Test func `a list of transactions with a doubled end proves nothing, though it has the same root`()
        throws
    {
        // Nobody watches it: the doubled identity alone does not give it away.
        var doubled = Self.honest
        doubled.transactions.append(doubled.transactions[2])
        doubled.seal()
        #expect(doubled.header == Self.honest.header)
        #expect(throws: BlockFault.self) { _ = try transfers(doubled, on: "bitcoin") }
        #expect(try transfers(Self.honest, on: "bitcoin").isEmpty)
    }

    @Test func `a transaction that carries MWEB data is in no block`() throws {
        let payment = BitcoinTransaction.payment(1, (300, Self.watched)).asHogEx
        let block = BitcoinBlock(transactions: [.coinbase((50, Self.watched)), payment], extensionBlock: [1])
        var raw = block.raw
        // The zero byte in front of the locktime and the extension block says that there is none.
        raw[raw.count - 6] = 1
        let chain = try Chains.named("litecoin")
        #expect(throws: BlockFault.self) {
            _ = try chain.read(raw, for: block.summary, watching: .watching())
        }
        #expect(try chain.read(block, watching: .watching(Self.watched)).count == 2)
    }

    @Test func `a block is refused that stands on another parent than its header says`() throws {
        var moved = Self.honest
        moved.parent[0] = 1
        // The hash asked for is this block's own, so that the parent alone is wrong.
        let header = Header(
            block: BlockRef(height: 1, hash: BlockHash(moved.hashText), time: Timestamp(seconds: 0)),
            parent: BlockHash(Self.honest.hashText))
        let chain = try Chains.named("bitcoin")
        #expect(throws: BlockFault.self) {
            _ = try moved.raw.withUnsafeBytes { try chain.block(header, from: $0, watching: .watching()) }
        }
    }

    @Test func `cut anywhere, a block is refused`() throws {
        let chain = try Chains.named("litecoin")
        let (raw, header, list) = (Self.honest.raw, Self.honest.summary, Watchlist.watching())
        for length in raw.indices {
            #expect(throws: BlockFault.self, "cut at \(length)") {
                _ = try chain.read(Array(raw[..<length]), for: header, watching: list)
            }
        }
    }

    @Test func `with any bit of any byte changed, a block is refused`() throws {
        let chain = try Chains.named("bitcoin")
        let (honest, header, list) = (Self.honest.raw, Self.honest.summary, Watchlist.watching())
        for position in honest.indices {
            for bit in 0..<8 {
                var raw = honest
                raw[position] ^= 1 << bit
                let refused = (try? chain.read(raw, for: header, watching: list)) == nil
                #expect(refused, "bit \(bit) of byte \(position)")
            }
        }
    }

    @Test func `garbage behind an honest header never traps`() throws {
        var random = SystemRandomNumberGenerator()
        let chains = [
            try Chains.named("litecoin"), try Chains.named("bitcoin-cash"), try Chains.named("dogecoin"),
        ]
        var block = Self.honest
        block.version = 0x0062_0102
        let (start, header, list) = (block.header, block.summary, Watchlist.watching())
        for round in 0..<3_000 {
            let tail = (0..<Int.random(in: 0...300, using: &random)).map { _ in
                // Small numbers lead deeper into the parser than evenly random ones.
                Bool.random(using: &random)
                    ? UInt8.random(in: 0...3, using: &random) : UInt8.random(in: 0...255, using: &random)
            }
            #expect((try? chains[round % 3].read(start + tail, for: header, watching: list)) == nil)
        }
    }
}
