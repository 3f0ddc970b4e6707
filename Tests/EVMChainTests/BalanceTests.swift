import ChainKit
import DepositCore
import NodeRPC
import Synchronization
import Testing

@testable import EVMChain

/// `verify_by_balance`: what a token logs is held against what its accounts hold before and after the block.
@Suite struct BalanceTests {
    /// What is said of one holding, and whether its transfers are in doubt.
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// Amounts that the watched account receives.
        var received = [5]
        /// Amounts that it sends to others.
        var sent: [Int] = []
        let before: ScriptedWire.Reply
        let after: ScriptedWire.Reply
        let isDoubted: Bool
    }

    private static func word(_ value: Int) -> ScriptedWire.Reply {
        .result("\"\(ForgedBlock().word(value))\"")
    }
    private static let reverted = ScriptedWire.Reply.error(3, "execution reverted")

    private static let cases = [
        Case(testDescription: "it rose by as much", before: word(10), after: word(15), isDoubted: false),
        Case(testDescription: "by more", before: word(10), after: word(16), isDoubted: false),
        Case(testDescription: "by less", before: word(10), after: word(14), isDoubted: true),
        Case(testDescription: "not at all", before: word(10), after: word(10), isDoubted: true),
        Case(testDescription: "it fell", before: word(10), after: word(1), isDoubted: true),
        Case(
            testDescription: "two receipts", received: [5, 7], before: word(0), after: word(12),
            isDoubted: false),
        Case(
            testDescription: "two receipts, one of them a lie", received: [5, 7], before: word(0),
            after: word(11),
            isDoubted: true),
        Case(
            testDescription: "more was sent on than came", sent: [3, 6], before: word(10), after: word(6),
            isDoubted: false),
        Case(
            testDescription: "more was sent on, and less came", sent: [9], before: word(10), after: word(5),
            isDoubted: true),
        Case(testDescription: "the token failed before", before: reverted, after: word(5), isDoubted: true),
        Case(testDescription: "the token fails since", before: word(0), after: reverted, isDoubted: true),
        Case(
            testDescription: "it fails in a node's words", before: word(0),
            after: .error(-32_000, "execution reverted: rate limit exceeded, batch too large"),
            isDoubted: true),
        Case(
            testDescription: "it uses up its gas", before: word(0), after: .error(-32_000, "out of gas"),
            isDoubted: true),
        Case(testDescription: "no contract yet", before: .result(#""0x""#), after: word(5), isDoubted: true),
        Case(testDescription: "31 bytes", before: word(0), after: bytes(31), isDoubted: true),
        Case(testDescription: "33 bytes", before: word(0), after: bytes(33), isDoubted: true),
    ]

    private static func bytes(_ count: Int) -> ScriptedWire.Reply {
        .result("\"0x" + String(repeating: "0f", count: count) + "\"")
    }

    @Test(arguments: cases)
    func `a transfer is in doubt where the balance does not bear it out`(_ each: Case) async throws {
        var block = ForgedBlock()
        for amount in each.sent {
            block.add(
                to: ForgedBlock.token,
                logs: [Self.log(amount, from: ForgedBlock.watched, to: ForgedBlock.other)])
        }
        for amount in each.received { block.add(to: ForgedBlock.token, logs: [Self.log(amount)]) }
        let doubts = try await Scene(block, before: each.before, after: each.after).doubts()
        #expect(doubts == each.received.map { _ in each.isDoubted ? .amountNotReceived : nil })
    }

    private static func log(
        _ amount: Int, from: String = ForgedBlock.sender, to: String = ForgedBlock.watched,
        token: String = ForgedBlock.token
    ) -> [String: Any] {
        ForgedBlock.log("0x" + String(amount, radix: 16), to: to, from: from, token: token)
    }

    /// Who sends a hundred to whom, of which token.
    @Test(arguments: [
        (ForgedBlock.watched, ForgedBlock.watched, ForgedBlock.token),
        (ForgedBlock.other, ForgedBlock.sender, ForgedBlock.token),
        (ForgedBlock.watched, ForgedBlock.other, ForgedBlock.other),
        (ForgedBlock.watched, "0x1" + String(repeating: "0", count: 63), ForgedBlock.token),
    ])
    func `only what the account itself sent to another leaves room for less`(
        from: String, to: String, token: String
    ) async throws {
        var block = ForgedBlock()
        block.add(to: token, logs: [Self.log(5), Self.log(100, from: from, to: to, token: token)])
        let exact = try await Scene(block, before: Self.word(10), after: Self.word(15)).doubts()
        #expect(exact == [nil])
        let less = try await Scene(block, before: Self.word(10), after: Self.word(14)).doubts()
        #expect(less == [.amountNotReceived])
    }

    @Test func `amounts beyond what any balance can be are in doubt`() async throws {
        let most = "0x" + String(repeating: "f", count: 64)
        var block = ForgedBlock()
        for _ in 0..<2 { block.add(to: ForgedBlock.token, logs: [ForgedBlock.log(most)]) }
        let doubts = try await Scene(block, before: Self.word(0), after: .result("\"\(most)\"")).doubts()
        #expect(doubts == [.amountNotReceived, .amountNotReceived])
    }

    @Test func `the two states are those of the block and of its parent, genesis too`() async throws {
        for number in [1, 100] {
            var block = ForgedBlock()
            block.number = number
            block.add(to: ForgedBlock.token, logs: [Self.log(5)])
            let scene = Scene(block, before: Self.word(0), after: Self.word(5))
            #expect(try await scene.doubts() == [nil])
            let header = scene.block.header
            #expect(
                scene.asked.withLock { $0 }
                    == [header.parent, header.hash].map { hash in
                        #"[{"data":"0x70a08231\#(String(repeating: "0", count: 24))\#(ForgedBlock.watched.dropFirst(2))","#
                            + #""gas":"0x989680","to":"\#(ForgedBlock.token)"},{"blockHash":"\#(hash)"}]"#
                    })
        }
    }

    @Test(
        arguments: [
            (.error(-32_000, "missing trie node 1a2b (path )"), "does not have the state after block"),
            (.error(-32_000, "header not found"), "does not have the state after block"),
            (.error(-32_000, "state at block #90 is pruned"), "add an archive node"),
            (.error(-32_002, "No state available for block 90"), "verify_by_balance of USD needs"),
            (.error(4_444, "pruned history unavailable"), "does not have the state after block"),
            (.error(-32_601, "the method eth_call does not exist"), "cannot be used: it has no eth_call"),
            (.error(-32_000, "execution aborted (timeout = 5s)"), "execution aborted"),
            (.error(-32_000, "Too Many Requests"), "limits our rate"),
            (.result("null"), "malformed"), (.result("5"), "malformed"), (.result(#""15""#), "malformed"),
            (.result(#""0x5""#), "malformed"), (.result(#""0xzz""#), "malformed"), (.silence, "malformed"),
        ] as [(ScriptedWire.Reply, String)])
    func `a node that cannot tell a balance is at fault, and its block is not taken`(
        reply: ScriptedWire.Reply, reason: String
    ) async throws {
        var block = ForgedBlock()
        block.add(to: ForgedBlock.token, logs: [Self.log(5)])
        for (before, after) in [(reply, Self.word(5)), (Self.word(0), reply)] {
            let error = await #expect(throws: NodeError.self) {
                try await Scene(block, before: before, after: after).doubts()
            }
            #expect(said(error).contains(reason))
        }
    }

    @Test(arguments: ["count", "bloom", "receipts", "full"], [true, false])
    func `the verdict is the same however the block is read`(proof: String, hasReceipts: Bool) async throws {
        var block = ForgedBlock()
        block.add(
            to: ForgedBlock.token, logs: [Self.log(9, from: ForgedBlock.watched, to: ForgedBlock.other)])
        block.add(to: ForgedBlock.token, logs: [Self.log(5)])
        for (after, doubt) in [(6, nil), (5, .amountNotReceived)] as [(Int, Doubt?)] {
            let scene = Scene(block, before: Self.word(10), after: Self.word(after), hasReceipts: hasReceipts)
            #expect(try await scene.doubts(proof: proof) == [doubt])
        }
    }

    @Test func `each holding is judged by itself, and all are asked about at once`() async throws {
        var block = ForgedBlock()
        let other = [ForgedBlock.watched, ForgedBlock.other]
        for to in other + other { block.add(to: ForgedBlock.token, logs: [Self.log(5, to: to)]) }
        let scene = Scene(block, before: Self.word(0), after: Self.word(10)) { params in
            params.contains(ForgedBlock.other.dropFirst(2)) ? Self.word(0) : nil
        }
        #expect(
            try await scene.doubts(watching: other) == [nil, .amountNotReceived, nil, .amountNotReceived])
        #expect(scene.asked.withLock { $0.count } == 4)
        #expect(scene.exchanges.load(ordering: .relaxed) == 2)
    }

    @Test func `what no balance is asked for costs no request`() async throws {
        var block = ForgedBlock()
        block.add(to: ForgedBlock.watched, value: "0x5")
        block.add(to: ForgedBlock.token, logs: [Self.log(7, to: ForgedBlock.other)])
        let scene = Scene(block, before: Self.reverted, after: Self.reverted)
        #expect(try await scene.doubts() == [nil])
        block.add(to: ForgedBlock.token, logs: [Self.log(5)])
        let unverified = Scene(block, before: Self.reverted, after: Self.reverted)
        #expect(try await unverified.doubts(verified: []) == [nil, nil])
        for scene in [scene, unverified] { #expect(scene.exchanges.load(ordering: .relaxed) == 1) }
    }
}

/// A block, and a node that tells what its accounts held before and after it.
private final class Scene: Wire {
    let block: RecordedBlock
    let asked = Mutex<[String]>([])
    let exchanges = Atomic(0)
    private let before: ScriptedWire.Reply
    private let after: ScriptedWire.Reply
    private let hasReceipts: Bool
    private let exception: @Sendable (String) -> ScriptedWire.Reply?

    init(
        _ block: ForgedBlock, before: ScriptedWire.Reply, after: ScriptedWire.Reply, hasReceipts: Bool = true,
        except exception: @escaping @Sendable (String) -> ScriptedWire.Reply? = { _ in nil }
    ) {
        self.block = block.sealed()
        self.before = before
        self.after = after
        self.hasReceipts = hasReceipts
        self.exception = exception
    }

    func doubts(
        proof: String = "full", watching: [String] = [ForgedBlock.watched], verified: [String] = ["USD"]
    ) async throws -> [Doubt?] {
        let chain = try chain(
            proof: proof, assets: [(id: "USD", contract: ForgedBlock.token)], verified: verified)
        let blocks = try await chain.adapter(on: Node(name: "node", wire: self)).blocks(
            [block.header], watching: watchlist(watching))
        return blocks.flatMap(\.transfers).map(\.doubt)
    }

    func exchange(_ request: WireRequest) async throws(HTTPError) -> HTTPResponse {
        exchanges.add(1, ordering: .relaxed)
        return try await ScriptedWire { self.answer($0, $1) }.exchange(request)
    }

    private func answer(_ method: String, _ params: String) -> ScriptedWire.Reply {
        switch method {
        case "eth_call":
            asked.withLock { $0.append(params) }
            return exception(params) ?? (params.contains(block.header.hash.text) ? after : before)
        case "eth_getBlockReceipts" where !hasReceipts: return .error(-32_601, "the method does not exist")
        case "eth_getTransactionReceipt":
            let receipt = (block.receipts ?? []).first {
                params.contains($0["transactionHash"] as? String ?? "-")
            }
            return .result(receipt.map { text($0) } ?? "null")
        default: return block.answer(method, params)
        }
    }
}
