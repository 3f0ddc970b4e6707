import ChainKit
import DepositCore
import Foundation

@testable import BitcoinChain

extension FuzzTarget {
    /// A block, changed: refused, or with the outputs that its hash proves.
    static let bitcoinBlock = FuzzTarget(
        name: "bitcoin-block", shape: .bytes, seeds: RawBlocks.all, tokens: RawBlocks.words,
        executions: 10_000
    ) { input, seed in
        let honest = RawBlocks.outputs(of: RawBlocks.all[seed], under: RawBlocks.all[seed])
        guard let found = RawBlocks.outputs(of: input, under: RawBlocks.all[seed]) else { return .refused }
        try require(found == honest, "believed: \(found)\nthe truth: \(honest ?? [])")
        return .accepted
    }

    /// The same with a header that fits, so that what stands behind it is read to its end.
    static let bitcoinTransactions = FuzzTarget(
        name: "bitcoin-transactions", shape: .bytes, seeds: RawBlocks.all, tokens: RawBlocks.words,
        executions: 10_000
    ) { input, _ in
        RawBlocks.outputs(of: input, under: input) == nil ? .refused : .accepted
    }

    /// Whatever text a chain takes for an address, it spells in one way, and takes that spelling for the same.
    ///
    /// The input is also wrapped into encodings whose checksums are right, to get past them.
    static let addresses = FuzzTarget(
        name: "addresses", shape: .bytes, seeds: AddressSeeds.all.map { Array($0.utf8) },
        tokens: ["1", "bc1", "ltc1", "bitcoincash:", "0x", "0X", "q", "p", "z", "l", "\u{e9}", " "],
        executions: 1_000
    ) { input, _ in
        var outcome = Outcome.refused
        for text in [String(decoding: input, as: UTF8.self)] + AddressSeeds.wrapped(input) {
            for chain in Repository.chains {
                guard let address = try? chain.address(text) else { continue }
                outcome = .accepted
                let again = try chain.address(address.text)
                try require(again == address, "\(chain.spec.id): \(text) is \(address), then \(again)")
                try require(!address.key.isEmpty, "\(chain.spec.id): \(text) has no bytes")
            }
        }
        return outcome
    }
}

/// Blocks of litecoind with payments, a coinbase and peg-outs, from the fixtures.
private enum RawBlocks {
    static let words = ["\u{0}\u{1}", "\u{0}\u{8}", "\u{8}", "\u{1}\u{0}\u{0}\u{0}"]

    static let all: [[UInt8]] = ["peg-out", "other-scripts", "several-to-one-address", "address-kinds"]
        .flatMap {
            blocks(of: "bitcoin/litecoin-regtest/\($0)")
        }

    private static func blocks(of name: String) -> [[UInt8]] {
        let lines = Repository.bytes("fixtures/\(name)/tape.jsonl").split(separator: 0x0a)
        let blocks = lines.compactMap { line -> [UInt8]? in
            let exchange = try? JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
            guard let digits = exchange?["result"] as? String, digits.utf8.count > 700 else { return nil }
            return Hex.decode(digits)
        }
        return Array(blocks.prefix(6))
    }

    /// Every output with a value, in words; nil where the block is refused.
    static func outputs(of bytes: [UInt8], under header: [UInt8]) -> [String]? {
        header.prefix(80).withUnsafeBytes { header in
            bytes.withUnsafeBytes { bytes in
                let hash = Hash256(of: header)
                let block = try? RawBlock(bytes, hash: hash, format: .init(mweb: true)) { _ in true }
                return block?.outputs.map {
                    "\($0.transaction.text) \($0.index) \($0.value) \(Hex.text($0.script)) \($0.source)"
                }
            }
        }
    }
}

private enum AddressSeeds {
    static let all = [
        "0x52908400098527886E0F7030069857D2E4169EE7", "0xde709f2102306220921060314715629080e2fb77",
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "3Ai1JZ8pdJb2ksieUV8FsxSNVJCpoPi8W6",
        "bc1qvt5s0v2uhuna2sjnn84ldu8m2r4m3rcc4048ry", "LUEweDxDA4WhvWiNXXSxjM9CYzHPJv4QQF",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
        "ltc1qvt5s0v2uhuna2sjnn84ldu8m2r4m3rcc3n0rm5", "DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L",
        "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a",
    ]

    static func wrapped(_ input: [UInt8]) -> [String] {
        guard let first = input.first else { return [] }
        let program = Array(input.dropFirst().prefix(40))
        return [
            Base58Check.encode(Array(input.prefix(40))),
            SegwitAddress.encode(prefix: "bc", version: first & 0x1f, program: program),
            CashAddress.encode(
                prefix: "bitcoincash", kind: .publicKeyHash,
                hash: Array((program + [UInt8](repeating: 7, count: 20)).prefix(20))),
        ]
    }
}
