import ChainKit
import DepositCore
import Foundation
import NodeRPC
import Synchronization
import Testing

@testable import EVMChain

@Suite struct AdapterTests {
    /// Blocks 100 … 102, linked by nothing but their numbers; `finalized` is 100.
    private static let blocks: [String: RecordedBlock] = Dictionary(
        uniqueKeysWithValues: (100...102).map { number in
            var block = ForgedBlock()
            block.number = number
            return ("0x" + String(number, radix: 16), block.sealed())
        })

    private func adapter(
        proof: String = "full", finality: String = "{tag: finalized}",
        _ answer: @escaping @Sendable (String, String) -> ScriptedWire.Reply?
    ) throws -> any ChainAdapter {
        let wire = ScriptedWire { method, params in answer(method, params) ?? Self.honest(method, params) }
        return try chain(proof: proof, finality: finality).adapter(on: Node(name: "node", wire: wire))
    }

    private static func honest(_ method: String, _ params: String) -> ScriptedWire.Reply {
        let named = ["\"latest\"": "0x66", "\"finalized\"": "0x64"]
        let place = params.split(whereSeparator: { "[,]".contains($0) }).first.map(String.init) ?? ""
        let key = named[place] ?? place.replacing("\"", with: "")
        return blocks[key].map { .result(text($0.block)) } ?? .result("null")
    }

    @Test func `the head comes with what is final`() async throws {
        let head = try await adapter { _, _ in nil }.head()
        #expect(head.header.height == 102)
        #expect(head.finalized?.height == 100)
        let untagged = try await adapter(finality: "instant") { _, _ in nil }.head()
        #expect(untagged.finalized == nil)
    }

    @Test(arguments: [
        ScriptedWire.Reply.result("null"), .error(-32_602, "invalid tag"), .error(-39_001, "Unknown block"),
    ])
    func `a node that knows no finality has none`(reply: ScriptedWire.Reply) async throws {
        let adapter = try adapter { _, params in params.contains("finalized") ? reply : nil }
        #expect(try await adapter.head().finalized == nil)
    }

    @Test func `a finalized block that was not answered is an error`() async throws {
        let adapter = try adapter { _, params in params.contains("finalized") ? .silence : nil }
        let error = await #expect(throws: NodeError.self) { try await adapter.head() }
        #expect(said(error).contains("malformed data: empty"))
    }

    @Test func `finalized above latest is refused`() async throws {
        let adapter = try adapter { _, params in
            params.contains("latest")
                ? Self.honest("", #"["0x64"]"#)
                : params.contains("finalized") ? Self.honest("", #"["0x66"]"#) : nil
        }
        let error = await #expect(throws: NodeError.self) { try await adapter.head() }
        #expect(said(error).contains("height of finalized"))
    }

    @Test func `headers above the node's head are left out`() async throws {
        let headers = try await adapter { _, _ in nil }.headers(at: 101...105)
        #expect(headers.map(\.height) == [101, 102])
    }

    @Test func `a hole among the headers is refused`() async throws {
        let adapter = try adapter { _, params in params.contains("0x65") ? .result("null") : nil }
        let error = await #expect(throws: NodeError.self) { try await adapter.headers(at: 100...102) }
        #expect(error?.fault == .missing("block 101, though it has block 102"))
    }

    @Test(arguments: ["full", "receipts", "bloom", "count"])
    func `a header of another height than asked for is refused`(proof: String) async throws {
        let adapter = try adapter(proof: proof) { _, params in
            params.contains("0x65") ? Self.honest("", #"["0x64"]"#) : nil
        }
        let error = await #expect(throws: NodeError.self) { try await adapter.headers(at: 100...102) }
        #expect(said(error).contains("number of the block asked for"))
    }

    @Test func `a header's parent is proven`() async throws {
        var lie = try #require(Self.blocks["0x65"])
        lie.block["parentHash"] = "0x" + String(repeating: "9", count: 64)
        let told = text(lie.block)
        let adapter = try adapter { _, params in params.contains("0x65") ? .result(told) : nil }
        await #expect(throws: NodeError.self) { try await adapter.headers(at: 100...102) }
    }

    @Test(arguments: [
        ("null", "does not have block"), ("[]", "is no object"), ("{}", "hash is missing"),
        ("5", "is no object"),
        (#"{"hash":"0x12"}"#, "hash is not 32 bytes"), (#"{"hash":5}"#, "hash is no 0x text"),
    ])
    func `a block of another shape is refused`(answer: String, reason: String) async throws {
        let header = try #require(Self.blocks["0x65"]).header
        for proof in ["full", "count"] {
            let adapter = try adapter(proof: proof) { method, _ in
                method == "eth_getBlockByHash" ? .result(answer) : .result("[]")
            }
            let error = await #expect(throws: NodeError.self) {
                try await adapter.blocks([header], watching: watchlist([]))
            }
            #expect(said(error).contains(reason))
        }
    }

    @Test(arguments: [
        (ScriptedWire.Reply.result("null"), "does not have"), (.result("{}"), "is missing"),
        (.silence, "malformed"), (.error(-32_000, "header not found"), "header not found"),
        (.error(4_444, "pruned history unavailable"), "pruned history"),
        (.error(-32_000, "execution timeout"), "execution timeout"),
    ])
    func `E15: receipts that did not come are no empty receipts`(reply: ScriptedWire.Reply, reason: String)
        async throws
    {
        let block = Self.payments[0]
        let adapter = try adapter { method, _ in
            method.hasSuffix("Receipts") || method.hasSuffix("Receipt") ? reply : .result(text(block.block))
        }
        let error = await #expect(throws: NodeError.self) {
            try await adapter.blocks([block.header], watching: watchlist([]))
        }
        #expect(said(error).contains(reason))
    }

    private static let payments: [RecordedBlock] = (1...9).map { number in
        var block = ForgedBlock()
        block.number = number
        block.add(to: ForgedBlock.watched, value: "0x\(number)")
        return block.sealed()
    }

    private static func payment(_ method: String, _ params: String) -> ScriptedWire.Reply? {
        payments.first { params.contains($0.header.hash.text) }?.answer(method, params)
    }

    @Test func `many blocks come in order`() async throws {
        let headers = Self.payments.map(\.header)
        let adapter = try adapter(Self.payment)
        let blocks = try await adapter.blocks(headers, watching: watchlist([ForgedBlock.watched]))
        #expect(blocks.map(\.header) == headers)
        #expect(blocks.flatMap(\.transfers).map(\.amount) == (1...9).map { Amount(UInt64($0)) })
        #expect(try await adapter.blocks([], watching: watchlist([])).isEmpty)
    }

    @Test func `blocks too large for one answer are asked for in smaller parts`() async throws {
        let seen = Counter()
        let headers = Self.payments.map(\.header)
        let wire = ScriptedWire { method, params in
            Self.payment(method, params) ?? .result("null")
        }
        let small = LimitedWire(wire: wire, callsAtMost: 2, seen: seen)
        let adapter = try chain().adapter(on: Node(name: "node", wire: small))
        let blocks = try await adapter.blocks(headers, watching: watchlist([ForgedBlock.watched]))
        #expect(blocks.map(\.header) == headers)
        #expect(seen.count.load(ordering: .relaxed) > 9)
    }
}

private final class Counter: Sendable {
    let count = Atomic(0)
}

/// A node that refuses batches of more calls than it likes, in geth's words.
private struct LimitedWire: Wire {
    let wire: ScriptedWire
    let callsAtMost: Int
    let seen: Counter

    func exchange(_ request: WireRequest) async throws(HTTPError) -> HTTPResponse {
        seen.count.add(1, ordering: .relaxed)
        guard case .post(let body) = request else { return try await wire.exchange(request) }
        let calls = String(decoding: body, as: UTF8.self).components(separatedBy: "jsonrpc").count - 1
        if calls <= callsAtMost { return try await wire.exchange(request) }
        let refusal = #"{"jsonrpc":"2.0","id":null,"error":{"code":-32003,"message":"response too large"}}"#
        return HTTPResponse(status: 200, body: ResponseBody(Array(refusal.utf8)))
    }
}
