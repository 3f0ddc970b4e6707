import ChainKit
import DepositCore
import DepositTestKit
import Testing

@testable import BitcoinChain

/// The rows of the catalogue of attacks that a block can hold.
@Suite struct `Attacks on the bitcoin family` {
    static let key = [UInt8](repeating: 0x02, count: 33)
    static let watched = `Block formats`.watched
    static let hash = Array(watched[3..<23])

    /// A watchlist that lets everything pass: what its filter would turn away must not count on it.
    private func found(_ script: [UInt8], on id: String = "bitcoin") throws -> [Transfer] {
        let block = BitcoinBlock(
            transactions: [.coinbase((50, `Block formats`.other)), .payment(1, (1_000, script))])
        return try transfers(block, on: id, watching: script)
    }

    static let unaddressed: [[UInt8]] = [
        // B2: one of two keys, one of one, a bare key: nodes list an address for each of them.
        [0x51, 33] + key + [33] + key + [0x52, 0xae], [0x51, 33] + key + [0x51, 0xae], [33] + key + [0xac],
        // A return of data, a script with something behind it, a witness version nobody guards, nothing.
        [0x6a, 20] + hash, watched + [0x61], [0x52, 20] + hash, [0x51, 20] + hash, [0x51, 2, 0x4e, 0x73], [],
        // Almost an address's script, with the last byte another.
        [0x76, 0xa9, 20] + hash + [0x88, 0xad], [0xa9, 20] + hash + [0x88],
        [0xaa, 32] + hash + hash.prefix(12) + [0x88],
    ]

    @Test(arguments: unaddressed)
    func `B2: only a script that an address stands for, to the byte, is a deposit`(script: [UInt8]) throws {
        #expect(try found(script).isEmpty)
    }

    @Test func `B2: a watched key inside a multisig does not pass the filter`() throws {
        let multisig = [0x51, 33] + Self.key + [33] + Self.key + [0x52, 0xae]
        let block = BitcoinBlock(
            transactions: [.coinbase((50, multisig)), .payment(1, (1_000, multisig))])
        #expect(try transfers(block, on: "bitcoin", watching: [33] + Self.key + [0xac], Self.watched).isEmpty)
    }

    @Test func `B4: a coinbase output matures at 101 confirmations, a peg-out at 6`() throws {
        let block = BitcoinBlock(
            transactions: [
                .coinbase((50, Self.watched)),
                BitcoinTransaction.payment(2, `Block formats`.balance, (7, Self.watched)).asHogEx,
            ], extensionBlock: [1])
        let found = try transfers(block, on: "litecoin", watching: Self.watched)
        #expect(found.map(\.maturity) == [101, 6])
    }

    @Test func `B5: a payment whose id was changed is another deposit, and the same one mined again is not`()
        throws
    {
        func identities(_ payment: BitcoinTransaction, time: UInt32) throws -> [DepositID] {
            let block = BitcoinBlock(
                time: time, transactions: [.coinbase((50, `Block formats`.other)), payment])
            return try transfers(block, on: "bitcoin", watching: Self.watched).map {
                Deposit.id(of: $0, on: ChainID("bitcoin"))
            }
        }
        let payment = BitcoinTransaction.payment(1, (1_000, Self.watched))
        var malleated = payment
        malleated.inputs[0].script = [0x51]
        let first = try identities(payment, time: 1)
        #expect(try identities(payment, time: 2) == first)
        #expect(try identities(malleated, time: 1) != first)
    }

    @Test func `B6: a coinbase that is mined twice under one id is one deposit, where it was first`() throws {
        let reward = BitcoinTransaction.coinbase((50, Self.watched))
        let found = try [UInt32(1), 2].map { time in
            try transfers(
                BitcoinBlock(time: time, transactions: [reward]), on: "bitcoin", watching: Self.watched)
        }
        #expect(found[0].map(\.transaction) == found[1].map(\.transaction))
        let first = BlockRef(height: 91_722, hash: BlockHash("first"), time: Timestamp(seconds: 1))
        let second = BlockRef(height: 91_880, hash: BlockHash("second"), time: Timestamp(seconds: 2))
        #expect(Deposit.State.detected(in: first).next(.found(second, nil)) == nil)
    }

    @Test(arguments: [546, 1, 2_100_000_000_000_000])
    func `B7: dust is reported like any amount, to the unit`(value: UInt64) throws {
        let block = BitcoinBlock(
            transactions: [.coinbase((50, `Block formats`.other)), .payment(1, (value, Self.watched))])
        #expect(try transfers(block, on: "bitcoin", watching: Self.watched).map(\.amount) == [Amount(value)])
    }

    @Test func `B7: an amount that floating point loses is kept`() throws {
        let value: UInt64 = 99_999_999_999_999_999
        let block = BitcoinBlock(
            transactions: [.coinbase((50, `Block formats`.other)), .payment(1, (value, Self.watched))])
        #expect(try transfers(block, on: "dogecoin", watching: Self.watched).map(\.amount) == [Amount(value)])
    }

    @Test func `B8: a text that two chains accept is spelled as each chain's own`() throws {
        let shared = "3Ai1JZ8pdJb2ksieUV8FsxSNVJCpoPi8W6"
        let spellings = try ["bitcoin", "litecoin", "bitcoin-cash"].map {
            try Chains.named($0).address(shared).text
        }
        #expect(spellings == [shared, "MGv9cSYnaRSTZNzYaN7bhbgmozoGkKBvCn", Addresses.cashScript])
        #expect(throws: AddressError.self) { _ = try Chains.named("dogecoin").address(shared) }
    }
}
