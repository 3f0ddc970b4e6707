import ChainKit
import DepositCore
import DepositTestKit
import NodeRPC
import Synchronization
import Testing

@testable import BitcoinChain

/// A block, and the newest hash, are asked for in whichever form of the question the node answers.
@Suite struct RawBlockFormTests {
    private let blocks = Adapter.chain(6)

    private func scripted(
        _ refusal: @escaping @Sendable (_ method: String, _ parameters: [String]) -> ScriptedNode.Reply?
    ) -> ScriptedNode {
        let honest = HonestAnswers(blocks)
        return ScriptedNode { [blocks] method, parameters in
            if let refused = refusal(method, parameters) { return refused }
            switch method {
            case "getblock" where parameters.count == 1:
                guard let block = blocks.first(where: { $0.hashText == parameters[0] }) else { break }
                let names = block.transactions.map { quoted($0.id.reversed().hexDigits) }
                return .result(#"{"tx":[\#(names.joined(separator: ","))]}"#)
            case "getrawtransaction":
                let all = blocks.flatMap(\.transactions)
                guard let found = all.first(where: { $0.id.reversed().hexDigits == parameters[0] }) else {
                    break
                }
                return .result(quoted(found.raw.hexDigits))
            default: break
            }
            return honest.answer(method, parameters)
        }
    }

    private func read(_ node: ScriptedNode, times: Int = 1) async throws -> [Block] {
        let adapter = try Adapter.regtest(blocks[0]).adapter(on: node.node)
        var found: [Block] = []
        for _ in 0..<times {
            let headers = try await adapter.headers(at: 2...4)
            found = try await adapter.blocks(headers, watching: .watching())
        }
        return found
    }

    @Test func `a node that takes no flag is asked by number, and that is remembered`() async throws {
        let node = scripted { method, parameters in
            method == "getblock" && parameters.last == "false"
                ? .error(-1, "JSON value is not an integer") : nil
        }
        #expect(try await read(node, times: 3).count == 3)
        let flags = node.asked.withLock { $0.count { $0.hasPrefix("getblock ") && $0.hasSuffix(" false") } }
        #expect((1...3).contains(flags), "\(flags)")
        #expect(node.asked(for: "getrawtransaction") == 0)
    }

    @Test(arguments: [
        ScriptedNode.Reply.error(-32_008, "Response is too big"), .error(-32_603, "timeout"), .result("{}"),
    ])
    func `a block that does not come whole comes transaction by transaction`(reply: ScriptedNode.Reply)
        async throws
    {
        let node = scripted { method, parameters in
            method == "getblock" && parameters.count == 2 ? reply : nil
        }
        #expect(try await read(node).map(\.header.hash.text) == blocks[2...4].map(\.hashText))
        #expect(node.asked(for: "getrawtransaction") > 0)
    }

    @Test func `a transaction that is left out on that way is found out`() async throws {
        let node = scripted { method, parameters in
            guard method == "getblock" else { return nil }
            return parameters.count == 2 ? .error(-32_008, "Response is too big") : .result(#"{"tx":[]}"#)
        }
        await #expect(throws: NodeError.self) { try await read(node) }
    }

    @Test func `the newest hash is had by another method where the first is not`() async throws {
        let tip = blocks[5].hashText
        let node = scripted { method, _ in
            switch method {
            case "getbestblockhash": .error(-32_601, "Method not found")
            case "getblockchaininfo": .result(#"{"chain":"regtest","bestblockhash":"\#(tip)"}"#)
            default: nil
            }
        }
        let adapter = try Adapter.regtest(blocks[0]).adapter(on: node.node)
        for _ in 0..<3 { #expect(try await adapter.head().header.hash.text == tip) }
        #expect(node.asked(for: "getbestblockhash") == 1)
    }
}
