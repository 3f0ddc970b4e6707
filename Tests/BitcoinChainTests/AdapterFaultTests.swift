import ChainKit
import DepositCore
import DepositTestKit
import NodeRPC
import Testing

@testable import BitcoinChain

/// What an adapter says of a node that refuses, lags or lies.
@Suite struct `Faults of a node` {
    let blocks = Adapter.chain(6)

    private func adapter(
        _ lie: @escaping @Sendable (String, [String]) -> ScriptedNode.Reply?
    ) throws -> any ChainAdapter {
        let honest = HonestAnswers(blocks)
        let node = ScriptedNode { method, parameters in
            lie(method, parameters) ?? honest.answer(method, parameters)
        }
        return try Adapter.regtest(blocks[0]).adapter(on: node.node)
    }

    enum Kind: String, Sendable {
        case missing, syncing, malformed, unproven, wrongChain, rpc

        init?(_ fault: NodeError.Fault) {
            switch fault {
            case .missing: self = .missing
            case .syncing: self = .syncing
            case .malformed: self = .malformed
            case .unproven: self = .unproven
            case .wrongChain: self = .wrongChain
            case .rpc: self = .rpc
            default: return nil
            }
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let method: String
        let reply: ScriptedNode.Reply
        let kind: Kind
        var testDescription: String { "\(method) \(reply)" }

        init(_ method: String, _ reply: ScriptedNode.Reply, _ kind: Kind) {
            self.method = method
            self.reply = reply
            self.kind = kind
        }
    }

    static let foreign = Adapter.chain(6, salt: 9)[3]
    static let refusals: [Case] = [
        Case("getblock", .error(-5, "Block not found"), .missing),
        Case("getblock", .error(-1, "Block not available (pruned data)"), .missing),
        Case("getblock", .error(-1, "Block not found on disk"), .missing),
        Case("getblock", .error(-28, "Verifying blocks…"), .syncing),
        Case("getblock", .error(-32_601, "Method not found"), .rpc),
        Case("getblock", .result("null"), .missing),
        Case("getblock", .result("[]"), .malformed),
        Case("getblock", .result("{}"), .malformed),
        Case("getblock", .result("\"\""), .malformed),
        Case("getblock", .result("\"00\""), .malformed),
        Case("getblock", .result("\"xyz\""), .malformed),
        Case("getblock", .result(quoted(Hex.text(foreign.raw))), .unproven),
        Case("getblock", .result(quoted(Hex.text(foreign.header))), .unproven),
        Case("getblockheader", .error(-5, "Block not found"), .missing),
        Case("getblockheader", .result("null"), .missing),
        Case("getblockheader", .result("\"\""), .malformed),
        Case("getblockheader", .result(quoted(Hex.text(foreign.header))), .unproven),
        Case("getblockheader", .result(quoted(Hex.text(foreign.header + [0]))), .malformed),
        Case("getblockhash", .error(-28, "Loading block index…"), .syncing),
        Case("getblockhash", .result("null"), .missing),
        Case("getblockhash", .result("\"0x00\""), .malformed),
        Case("getblockhash", .result("17"), .malformed),
    ]

    @Test(arguments: refusals) func `B10: an answer that is none is told by its kind`(refusal: Case)
        async throws
    {
        let adapter = try adapter { method, _ in method == refusal.method ? refusal.reply : nil }
        let error = await #expect(throws: NodeError.self) {
            let headers = try await adapter.headers(at: 2...4)
            _ = try await adapter.blocks(headers, watching: .watching())
        }
        #expect(error.flatMap { Kind($0.fault) } == refusal.kind, "\(String(describing: error))")
    }

    @Test(arguments: [
        ("getbestblockhash", "null", Kind.missing), ("getbestblockhash", "\"zz\"", .malformed),
        ("getblockheader", #"{"height":5}"#, .malformed),
        ("getblockheader", #"{"height":-1,"confirmations":1}"#, .malformed),
        ("getblockheader", #"{"height":18446744073709551615,"confirmations":1}"#, .malformed),
        ("getblockheader", #"{"height":5,"confirmations":-1}"#, .missing),
        ("getblockheader", #"{"height":4,"confirmations":1}"#, .missing),
        ("getblockheader", #"{"height":400,"confirmations":1}"#, .missing),
    ])
    func `a head that cannot be is refused`(method: String, json: String, kind: Kind) async throws {
        let adapter = try adapter { asked, parameters in
            asked == method && parameters.last != "false" ? .result(json) : nil
        }
        let error = await #expect(throws: NodeError.self) { _ = try await adapter.head() }
        #expect(error.flatMap { Kind($0.fault) } == kind, "\(String(describing: error))")
    }

    @Test func `one bad block among many is an error, never a shorter answer`() async throws {
        let hidden = blocks[4].hashText
        let adapter = try adapter { method, parameters in
            method == "getblock" && parameters.first == hidden ? .error(-5, "Block not found") : nil
        }
        let headers = try await adapter.headers(at: 0...5)
        await #expect(throws: NodeError.self) { _ = try await adapter.blocks(headers, watching: .watching()) }
    }

    @Test func `another network, another genesis or another side of a fork is the wrong chain`() async throws
    {
        let lies: [@Sendable (String, [String]) -> ScriptedNode.Reply?] = [
            { method, _ in
                method == "getblockchaininfo" ? .result(#"{"chain":"main","blocks":5,"headers":5}"#) : nil
            },
            { method, _ in method == "getblockhash" ? .result(quoted(Self.foreign.hashText)) : nil },
        ]
        for lie in lies {
            let adapter = try adapter(lie)
            let error = await #expect(throws: NodeError.self) { try await adapter.verifyIdentity() }
            #expect(error.flatMap { Kind($0.fault) } == .wrongChain)
        }
    }

    @Test func `a Bitcoin Cash node is not Bitcoin, though they share their first blocks`() async throws {
        let cash = try Chains.named("bitcoin-cash").network.anchors
        let hashes = Dictionary(uniqueKeysWithValues: cash.map { ("\($0.height)", $0.hash.text) })
        let node = ScriptedNode { method, parameters in
            method == "getblockchaininfo"
                ? .result(#"{"chain":"main","blocks":900000,"headers":900000,"initialblockdownload":false}"#)
                : hashes[parameters[0]].map { .result(quoted($0)) } ?? .error(-8, "Block height out of range")
        }
        try await Chains.named("bitcoin-cash").adapter(on: node.node).verifyIdentity()
        let error = await #expect(throws: NodeError.self) {
            try await Chains.named("bitcoin").adapter(on: node.node).verifyIdentity()
        }
        #expect(error.map { "\($0)" }?.contains("point this chain at a node of its own network") == true)
    }

    @Test(arguments: [
        (#""initialblockdownload":true"#, false), (#""initialblockdownload":false"#, true),
        (#""x":1"#, true),
    ])
    func `a node that still syncs is not used`(field: String, isReady: Bool) async throws {
        let anchors = try Chains.named("litecoin").network.anchors
        let hashes = Dictionary(uniqueKeysWithValues: anchors.map { ("\($0.height)", $0.hash.text) })
        let node = ScriptedNode { method, parameters in
            switch method {
            case "getblockchaininfo":
                .result(#"{"chain":"main","blocks":3000000,"headers":3000001,\#(field)}"#)
            case "getnetworkinfo": .result(#"{"version":210504}"#)
            default: .result(quoted(hashes[parameters[0]] ?? ""))
            }
        }
        let adapter = try Chains.named("litecoin").adapter(on: node.node)
        if isReady { return try await adapter.verifyIdentity() }
        let error = await #expect(throws: NodeError.self) { try await adapter.verifyIdentity() }
        #expect(error.flatMap { Kind($0.fault) } == .syncing)
    }

    /// Bitcoin Core takes itself for syncing while its newest block is a day old.
    @Test(arguments: [
        (
            #""blocks":3000000,"headers":3000000,"initialblockdownload":true"#,
            "all 3000000 blocks that it knows of"
        ),
        (#""blocks":3000000,"headers":3000000,"initialblockdownload":false"#, nil),
        (
            #""blocks":9,"headers":9,"initialblockdownload":false,"pruned":true,"pruneheight":7"#,
            "it has pruned the blocks below 7"
        ),
        (#""blocks":9,"headers":9,"initialblockdownload":false,"pruned":true"#, nil),
        (#""blocks":0,"headers":0,"initialblockdownload":true"#, "syncing"),
        (#""blocks":2999999,"headers":3000000,"initialblockdownload":true"#, "syncing"),
    ])
    func `a node at its head is used, whatever it takes itself for`(info: String, words: String?) async throws
    {
        let anchors = try Chains.named("litecoin").network.anchors
        let hashes = Dictionary(uniqueKeysWithValues: anchors.map { ("\($0.height)", $0.hash.text) })
        let scripted = ScriptedNode { method, parameters in
            switch method {
            case "getblockchaininfo": .result(#"{"chain":"main",\#(info)}"#)
            case "getnetworkinfo": .result(#"{"version":210504}"#)
            default: .result(quoted(hashes[parameters[0]] ?? ""))
            }
        }
        let node = scripted.node
        let adapter = try Chains.named("litecoin").adapter(on: node)
        guard words == "syncing" else {
            try await adapter.verifyIdentity()
            #expect(node.remarks.all.count == (words == nil ? 0 : 1))
            #expect(words.map { node.remarks.all[0].words.contains($0) } != false, "\(node.remarks.all)")
            return
        }
        let error = await #expect(throws: NodeError.self) { try await adapter.verifyIdentity() }
        #expect(error.flatMap { Kind($0.fault) } == .syncing)
    }

    @Test func `a block that the node has pruned is named, and what to do about it`() async throws {
        let adapter = try adapter { method, _ in
            method == "getblock" ? .error(-1, "Block not available (pruned data)") : nil
        }
        let headers = try await adapter.headers(at: 4...4)
        let error = await #expect(throws: NodeError.self) {
            _ = try await adapter.blocks(headers, watching: .watching())
        }
        #expect(
            error.map { "\($0.fault)" }
                == "does not have block 4: Block not available (pruned data); let it keep more blocks (prune=), or add "
                + "a node that keeps them all")
    }

    @Test(arguments: [(210_503, false), (210_504, true), (210_505, true)])
    func `B9: a node of old rules is not used`(version: Int, isTaken: Bool) async throws {
        let anchors = try Chains.named("litecoin").network.anchors
        let hashes = Dictionary(uniqueKeysWithValues: anchors.map { ("\($0.height)", $0.hash.text) })
        let node = ScriptedNode { method, parameters in
            switch method {
            case "getblockchaininfo":
                .result(#"{"chain":"main","blocks":5,"headers":5,"initialblockdownload":false}"#)
            case "getnetworkinfo": .result(#"{"version":\#(version)}"#)
            default: .result(quoted(hashes[parameters[0]] ?? ""))
            }
        }
        let adapter = try Chains.named("litecoin").adapter(on: node.node)
        if isTaken { return try await adapter.verifyIdentity() }
        let error = await #expect(throws: NodeError.self) { try await adapter.verifyIdentity() }
        #expect(error?.description.contains("it is version 210503, and least_version") == true)
        #expect(error?.description.contains("upgrade it: an old node follows blocks") == true)
    }

    @Test func `a node that is warming up or too short for an anchor is syncing`() async throws {
        for reply in [
            ScriptedNode.Reply.error(-28, "Loading block index…"), .error(-8, "Block height out of range"),
        ] {
            let adapter = try adapter { _, _ in reply }
            let error = await #expect(throws: NodeError.self) { try await adapter.verifyIdentity() }
            let kind = error.flatMap { Kind($0.fault) }
            #expect(kind == .syncing || kind == .rpc)
        }
        let short = try adapter { method, _ in
            method == "getblockhash" ? .error(-8, "Block height out of range") : nil
        }
        let error = await #expect(throws: NodeError.self) { try await short.verifyIdentity() }
        #expect(error.flatMap { Kind($0.fault) } == .syncing)
    }
}
