import DepositTestKit
import Testing

@testable import BitcoinChain

/// Merge-mined work, made here by the rules that Dogecoin Core checks, and each of them broken once.
@Suite struct `Merge-mined work` {
    /// What a made-up proof is made of.
    struct Recipe {
        var script: [UInt8]?
        var mark: [UInt8] = [0xfa, 0xbe, 0x6d, 0x6d]
        var before: [UInt8] = [1, 2, 3]
        var behind: [UInt8] = []
        var size: UInt32?
        var nonce: UInt32 = 9
        var chainBranch: [[UInt8]] = [[UInt8](repeating: 5, count: 32), [UInt8](repeating: 6, count: 32)]
        var slot: UInt32?
        var branch: [[UInt8]] = [[UInt8](repeating: 7, count: 32)]
        var index: UInt32 = 0
        var parentVersion: UInt32 = 0x2000_0000
        var outputs: [BitcoinTransaction.Output] = [.init(value: 5, script: [0x51])]
        var witness: [[UInt8]] = []
        var inputs = 1
        var root: [UInt8]?
    }

    static let hash = doubleSHA256([1])
    private let hash = Self.hash

    private static func fold(_ leaf: [UInt8], _ branch: [[UInt8]], _ index: UInt32) -> [UInt8] {
        var (hash, index) = (leaf, index)
        for other in branch {
            hash = doubleSHA256(index & 1 == 1 ? other + hash : hash + other)
            index >>= 1
        }
        return hash
    }

    /// Merge-mining data for the header with the hash that is named, ours where none is.
    static func bytes(_ recipe: Recipe, for hash: [UInt8] = hash) -> [UInt8] {
        let size = UInt32(1) << recipe.chainBranch.count
        let slot =
            recipe.slot
            ?? ((recipe.nonce &* 1_103_515_245 &+ 12_345 &+ 0x62) &* 1_103_515_245 &+ 12_345) % size
        let root = fold(hash, recipe.chainBranch, slot)
        let script =
            recipe.script
            ?? recipe.before + recipe.mark + root.reversed() + (recipe.size ?? size).little
            + recipe.nonce.little + recipe.behind
        var inputs = [BitcoinTransaction.Input.coinbase(script)]
        inputs[0].witness = recipe.witness
        for _ in 1..<recipe.inputs { inputs.append(.init(spent: hash, index: 0)) }
        let coinbase = BitcoinTransaction(inputs: inputs, outputs: recipe.outputs)
        let merkle = recipe.root ?? fold(coinbase.id, recipe.branch, recipe.index)
        let parent =
            recipe.parentVersion.little + [UInt8](repeating: 0, count: 32) + merkle
            + [UInt8](repeating: 0, count: 12)
        return coinbase.raw + [UInt8](repeating: 0, count: 32) + recipe.branch.count.compactSize
            + recipe.branch.flatMap { $0 } + recipe.index.little + recipe.chainBranch.count.compactSize
            + recipe.chainBranch.flatMap { $0 } + slot.little + parent
    }

    private func refusal(isStrict: Bool = true, _ change: (inout Recipe) -> Void) -> String? {
        var recipe = Recipe()
        change(&recipe)
        return Self.bytes(recipe).withUnsafeBytes { bytes in
            do throws(BlockFault) {
                var reader = ByteReader(bytes)
                let work = try AuxiliaryWork(&reader)
                try work.prove(hash.withUnsafeBytes { Hash256($0) }, isStrict: isStrict)
                return reader.isAtEnd ? nil : "bytes are left"
            } catch {
                return "\(error)"
            }
        }
    }

    @Test func `what the parent's coinbase pays, and to how many, is its own chain's affair`() {
        #expect(refusal { _ in } == nil)
        #expect(refusal { $0.outputs = [] } == nil)
        #expect(refusal { $0.outputs[0].value = .max } == nil)
        #expect(refusal { $0.outputs[0].value = 2_000_000_000_000_000_000 } == nil)
        #expect(refusal { $0.witness = [[UInt8](repeating: 0, count: 32)] } == nil)
        #expect(refusal { $0.inputs = 2 } == nil)
    }

    @Test func `the root is found with a mark anywhere, without one only within the first twenty bytes`() {
        #expect(refusal { $0.before = [UInt8](repeating: 1, count: 60) } == nil)
        #expect(refusal { ($0.mark, $0.before) = ([], [UInt8](repeating: 1, count: 20)) } == nil)
        let late = refusal { ($0.mark, $0.before) = ([], [UInt8](repeating: 1, count: 21)) }
        #expect(late?.contains("too late, and without a mark") == true)
        let twice = refusal { $0.behind = [0xfa, 0xbe, 0x6d, 0x6d] }
        #expect(twice?.contains("marks more than one root") == true)
        #expect(refusal { $0.mark += [0] }?.contains("marks another root") == true)
    }

    @Test func `work for one block of a chain stands for no other`() {
        #expect(
            refusal { $0.script = [UInt8](repeating: 1, count: 80) }?.contains("does not name it") == true)
        #expect(
            refusal { $0.slot = 0 }?.contains("in slot") ?? refusal { $0.slot = 1 }?.contains("in slot")
                == true)
        #expect(refusal { $0.size = 8 }?.contains("number of chains does not fit its branch") == true)
        #expect(refusal { $0.root = [UInt8](repeating: 9, count: 32) }?.contains("merkle root") == true)
        let second = refusal { $0.index = 1 }
        #expect(second?.contains("the transaction that names it is not") == true)
        let same = refusal { $0.parentVersion = 0x0062_0004 }
        #expect(same?.contains("a block of the same chain") == true)
        #expect(refusal(isStrict: false) { $0.parentVersion = 0x0062_0004 } == nil)
        let many = [[UInt8]](repeating: [UInt8](repeating: 1, count: 32), count: 31)
        #expect(refusal { $0.chainBranch = many }?.contains("more than 2^30 chains") == true)
    }

    @Test func `a script that ends behind the root says too little`() throws {
        let root = hash
        let short = refusal {
            $0.chainBranch = []
            $0.script = [0xfa, 0xbe, 0x6d, 0x6d] + root.reversed() + [1, 0, 0, 0, 0, 0, 0]
        }
        #expect(short?.contains("does not say how many chains") == true)
    }

    @Test func `a proof that ends anywhere too early is refused`() {
        let whole = Self.bytes(Recipe())
        for length in 0..<whole.count {
            _ = whole.prefix(length).withUnsafeBytes { bytes in
                #expect(throws: BlockFault.self) {
                    var reader = ByteReader(bytes)
                    _ = try AuxiliaryWork(&reader)
                }
            }
        }
    }

    @Test func `the version says whether there is such work, for which chain, and from which height on`()
        throws
    {
        let dogecoin = try Consensus.of("dogecoin")
        func refusal(_ version: UInt32, _ height: UInt64) throws -> Bool {
            let header = try RecordedHeaders.raw(
                BitcoinBlock(version: version, transactions: [.coinbase((1, []))]).header)
            do throws(BlockFault) {
                try dogecoin.proveVersion(header.facts, at: height, name: "")
                return false
            } catch {
                return true
            }
        }
        #expect(try !refusal(2, 371_336))
        #expect(try refusal(0x0062_0102, 371_336))
        for version in [UInt32(1), 2, 0x0063_0104, 0x2000_0004] { #expect(try refusal(version, 371_337)) }
        for version in [UInt32(0x0062_0104), 0x0062_0004] { #expect(try !refusal(version, 3_464_751)) }
        #expect(try refusal(0x0062_0103, 3_464_751))
    }

    @Test func `a header that should carry such work and does not is refused`() throws {
        let header = try RecordedHeaders.raw(
            BitcoinBlock(version: 0x0062_0104, transactions: [.coinbase((1, []))]).header, auxiliaryWork: true
        )
        #expect(
            throws: BlockFault.unproven(
                "block 5000000 \(header.hash.text) came without its merge-mining data")
        ) {
            try Consensus.of("dogecoin").proveWork(of: header, at: 5_000_000)
        }
    }
}
