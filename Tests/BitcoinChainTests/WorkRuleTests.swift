import BigInt
import DepositTestKit
import NodeRPC
import Testing

@testable import BitcoinChain

/// Each rule of a header, broken once.
@Suite struct `Rules of work` {
    /// Bitcoin's rules in small: periods of eight blocks, work that every other hash meets.
    static let toy = Consensus(
        name: "toy", hashing: .sha256d,
        difficulty: .retarget(Retarget(limit: Target((BigUInt(1) << 255) - 1), period: 8, timespan: 4_800)),
        versions: .init(two: 1, three: 1, four: 20))

    let chain = ToyChain(length: 40)

    private func objection(to block: BitcoinBlock, at height: Int, now: Int64? = nil) throws -> String? {
        let headers = try (chain.blocks[..<height] + [block]).map { try RecordedHeaders.raw($0.header) }
        return Self.toy.objection(to: headers, at: 0, believed: height, now: now)
    }

    private func changed(_ height: Int, _ change: (inout BitcoinBlock) -> Void) -> BitcoinBlock {
        var block = chain.blocks[height]
        change(&block)
        block.mine(Target(bits: block.bits))
        return block
    }

    @Test func `a chain by the rules stands`() throws {
        let headers = try chain.blocks.map { try RecordedHeaders.raw($0.header) }
        #expect(Self.toy.objection(to: headers, at: 0, now: 1_800_000_000) == nil)
        #expect(Set(chain.blocks.map(\.bits)).count > 2, "its difficulty changes")
    }

    @Test(arguments: [24, 25])
    func `bits that the rule does not demand are refused, though they give the same target`(
        height: Int
    ) throws {
        let easier = try objection(to: changed(height) { $0.bits = 0x207f_ffff }, at: height)
        #expect(
            easier?.contains("has bits 207fffff, and the difficulty rule demands") == true, "\(easier ?? "")")
        // A mantissa of fewer digits and a larger size: the same number, spelled differently.
        let same = changed(height) { $0.bits = ($0.bits & 0xff00_0000) + 0x0100_0000 | $0.bits >> 8 & 0xffff }
        #expect(try objection(to: same, at: height)?.contains("the difficulty rule demands") == true)
    }

    @Test func `a hash just above the target is refused`() throws {
        var block = chain.blocks[30]
        let target = try #require(Target(bits: block.bits))
        while try target.isMet(by: RecordedHeaders.raw(block.header).hash) { block.nonce += 1 }
        #expect(try objection(to: block, at: 30)?.contains("too little work: its hash is") == true)
    }

    @Test func `a time at the median of the eleven below is refused, one above it stands`() throws {
        let times = chain.blocks[14..<25].map(\.time).sorted()
        let at = try objection(to: changed(25) { $0.time = times[5] }, at: 25)
        #expect(
            at?.contains("not above \(times[5]), the median of the blocks below it") == true, "\(at ?? "")")
        #expect(try objection(to: changed(25) { $0.time = times[5] + 1 }, at: 25) == nil)
    }

    @Test func `a time more than two hours ahead of the clock is refused`() throws {
        let now = Int64(chain.blocks[25].time)
        #expect(try objection(to: changed(25) { $0.time += 7_200 }, at: 25, now: now) == nil)
        let ahead = try objection(to: changed(25) { $0.time += 7_201 }, at: 25, now: now)
        #expect(ahead?.contains("more than two hours ahead") == true)
    }

    @Test func `old versions are refused from their heights on, rolled bits are not`() throws {
        let old = try objection(to: changed(20) { $0.version = 3 }, at: 20)
        #expect(old?.contains("has version 3, and 4 is the least there") == true, "\(old ?? "")")
        #expect(try objection(to: changed(19) { $0.version = 3 }, at: 19) == nil)
        #expect(try objection(to: changed(20) { $0.version = 0x3fff_e004 }, at: 20) == nil)
        #expect(try objection(to: changed(20) { $0.version = 0xffff_ffff }, at: 20) != nil, "signed")
    }

    @Test func `a height that its parents do not give is refused`() throws {
        let proven = ProvenHeaders()
        let judgement = Judgement(consensus: Self.toy, now: nil)
        let raw = try chain.blocks.map { try RecordedHeaders.raw($0.header) }
        for height in 0...10 { proven.insert(raw[height], at: UInt64(height)) }
        #expect(throws: BlockFault.self) { try proven.stand(raw[11], claimed: 1_011, under: judgement) }
        #expect(throws: BlockFault.self) { try proven.stand(raw[10], claimed: 11, under: judgement) }
        #expect(throws: BlockFault.self) { try proven.stand(raw[12], claimed: 12, under: judgement) }
        try proven.stand(raw[11], claimed: 11, under: judgement)
    }

    @Test(
        arguments: [
            (0, "00"), (1, "51"), (16, "60"), (17, "0111"), (127, "017f"), (128, "028000"), (255, "02ff00"),
            (256, "020001"), (32_767, "02ff7f"), (32_768, "03008000"), (840_000, "0340d10c"),
            (8_388_608, "0400008000"),
        ] as [(UInt64, String)])
    func `a coinbase names its height in the shortest push`(height: UInt64, digits: String) {
        #expect(Hex.text(CoinbaseHeight.push(height)) == digits)
        #expect(CoinbaseHeight.read(bytes(digits) + [1, 2]) == height)
        #expect(BitcoinTransaction.push(height: height) == bytes(digits))
    }

    @Test(arguments: ["", "01", "0101", "03d10c", "03d10c00", "02ff", "09010203040506070809"])
    func `what is no shortest push names no height`(digits: String) {
        #expect(CoinbaseHeight.read(bytes(digits)) == nil)
    }

    @Test func `a claimed time far ahead buys cheap blocks by Bitcoin Cash's rule, and the floor holds them`()
        throws
    {
        let cash = try Consensus.of("bitcoin-cash")
        guard case .scheduled(let rule) = cash.difficulty else { return }
        let proven = ProvenHeaders()
        var block = BitcoinBlock(time: 1_605_449_609, bits: 0x1804_dafe, transactions: [.coinbase((1, []))])
        var height: UInt64 = 661_648
        func next(after seconds: UInt32) throws -> BitcoinBlock {
            let parent = HeaderFacts(height: height, time: block.time, bits: block.bits)
            let bits = try #require(rule.bits(on: parent, time: 0))
            return BitcoinBlock(
                parent: block.hash, time: block.time + seconds, bits: bits, transactions: block.transactions)
        }
        for _ in 0..<400 {
            proven.insert(try RecordedHeaders.raw(block.header), at: height)
            block = try next(after: 600)
            height += 1
        }
        func objection(_ block: BitcoinBlock) -> String? {
            do throws(BlockFault) {
                let raw = try? RecordedHeaders.raw(block.header)
                guard let raw else { return nil }
                try proven.stand(raw, claimed: height, under: Judgement(consensus: cash, now: nil))
                return nil
            } catch {
                return "\(error)"
            }
        }
        #expect(
            objection(block)?.contains("too little work: its hash") == true, "an honest one lacks but work")
        block.time += 86_400 * 30
        let ahead = objection(block)
        #expect(ahead?.contains("too little work behind it for the time it claims") == true, "\(ahead ?? "")")
        #expect(ahead?.contains("add a newer anchor") == true)
    }

    @Test func `DigiShield's steps for late blocks are held by the floor within ten of them`() throws {
        let floor = try #require(try Consensus.of("dogecoin").floor)
        var blocks: [(time: Int64, work: UInt128)] = (1...1_700).map { (Int64($0) * 60, 1_000_000) }
        #expect(floor.shortfall(blocks.reversed()) == nil)
        var held: Int?
        for step in 1...24 {
            blocks.append((blocks[blocks.count - 1].time + 300, blocks[blocks.count - 1].work * 2 / 3))
            if floor.shortfall(blocks.reversed()) != nil { held = held ?? step }
        }
        #expect(held.map { (5...11).contains($0) } == true, "\(held ?? 0)")
    }

    @Test func `where a day's work fell to a third, the floor says nothing`() throws {
        let floor = try #require(try Consensus.of("bitcoin-cash").floor)
        let before = (1...288).map { (time: Int64($0) * 600, work: UInt128(900_000_000)) }
        let third = (1...144).map { (time: Int64(288 + $0) * 600, work: UInt128(300_000_000)) }
        #expect(floor.shortfall((before + third).reversed()) == nil)
        let fifth = third.map { (time: $0.time, work: UInt128(180_000_000)) }
        #expect(floor.shortfall((before + fifth).reversed()) != nil)
    }

    @Test
    func
        `BIP-94's retarget starts from the bits of the period's first block`()
        throws
    {
        guard case .retarget(let rule) = try Consensus.of("bitcoin-testnet4").difficulty else { return }
        let parent = HeaderFacts(height: 4_031, time: 2_000_000_000, bits: 0x1d00_ffff)
        let first = HeaderFacts(height: 2_016, time: 2_000_000_000 - 1_209_600, bits: 0x1c00_ffff)
        #expect(rule.bits(on: parent, time: 0) { $0 == 2_016 ? first : nil } == 0x1c00_ffff)
        #expect(rule.bits(on: parent, time: .max) { $0 == 2_016 ? first : nil } == 0x1c00_ffff)
    }
}

/// Blocks by the toy's rules, mined, ten minutes apart and now and then not.
struct ToyChain: Sendable {
    var blocks: [BitcoinBlock] = []

    init(length: Int, salt: UInt64 = 0) {
        while blocks.count < length { mine(salt: salt) }
    }

    var hashes: [String] { blocks.map(\.hashText) }

    mutating func mine(salt: UInt64 = 0, bits: UInt32? = nil) {
        let height = blocks.count
        let facts = blocks.enumerated().map {
            HeaderFacts(height: UInt64($0), time: $1.time, bits: $1.bits)
        }
        let wanted = facts.last.flatMap { parent in
            `Rules of work`.toy.difficulty.bits(on: parent, time: 0) { facts[Int($0)] }
        }
        let late: UInt32 = height / 8 % 2 == 0 ? 300 : 900
        let coinbase = BitcoinTransaction(
            inputs: [.coinbase(BitcoinTransaction.push(height: UInt64(height)) + [8] + salt.little)],
            outputs: [.init(value: 50, script: [0x51])])
        var block = BitcoinBlock(
            parent: blocks.last?.hash ?? [UInt8](repeating: 0, count: 32),
            time: (blocks.last?.time ?? 1_700_000_000) + late, bits: bits ?? wanted ?? 0x207f_ffff,
            transactions: [coinbase])
        block.mine(Target(bits: block.bits))
        blocks.append(block)
    }
}

extension BitcoinBlock {
    /// Finds a nonce for its target; none for what no hash meets.
    mutating func mine(_ target: Target?) {
        guard let target else { return }
        while !hash.withUnsafeBytes({ target.isMet(by: Hash256($0)) }) { nonce &+= 1 }
    }
}
