import ChainKit
import DepositCore
import DepositTestKit
import NodeRPC
import Synchronization
import Testing

@testable import BitcoinChain

/// What an adapter believes of a node whose chain has, or lacks, the work that its network asks for.
@Suite struct `Work that a node shows` {
    static let chain = ToyChain(length: 120)
    static let genesis = "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206"

    /// A chain of the toy's rules with these anchors.
    private func bitcoin(
        _ anchors: [Int] = [60], mostClimb: UInt64 = 8_000, easiest: UInt32? = nil
    ) throws -> Bitcoin {
        let lines = anchors.map { "    \($0): \"\(Self.chain.hashes[$0])\"" }.joined(separator: "\n")
        var chain = try Bitcoin.edited(
            "bitcoin-regtest", "genesis: \"\(Self.genesis)\"",
            "genesis: \"\(Self.chain.hashes[0])\"" + (anchors.isEmpty ? "" : "\n  anchors:\n\(lines)"))
        chain.network.consensus = `Rules of work`.toy
        chain.network.consensus?.mostClimb = mostClimb
        chain.network.easiest = easiest.flatMap { Target(bits: $0) }
        return chain
    }

    private func node(
        _ blocks: [BitcoinBlock] = chain.blocks,
        _ lie: @escaping @Sendable (String, [String]) -> ScriptedNode.Reply? = { _, _ in nil }
    ) -> ScriptedNode {
        let honest = HonestAnswers(blocks)
        return ScriptedNode { lie($0, $1) ?? honest.answer($0, $1) }
    }

    private func height(_ number: Int) -> Height { Height(integerLiteral: UInt32(number)) }

    private func refusal(_ body: () async throws -> Void) async -> String? {
        do {
            try await body()
            return nil
        } catch let error as NodeError {
            guard case .unproven(let words) = error.fault else { return "\(error.fault)" }
            return words
        } catch {
            return "\(error)"
        }
    }

    @Test(arguments: [61, 75, 100]) func `headers above an anchor stand once all between them do`(low: Int)
        async throws
    {
        let (chain, node) = (try bitcoin(), node())
        let adapter = chain.adapter(on: node.node)
        let found = try await adapter.headers(at: height(low)...119)
        #expect(found.map(\.hash.text) == Array(Self.chain.hashes[low...]))
        let asked = node.asked.withLock { $0.count }
        let other = self.node()
        #expect(try await chain.adapter(on: other.node).headers(at: 119...119).count == 1)
        #expect(other.asked.withLock { $0.count } == 2, "what one node has proven is not asked of another")
        #expect(asked > 4)
    }

    @Test(arguments: [5, 40, 60]) func `headers below an anchor stand by its links alone`(low: Int)
        async throws
    {
        let adapter = try bitcoin().adapter(on: node().node)
        let found = try await adapter.headers(at: height(low)...height(low + 3))
        #expect(found.map(\.hash.text) == Array(Self.chain.hashes[low...low + 3]))
    }

    @Test func `a branch below an anchor that does not lead to it is refused`() async throws {
        var forged = Self.chain
        forged.blocks.removeLast(80)
        while forged.blocks.count < 60 { forged.mine(salt: 7) }
        let hashes = forged.hashes
        let honest = HonestAnswers(Self.chain.blocks)
        let liar = HonestAnswers(forged.blocks)
        let node = ScriptedNode { method, parameters in
            let isForged = method == "getblockhash" && (50...53).contains(Int(parameters[0]) ?? 0)
            return isForged || hashes[50...].contains(parameters.first ?? "")
                ? liar.answer(method, parameters) : honest.answer(method, parameters)
        }
        let chain = try bitcoin()
        let words = await refusal { _ = try await chain.adapter(on: node.node).headers(at: 50...53) }
        #expect(words?.contains("on which a known block stands") == true, "\(words ?? "")")
    }

    @Test func `blocks without work, or with bits too easy, never stand, at whatever height`() async throws {
        var workless = Self.chain
        workless.blocks.removeLast(10)
        for height in 110..<115 {
            var block = Self.chain.blocks[height]
            block.parent = workless.blocks[height - 1].hash
            let target = Target(bits: block.bits)
            while try target?.isMet(by: RecordedHeaders.raw(block.header).hash) == true { block.nonce += 1 }
            workless.blocks.append(block)
        }
        var easy = Self.chain
        easy.blocks.removeLast(10)
        easy.mine(salt: 1, bits: 0x207f_ffff)
        for (blocks, words) in [
            (workless.blocks, "too little work"), (easy.blocks, "the difficulty rule demands"),
        ] {
            let chain = try bitcoin()
            let adapter = chain.adapter(on: node(blocks).node)
            #expect(try await adapter.headers(at: 100...109).count == 10)
            let found = await refusal { _ = try await adapter.headers(at: 108...112) }
            #expect(found?.contains(words) == true, "\(found ?? "")")
            #expect(await refusal { _ = try await adapter.head() } != nil)
        }
    }

    @Test func `a height that a node only says is refused`() async throws {
        let jump = 1_000
        let node = node { method, parameters in
            guard method == "getblockhash", let height = Int(parameters[0]), height > jump else { return nil }
            return .result(quoted(Self.chain.hashes[min(height - jump, 119)]))
        }
        let chain = try bitcoin()
        let adapter = chain.adapter(on: node.node)
        #expect(try await adapter.headers(at: 100...110).count == 11)
        let words = await refusal { _ = try await adapter.headers(at: 1_111...1_113) }
        #expect(words?.contains("is said to be at 1111, and is at 111") == true, "\(words ?? "")")
        let head = self.node { method, parameters in
            method == "getblockheader" && parameters[1] == "true"
                ? .result(#"{"height":1119,"confirmations":1}"#) : nil
        }
        let liar = chain.adapter(on: head.node)
        _ = try await liar.headers(at: 111...119)
        #expect(await refusal { _ = try await liar.head() }?.contains("is said to be at 1119") == true)
    }

    @Test func `a start far from every anchor needs work as hard as the chain file asks, a period down`()
        async throws
    {
        let bare = try bitcoin([10], mostClimb: 5)
        let none = await refusal { _ = try await bare.adapter(on: node().node).headers(at: 100...105) }
        #expect(none?.contains("add a newer anchor to the chain file") == true, "\(none ?? "")")

        let hardest = try bitcoin([10], mostClimb: 5, easiest: 0x1f00_ffff)
        let easy = await refusal { _ = try await hardest.adapter(on: node().node).headers(at: 100...105) }
        #expect(easy?.contains("easier than easiest_bits 1f00ffff") == true, "\(easy ?? "")")

        let begun = try bitcoin([10], mostClimb: 5, easiest: 0x207f_ffff)
        let asked = node()
        let found = try await begun.adapter(on: asked.node).headers(at: 100...105)
        #expect(found.map(\.hash.text) == Array(Self.chain.hashes[100...105]))
        #expect(asked.asked(for: "getblock ") == 1, "the block that tells the height")
    }

    @Test func `a start far from every anchor is at the height that its first transaction names`()
        async throws
    {
        let jump = 400
        let node = node { method, parameters in
            guard method == "getblockhash", let height = Int(parameters[0]), height > 200 else { return nil }
            return .result(quoted(Self.chain.hashes[height - jump]))
        }
        let chain = try bitcoin([10], mostClimb: 5, easiest: 0x207f_ffff)
        let words = await refusal { _ = try await chain.adapter(on: node.node).headers(at: 500...505) }
        #expect(words?.contains("its first transaction names height 90") == true, "\(words ?? "")")
    }

    /// The wanted block is 100: all below it are pruned.
    @Test(arguments: [0, 400])
    func `a start far from every anchor does without blocks that the node has pruned`(jump: Int) async throws
    {
        let pruned = Set(Self.chain.hashes[..<100].map { "\($0)" })
        let node = node { method, parameters in
            if method == "getblock", pruned.contains(parameters[0]) {
                return .error(-1, "Block not available (pruned data)")
            }
            guard jump > 0, method == "getblockhash", let height = Int(parameters[0]), height > 200 else {
                return nil
            }
            return .result(quoted(Self.chain.hashes[height - jump]))
        }
        let chain = try bitcoin([10], mostClimb: 5, easiest: 0x207f_ffff)
        let asked = height(100 + jump)...height(105 + jump)
        guard jump > 0 else {
            let found = try await chain.adapter(on: node.node).headers(at: asked)
            #expect(found.map(\.hash.text) == Array(Self.chain.hashes[100...105]))
            return
        }
        let words = await refusal { _ = try await chain.adapter(on: node.node).headers(at: asked) }
        #expect(words?.contains("its first transaction names height 100") == true, "\(words ?? "")")
    }

    @Test func `a heavier branch outweighs ours, an equal or a lighter one does not`() async throws {
        var branch = Self.chain
        branch.blocks.removeLast(20)
        for _ in 0..<4 { branch.mine(salt: 3) }
        let adapter = try bitcoin().adapter(on: node(branch.blocks).node)
        guard let weighing = adapter as? any Weighing else { return #expect(Bool(false), "it weighs") }
        let fork = Self.chain.blocks[99].summary(at: 99)
        func ours(_ count: Int) -> [Header] {
            (100..<100 + count).map { Self.chain.blocks[$0].summary(at: height($0)) }
        }
        #expect(try await weighing.outweighs(ours(3), above: fork))
        #expect(try await !weighing.outweighs(ours(4), above: fork))
        #expect(try await !weighing.outweighs(ours(5), above: fork))
        #expect(try await weighing.outweighs([], above: fork))
    }

    @Test func `blocks of ours that a node never had count as its own do`() async throws {
        let ours = Adapter.chain(12)
        var theirs = Array(ours[..<9])
        for height in 9..<12 {
            var block = ours[height]
            block.parent = theirs[height - 1].hash
            block.time += 1
            block.mine()
            theirs.append(block)
        }
        let adapter = try Adapter.regtest(ours[0]).adapter(on: node(theirs).node)
        let weighing = try #require(adapter as? any Weighing)
        let fork = ours[8].summary(at: 8)
        func kept(_ heights: Range<Int>) -> [Header] { heights.map { ours[$0].summary(at: height($0)) } }
        #expect(try await !weighing.outweighs(kept(9..<12), above: fork))
        #expect(try await weighing.outweighs(kept(9..<11), above: fork))
    }

    @Test func `where work is a formality, one node's false height is no other node's`() async throws {
        let blocks = Adapter.chain(12)
        let chain = try Adapter.regtest(blocks[0])
        let honest = HonestAnswers(blocks)
        let liar = ScriptedNode { method, parameters in
            if method == "getblockhash", let height = Int(parameters[0]), height > 100 {
                return .result(quoted(blocks[min(height - 100, 11)].hashText))
            }
            return honest.answer(method, parameters)
        }
        let deceived = chain.adapter(on: liar.node)
        let headers = try await deceived.headers(at: 105...107)
        let words = await refusal { _ = try await deceived.blocks(headers, watching: .watching()) }
        #expect(
            words?.contains("is said to be at 105, and its first transaction names height 5") == true,
            "\(words ?? "")")
        let node = ScriptedNode { honest.answer($0, $1) }
        #expect(try await chain.adapter(on: node.node).headers(at: 5...7).map(\.height) == [5, 6, 7])
    }
}
