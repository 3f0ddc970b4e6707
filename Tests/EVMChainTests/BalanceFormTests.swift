import ChainKit
import DepositCore
import NodeRPC
import Synchronization
import Testing

@testable import EVMChain

/// Balances are asked for by a block's hash, and by its number where a node does not know that form.
@Suite struct BalanceFormTests {
    private static let block: RecordedBlock = {
        var block = ForgedBlock()
        block.add(to: ForgedBlock.token, logs: [ForgedBlock.log("0x5")])
        return block.sealed()
    }()

    private final class Asked: Sendable {
        let byHash = Atomic(0)
    }

    private static func word(_ value: Int) -> ScriptedWire.Reply {
        let digits = String(value, radix: 16)
        return .result("\"0x" + String(repeating: "0", count: 64 - digits.count) + digits + "\"")
    }

    private func doubts(
        received: Int, _ asked: Asked = Asked(), isElsewhere: Bool = false
    ) async throws -> [Doubt?] {
        let number = hexQuantity(Self.block.header.height.rawValue)
        let wire = ScriptedWire { method, params in
            if method == "eth_getBlockByNumber", isElsewhere {
                return .result(text(ForgedBlock().sealed().block))
            }
            guard method == "eth_call" else { return Self.block.answer(method, params) }
            if params.contains("blockHash") {
                asked.byHash.add(1, ordering: .relaxed)
                return .error(-32_602, "invalid argument 1: json: cannot unmarshal object into Go value")
            }
            return Self.word(params.contains("\"\(number)\"") ? received : 0)
        }
        let adapter = try chain(assets: [(id: "USD", contract: ForgedBlock.token)], verified: ["USD"])
            .adapter(on: Node(name: "node", wire: wire))
        var found: [Block] = []
        for _ in 0..<3 {
            found = try await adapter.blocks([Self.block.header], watching: watchlist([ForgedBlock.watched]))
        }
        return found.flatMap(\.transfers).map(\.doubt)
    }

    @Test func `a node that takes no hash in a call is asked by number, and that is remembered`() async throws
    {
        let asked = Asked()
        #expect(try await doubts(received: 5, asked) == [nil])
        #expect((1...3).contains(asked.byHash.load(ordering: .relaxed)))
        #expect(try await doubts(received: 4) == [.amountNotReceived])
    }

    @Test func `balances of another block of that number are neither taken nor a lie`() async throws {
        let error = await #expect(throws: NodeError.self) { try await doubts(received: 5, isElsewhere: true) }
        guard case .missing = error?.fault else {
            Issue.record("\(said(error))")
            return
        }
    }
}
