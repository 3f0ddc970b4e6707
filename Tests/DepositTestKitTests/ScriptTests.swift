import ChainKit
import DepositCore
import DepositTestKit
import Foundation
import NodeRPC
import Testing

@Suite struct ScriptTests {
    private func stage(_ text: String, tape: Tape? = nil) throws -> ScriptStage {
        try ScriptStage(Script(text, file: "script.yaml"), tape: tape)
    }

    @Test func `steps mine, pay, fork, adopt, undo and finalize`() throws {
        let alice = try TestChain(.bitcoin).address(1).text
        let stage = try stage(
            """
            family: bitcoin
            steps:
              - mine: 3
              - {mine: [{name: t1, to: \(alice), amount: "5000"}]}
              - - fork: {branch: b, depth: 2}
                - mine: {on: b, blocks: 1}
                - mine: {on: b, payments: [{name: t1, to: \(alice), amount: 5000}]}
                - mine: {on: b, blocks: 1}
              - adopt: b
              - {undo: 1, finalize: 2}
            """)
        let chain = try #require(stage.chain)
        var heights: [Int] = []
        while try stage.advance().moved { heights.append(try chain.headers().count - 1) }
        #expect(heights == [3, 4, 4, 5, 4])
        #expect(try chain.headers() == chain.headers(of: "b").dropLast())
    }

    @Test func `faults strike and are cured, by node, method and count`() async throws {
        let stage = try stage(
            """
            family: evm
            nodes: [a, b]
            steps:
              - fault: {is: rate_limited, retry_after: 5, node: b, method: eth_chainId, times: 1}
              - fault: garbage
              - cure: a
            """)
        let chain = try #require(stage.chain).chain
        func identified(_ node: Int) async -> String {
            do throws(NodeError) {
                try await chain.adapter(on: stage.nodes[node].node).verifyIdentity()
                return "yes"
            } catch { return "\(error.fault)" }
        }
        _ = try stage.advance()
        #expect(await identified(0) == "yes")
        #expect(await identified(1).contains("for 5 s"))
        #expect(await identified(1) == "yes")
        _ = try stage.advance()
        #expect(await identified(0).contains("malformed"))
        _ = try stage.advance()
        #expect(await identified(0) == "yes")
        #expect(await identified(1).contains("malformed"))
    }

    @Test func `the script of the article plays to its end`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let article = try String(
            contentsOf: root.appending(path: "Sources/depositwatch/Documentation.docc/Fixtures.md"),
            encoding: .utf8)
        let begin = try #require(article.range(of: "```yaml\nfamily"))
        let rest = article[begin.lowerBound...].dropFirst("```yaml\n".count)
        let end = try #require(rest.range(of: "```"))
        let text = String(rest[..<end.lowerBound]).replacing("rest: true", with: "rest: false")
        let address = try TestChain(.evm).address(1).text
        let stage = try stage(text.replacing("0x…", with: address))
        while try stage.advance().moved {}
        // Block 0; five, and one that pays; two gone; three, and one that pays; one undone.
        #expect(try stage.chain?.headers().count == 8)
        for fault in NodeFault.named { #expect(article.contains("`\(fault.name)`")) }
    }

    @Test(arguments: NodeFault.named.map(\.name))
    func `every fault has a name`(name: String) throws {
        let stage = try stage("family: evm\nnodes: [a]\nsteps: [{fault: \(name)}]")
        #expect(try stage.advance().moved)
        #expect(NodeFault.named.count { $0.name == name } == 1)
    }

    @Test func `a tape answers beside its script, and breaks as the script says`() async throws {
        let tape = try Tape(
            """
            {"step":0,"request":{"method":"getblockcount","params":[]},"result":1}
            {"step":1,"request":{"method":"getblockcount","params":[]},"result":2}
            """)
        let stage = try stage("steps: [{fault: {is: server_error, times: 1}}]", tape: tape)
        func count() async throws -> UInt64? {
            try await stage.nodes[0].node.call([RPCCall("getblockcount")]) { replies throws(NodeError) in
                try replies.result(0).unsigned
            }
        }
        #expect(try await count() == 1)
        #expect(try stage.advance().moved)
        await #expect(throws: NodeError.self) { try await count() }
        #expect(try await count() == 2)
        #expect(try !stage.advance().moved)
    }

    @Test(arguments: [
        ("family: tron", "script.yaml:1: family: expected one of evm, bitcoin"),
        (
            "family: evm\nspeed: 2",
            "script.yaml:2: unknown key speed; known keys here: family, nodes, rest, settled_since, steps"
        ),
        ("family: evm\nnodes: [a, a]", "script.yaml:2: nodes: name at least one node, and no two alike"),
        ("family: evm\nsteps: [{dig: 2}]", "script.yaml:2: steps[0].dig: unknown order dig; known: mine,"),
        (
            "family: evm\nsteps: [{mine: [{name: t, to: alice, amount: 1}]}]",
            "alice is no address of this chain"
        ),
        (
            "family: evm\nsteps: [{fault: laggy}]",
            "steps[0].fault: unknown fault laggy; known: lags, other_fork,"
        ),
        ("family: evm\nsteps: [{fault: {is: lags, status: 3}}]", "unknown key status"),
        ("family: evm\nsteps: [{fault: {is: lags, node: z}}]", "there is no node z; known: node"),
        ("steps: []", "a script without a tape needs a family"),
    ])
    func `what is wrong with a script is said with its place`(text: String, complaint: String) throws {
        let error = try #require(throws: (any Error).self) { _ = try stage(text) }
        #expect("\(error)".contains(complaint))
    }

    @Test(arguments: ["mine: 1", "undo: 1", "fault: lags", "fault: {is: dropped_receipt}"])
    func `a tape's chain cannot be bent`(order: String) throws {
        let error = try #require(throws: (any Error).self) {
            _ = try stage("steps: [{\(order)}]", tape: try Tape(""))
        }
        #expect("\(error)".contains("name a family to make one up"))
    }
}
