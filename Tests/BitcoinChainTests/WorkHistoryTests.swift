import BigInt
import DepositTestKit
import NodeRPC
import Testing

@testable import BitcoinChain

/// The rules of difficulty and work against what the chains' own histories hold.
@Suite(.enabled(if: RecordedHeaders.areThere, "no recorded headers: set DEPOSITWATCH_RECORDINGS"))
struct `Work in the chains' own histories` {
    @Test func `bitcoin's retarget holds on real headers`() throws {
        let headers = try RecordedHeaders.raw("bitcoin-586656-588680")
        // 586,656 stands alone; the rest of the period is there from the next line on.
        #expect(headers.count == 2_025)
        #expect(try Consensus.of("bitcoin").objection(to: headers, at: 586_656, now: 1_600_000_000) == nil)
    }

    @Test func `the retarget counts from the period's first block, not from the one before or behind it`()
        throws
    {
        let headers = try RecordedHeaders.raw("bitcoin-586656-588680")
        let facts = headers.enumerated().map {
            HeaderFacts(height: 586_656 + UInt64($0), time: $1.facts.time, bits: $1.facts.bits)
        }
        let parent = facts[2_015]
        guard case .retarget(var rule) = try Consensus.of("bitcoin").difficulty else { return }
        let known: Ancestor = { height in facts.first { $0.height == height } }
        #expect(rule.bits(on: parent, time: 0, known) == 0x171c_3039)
        let shifted: Ancestor = { height in facts.first { $0.height == height + 1 } }
        #expect(rule.bits(on: parent, time: 0, shifted) != 0x171c_3039)
        rule.measuresWhole = true
        #expect(rule.bits(on: parent, time: 0, known) == nil)
    }

    @Test func `testnet3's twenty minutes and its retarget hold on real headers`() throws {
        let headers = try RecordedHeaders.raw("bitcoin-testnet3-2016-4040")
        #expect(try Consensus.of("bitcoin-testnet3").objection(to: headers, at: 2_016, believed: 11) == nil)
    }

    @Test func `litecoin's retargets reproduce from its times and bits`() throws {
        guard case .retarget(let rule) = try Consensus.of("litecoin").difficulty else { return }
        let rows = try RecordedHeaders.lines("litecoin-retargets.txt").map { $0.split(separator: " ") }
        let last = try rows.map { row in
            try (
                height: #require(UInt64(row[0])), time: #require(UInt32(row[2])),
                next: #require(UInt32(row[3], radix: 16))
            )
        }
        for (before, after) in zip(last, last.dropFirst()) {
            let parent = HeaderFacts(height: after.height, time: after.time, bits: before.next)
            let found = rule.bits(on: parent, time: 0) { height in
                height == before.height ? HeaderFacts(height: height, time: before.time, bits: 0) : nil
            }
            #expect(found == after.next, "\(after.height + 1)")
        }
        #expect(last.count > 1_000)
    }

    @Test(arguments: [
        ("litecoin-testnet4-1-300", "litecoin-testnet", UInt64(1), 1),
        ("dogecoin-1-500", "dogecoin", 1, 1), ("dogecoin-4799-5050", "dogecoin", 4_799, 2),
        ("dogecoin-9839-10090", "dogecoin", 9_839, 2), ("dogecoin-testnet-1-500", "dogecoin-testnet", 1, 1),
        ("dogecoin-testnet-739201-739211", "dogecoin-testnet", 739_201, 2),
        ("dogecoin-auxpow-974401-974411", "dogecoin", 974_401, 2),
        ("dogecoin-auxpow-978000-978049", "dogecoin", 978_000, 2),
        ("dogecoin-auxpow-2054958-2054963", "dogecoin", 2_054_958, 2),
    ])
    func `scrypt's chains stand, with work of their own and with another's`(
        file: String, network: String, height: UInt64, believed: Int
    ) throws {
        var headers = try RecordedHeaders.raw(file, auxiliaryWork: network.hasPrefix("dogecoin"))
        var low = height
        if height == 1 {
            headers.insert(try Self.genesis(of: network), at: 0)
            low = 0
        }
        let objection = try Consensus.of(network).objection(to: headers, at: low, believed: believed)
        #expect(objection == nil)
    }

    /// Block 0 (chainparams.cpp of Litecoin Core and Dogecoin Core), on which the first rules look back.
    private static func genesis(of network: String) throws -> RawHeader {
        let doge = "5b2a3f53f605d62c53e62932dac6925e3d74afa5a4b459745c36d42d0ed26a69"
        let lite = "97ddfbbae6be97fd6cdf3e7ca13232a3afff2353e29badfab7f73011edd4ced9"
        let (merkle, time, nonce, hash): (String, UInt32, UInt32, String) =
            switch network {
            case "dogecoin": (doge, 1_386_325_540, 99_943, "1a91e3da")
            case "dogecoin-testnet": (doge, 1_391_503_289, 997_879, "bb0a7826")
            default: (lite, 1_486_949_366, 293_345, "4966625a")
            }
        let root = bytes(merkle)
        let header = try RecordedHeaders.raw(
            UInt32(1).little + [UInt8](repeating: 0, count: 32) + root.reversed() + time.little
                + UInt32(0x1e0f_fff0).little + nonce.little)
        try #require(header.hash.text.hasPrefix(hash))
        return header
    }

    @Test(arguments: ["371337", "748634", "894863"])
    func `merge-mined blocks prove the work of their parents`(height: String) throws {
        let block = try #require(try RecordedHeaders.bytes("dogecoin-auxpow-block-\(height)").first)
        let header = try block.withUnsafeBytes { bytes in
            Result { () throws(BlockFault) -> RawHeader in
                var reader = ByteReader(bytes)
                _ = try BlockHeader(&reader)
                _ = try AuxiliaryWork(&reader)
                return try RawHeader(reader.slice(0, reader.offset), format: .init(auxiliaryWork: true))
            }
        }.get()
        try Consensus.of("dogecoin").proveWork(of: header, at: try #require(UInt64(height)))
    }

    @Test(arguments: ["litecoin-900000", "litecoin-2265985"])
    func `litecoin's work is scrypt's, and falls short by a target one lower`(file: String) throws {
        let header = try RecordedHeaders.raw(file)[0]
        try Consensus.of("litecoin").proveWork(of: header, at: 900_000)
        let hash = try #require(Scrypt.hash(header.bytes))
        #expect(Target(hash.number).isMet(by: hash))
        #expect(!Target(hash.number - 1).isMet(by: hash))
    }

    @Test func `the vectors of compact numbers, retargets, schedules, scrypt and work hold`() throws {
        var counted = 0
        for line in try RecordedHeaders.lines("vectors.txt") {
            let words = line.split(separator: " ").map(String.init)
            guard let expected = try Vector(words)?.holds else { continue }
            counted += 1
            #expect(expected, "\(line)")
        }
        #expect(counted > 45)
    }
}

/// A line of the vectors, by its first word.
private struct Vector {
    let holds: Bool

    init?(_ words: [String]) throws {
        func bits(_ index: Int) -> UInt32 { UInt32(words[index], radix: 16) ?? 0 }
        switch words.first {
        case "compact":
            let target = Target(bits: bits(1))
            let isNone = words[3] == "0" || words[5] == "1" || words[7] == "1"
            holds =
                isNone
                ? target == nil : target?.value == .init(words[3], radix: 16) && target?.bits == bits(9)
        case "bitcoin", "litecoin":
            guard case .retarget(let rule) = try Consensus.of(words[0]).difficulty,
                let old = Target(bits: bits(1)), let span = Int64(words[3])
            else { return nil }
            let clamped = min(max(span, rule.timespan / 4), rule.timespan * 4)
            holds = rule.bits(old, span: clamped) == bits(5)
        case "dogecoin":
            guard case .dogecoin(let rule) = try Consensus.of("dogecoin").difficulty,
                let height = UInt64(words[1]), let span = Int64(words[4])
            else { return nil }
            let parent = HeaderFacts(height: height - 1, time: 1_000_000, bits: bits(2))
            let found = rule.bits(on: parent, time: 0) { below in
                HeaderFacts(height: below, time: UInt32(1_000_000 - span), bits: bits(2))
            }
            holds = found == bits(6)
        case "asert":
            guard case .scheduled(let rule) = try Consensus.of("bitcoin-cash").difficulty,
                let height = UInt64(words[1]), let time = UInt32(words[2])
            else { return nil }
            holds = rule.bits(on: HeaderFacts(height: height, time: time, bits: 0), time: 0) == bits(4)
        case "scrypt": holds = Scrypt.hash(Hex.decode(words[1]) ?? [])?.text == words[3]
        case "work": holds = Target(bits: bits(1))?.work == .init(words[3], radix: 16)
        default: return nil
        }
    }
}
