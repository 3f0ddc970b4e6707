import ChainKit
import DepositCore
import DepositTestKit
import Foundation
import NodeRPC
import Testing

/// Faults as they arrive over real HTTP.
@Suite(.timeLimit(.minutes(5))) struct NodeServerTests {
    private func adapter(_ chain: TestChain, _ url: String) throws -> any ChainAdapter {
        chain.chain.adapter(on: Node(name: url, wire: HTTPWire(try NodeEndpoint(url))))
    }

    private func fault(_ adapter: any ChainAdapter) async throws -> NodeError.Fault? {
        do throws(NodeError) {
            _ = try await adapter.head()
            return nil
        } catch { return error.fault }
    }

    @Test(arguments: TestChain.Family.allCases)
    func `nodes of one chain stand at their names, each with its own faults`(family: TestChain.Family)
        async throws
    {
        let chain = try TestChain(family, servesREST: true)
        try chain.mine(.init("t1", to: try chain.address(1), amount: 5_000))
        let nodes = [chain.node("a"), chain.node("b")]
        nodes[1].inflict(.lags(blocks: 1))
        try await NodeServer(nodes).serving { url in
            for place in [url, url + "/a"] {
                let adapter = try adapter(chain, place)
                try await adapter.verifyIdentity()
                let head = try await adapter.head().header
                #expect(head == (try chain.headers().last))
                var watchlist = Watchlist(seed: 7)
                watchlist.add(try chain.address(1).key, generation: 1)
                #expect(try await adapter.blocks([head], watching: watchlist).map(\.transfers.count) == [1])
            }
            #expect(try await adapter(chain, url + "/b").head().header == (try chain.headers().first))
        }
    }

    @Test func `a fault looks over HTTP as it does in process`() async throws {
        let chain = try TestChain(.evm)
        let node = chain.node("a")
        let faults: [NodeFault] = [
            .nullAnswer, .emptyList, .deepJSON, .errorBody, .truncated, .garbage, .huge,
            .wrongStatus(302), .wrongStatus(403), .rateLimited(retryAfter: 7), .serverError(503),
        ]
        try await NodeServer([node]).serving { url in
            let (near, far) = (chain.chain.adapter(on: node.node), try adapter(chain, url))
            for fault in faults {
                node.inflict(fault)
                let told = try #require(try await self.fault(far), "\(fault) has no effect")
                #expect(try await self.fault(near) == told)
                node.cure()
            }
            node.inflict(.unreachable)
            guard case .broken = try await fault(far) else {
                Issue.record("a connection that breaks is not told")
                return
            }
            node.cure()
            for fault in [NodeFault.shuffledBatch, .shortBatch] {
                node.inflict(fault)
                #expect(try await self.fault(far) == nil, "what a batch lacks is asked for by itself")
                node.cure()
            }
        }
    }

    @Test func `a fault strikes one method, or a number of requests`() async throws {
        let chain = try TestChain(.bitcoin)
        let node = chain.node("a")
        let adapter = chain.chain.adapter(on: node.node)
        node.inflict(.serverError(500), on: "getblockchaininfo")
        #expect(try await fault(adapter) == nil)
        await #expect(throws: NodeError.self) { try await adapter.verifyIdentity() }
        node.cure()
        node.inflict(.rateLimited(retryAfter: 3), times: 2)
        #expect(try await fault(adapter) == .rateLimited(retryAfterSeconds: 3))
        #expect(try await fault(adapter) == .rateLimited(retryAfterSeconds: 3))
        #expect(try await fault(adapter) == nil)
        #expect(node.struck == 4, "the identity in a batch and its first call alone, and two heads")
    }

    @Test func `a script is played and ordered about over HTTP`() async throws {
        let stage = try ScriptStage(
            Script("family: evm\nnodes: [a]\nsteps: [{mine: 2}, {undo: 1}]", file: "script.yaml"))
        try await NodeServer(stage).serving { url in
            #expect(try await post(url + "/advance") == #"200 {"step":1,"moved":true}"#)
            #expect(try stage.chain?.headers().count == 3)
            #expect(try await post(url + "/script", #"{"mine": 4}"#) == #"200 {"step":1,"moved":false}"#)
            #expect(try stage.chain?.headers().count == 7)
            let refusal = try await post(url + "/script", "{mine: many}")
            #expect(refusal.hasPrefix("422 ") && refusal.contains("order:1: mine: expected a whole number"))
            #expect(try await post(url + "/advance") == #"200 {"step":2,"moved":true}"#)
            #expect(try await post(url + "/advance") == #"200 {"step":2,"moved":false}"#)
            #expect(try stage.chain?.headers().count == 6)
            let file = try await send(HTTPRequest(method: .get, url: url + "/chain.yaml"))
            #expect(file == "200 \(try #require(stage.chainFile))")
            #expect(try await post(url + "/script", "fault: unreachable").hasPrefix("200"))
            await #expect(throws: HTTPError.self) { try await post(url, "{}") }
        }
    }

    @discardableResult
    private func post(_ url: String, _ body: String = "") async throws -> String {
        try await send(HTTPRequest(method: .post, url: url, body: Array(body.utf8)))
    }

    private func send(_ request: HTTPRequest) async throws -> String {
        let response = try await HTTPClient.shared.send(request)
        return "\(response.status) " + response.body.excerpt(4_096).trimmingCharacters(in: .newlines)
    }
}
