import ChainKit
import DepositCore
import NodeRPC
import Testing

@testable import EVMChain

@Suite struct IdentityTests {
    private static let genesis = "0x" + String(repeating: "ab", count: 32)
    private static let anchor = "0x" + String(repeating: "cd", count: 32)

    private func verify(
        id: String = #""0x539""#, first: String = genesis, tenth: String = anchor, syncing: String = "false"
    ) async throws {
        let wire = ScriptedWire { method, params in
            switch method {
            case "eth_chainId": .result(id)
            case "eth_syncing": .result(syncing)
            default:
                params.contains("0xa\"")
                    ? .result(#"{"hash":"\#(tenth)"}"#)
                    : .result(#"{"hash":"\#(first)"}"#)
            }
        }
        let network = #"{chain_id: 1337, genesis: "\#(Self.genesis)", anchors: {10: "\#(Self.anchor)"}}"#
        try await chain(network: network).adapter(on: Node(name: "node", wire: wire)).verifyIdentity()
    }

    @Test func `the right node is taken`() async throws {
        try await verify()
    }

    @Test func `another chain id is another chain`() async throws {
        let error = await #expect(throws: NodeError.self) { try await verify(id: #""0x1""#) }
        #expect(error?.fault == .wrongChain(expected: "chain id 1337", found: "chain id 1"))
    }

    @Test func `another first block is another chain`() async throws {
        let error = await #expect(throws: NodeError.self) { try await verify(first: Self.anchor) }
        #expect(
            error?.fault == .wrongChain(expected: "block 0 \(Self.genesis)", found: "block 0 \(Self.anchor)"))
    }

    @Test func `E25: another anchor is another chain`() async throws {
        let error = await #expect(throws: NodeError.self) { try await verify(tenth: Self.genesis) }
        #expect(
            error?.fault
                == .wrongChain(expected: "block 10 \(Self.anchor)", found: "block 10 \(Self.genesis)"))
    }

    @Test func `G2: a syncing node is not used`() async throws {
        let error = await #expect(throws: NodeError.self) {
            try await verify(syncing: #"{"currentBlock":"0x5","highestBlock":"0x9"}"#)
        }
        #expect(error?.fault == .syncing("block 5 of 9"))
    }

    @Test(arguments: ["5", "null", #""1337""#, #""0x""#, "{}"])
    func `a chain id that is no quantity is refused`(id: String) async throws {
        let error = await #expect(throws: NodeError.self) { try await verify(id: id) }
        #expect(error?.fault == .malformed("eth_chainId: no quantity"))
    }
}
