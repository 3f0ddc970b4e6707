import ChainKit
import DepositCore
import Foundation
import NodeRPC
import Synchronization
import Testing

@testable import EVMChain

/// A block is asked for in whichever form of the question the node answers.
@Suite struct FormTests {
    private static let block: RecordedBlock = {
        var block = ForgedBlock()
        block.add(to: ForgedBlock.watched, value: "0x5")
        block.add(to: ForgedBlock.token, logs: [ForgedBlock.log("0x7")])
        return block.sealed()
    }()

    /// A node that answers some questions in its own way; and what it was asked.
    private final class Scene: Sendable {
        let refusals: Mutex<[String: ScriptedWire.Reply]>
        let asked = Mutex<[String]>([])

        init(_ refusals: [String: ScriptedWire.Reply]) {
            self.refusals = Mutex(refusals)
        }

        func answer(_ method: String, _ params: String) -> ScriptedWire.Reply {
            let isByHash = params.contains(FormTests.block.header.hash.text)
            let form = method == "eth_getBlockReceipts" ? isByHash ? " by hash" : " by number" : ""
            let time = method.hasPrefix("debug_") ? params.contains("timeout") ? " in time" : " plainly" : ""
            let name = method + form + time
            asked.withLock { $0.append(name) }
            if let refusal = refusals.withLock({ $0[name] ?? $0[method] }) { return refusal }
            return FormTests.answer(method, params)
        }

        func has(asked name: String) -> Bool { asked.withLock { $0.contains(name) } }
    }

    private static func answer(_ method: String, _ params: String) -> ScriptedWire.Reply {
        guard method == "debug_traceTransaction" || method == "trace_transaction" else {
            return block.answer(method, params)
        }
        let index = block.transactions.firstIndex { params.contains($0["hash"] as? String ?? "-") }
        let trace = index.flatMap { block.traces[$0] as? [String: Any] }?["result"]
        return .result(trace.map { text($0) } ?? "null")
    }

    private func read(
        _ scene: Scene, proof: String = "full", options: String = "{}", times: Int = 1
    ) async throws -> [String] {
        let assets = [(id: "USD", contract: ForgedBlock.token)]
        let adapter = try chain(proof: proof, assets: assets, options: options)
            .adapter(on: Node(name: "node", wire: ScriptedWire { scene.answer($0, $1) }))
        var found: [Block] = []
        for _ in 0..<times {
            found = try await adapter.blocks([Self.block.header], watching: watchlist([ForgedBlock.watched]))
        }
        return found.flatMap(\.transfers).map { "\($0.position) \($0.asset) \($0.amount)" }
    }

    private static let whole = ["call:0 ETH 5", "log:0 USD 7"]

    static let words: [ScriptedWire.Reply] = [
        .error(-32_008, "Response is too big"), .error(-32_007, "Response is too big"),
        .error(-32_000, "whatever it is"), .error(-32_603, "internal error"),
        .error(-32_600, "Invalid request"),
        .error(-32_602, "invalid argument 0: hex number > 64 bits"), .error(-32_601, "no such method"),
        .error(-32_000, "request timed out"), .error(-32_000, "block not found"), .result("null"),
        .result("{}"), .silence,
    ]

    @Test(arguments: words, ["count", "bloom", "receipts", "full"])
    func `receipts that do not come together come one by one`(reply: ScriptedWire.Reply, proof: String)
        async throws
    {
        let scene = Scene(["eth_getBlockReceipts": reply, "eth_getLogs": .error(-32_000, "too many results")])
        #expect(try await read(scene, proof: proof) == Self.whole)
        #expect(scene.has(asked: "eth_getTransactionReceipt"))
    }

    @Test func `receipts that do not come by hash come by number`() async throws {
        let scene = Scene(["eth_getBlockReceipts by hash": .error(-32_602, "hex number > 64 bits")])
        #expect(try await read(scene, times: 3) == Self.whole)
        #expect(!scene.has(asked: "eth_getTransactionReceipt"))
        #expect(scene.asked.withLock { $0.filter { $0.hasSuffix("by hash") }.count } <= 2, "it is remembered")
    }

    @Test func `receipts of another block of that number are neither taken nor a lie`() async throws {
        var other = Self.block
        for index in other.receipts?.indices ?? 0..<0 {
            other.receipts?[index]["blockHash"] = "0x" + String(repeating: "9", count: 64)
        }
        let scene = Scene([
            "eth_getBlockReceipts by hash": .error(-32_602, "no"),
            "eth_getBlockReceipts by number": .result(text(other.receipts ?? [])),
        ])
        let error = await #expect(throws: NodeError.self) { try await read(scene) }
        guard case .missing = error?.fault else {
            Issue.record("\(said(error))")
            return
        }
    }

    @Test func `what is wrong in a wide form is found out in every other`() async throws {
        var lie = Self.block
        lie.receipts?[1]["status"] = "0x0"
        for form in [" by hash", " by number", ""] {
            var refusals: [String: ScriptedWire.Reply] = [:]
            if form != " by hash" { refusals["eth_getBlockReceipts by hash"] = .error(-32_602, "no") }
            if form.isEmpty { refusals["eth_getBlockReceipts"] = .error(-32_601, "no such method") }
            let wire = ScriptedWire { [lie, refusals] method, params in
                let name =
                    params.contains(Self.block.header.hash.text) ? method + " by hash" : method + " by number"
                return refusals[name] ?? refusals[method] ?? lie.answer(method, params)
            }
            let adapter = try chain(assets: [(id: "USD", contract: ForgedBlock.token)])
                .adapter(on: Node(name: "node", wire: wire))
            let error = await #expect(throws: NodeError.self) {
                try await adapter.blocks([Self.block.header], watching: watchlist([ForgedBlock.watched]))
            }
            #expect(said(error).contains("does not hold"), "\(form): \(said(error))")
        }
    }

    @Test func `logs and blooms stand in for receipts only where no more is proven`() async throws {
        for (proof, isEnough) in [("count", true), ("bloom", true), ("receipts", false), ("full", false)] {
            let scene = Scene(["eth_getBlockReceipts": .error(-32_601, "no such method")])
            #expect(try await read(scene, proof: proof) == Self.whole)
            #expect(scene.has(asked: "eth_getLogs") == isEnough, "\(proof)")
        }
    }

    @Test func `the last word is of the last form that the node has`() async throws {
        let scene = Scene([
            "eth_getBlockReceipts": .error(-32_000, "first"),
            "eth_getTransactionReceipt": .error(-32_000, "second"),
        ])
        let error = await #expect(throws: NodeError.self) { try await read(scene) }
        #expect(said(error).contains("second (asked last: eth_getTransactionReceipt"))
        scene.refusals.withLock { $0["eth_getTransactionReceipt"] = .error(-32_601, "no such method") }
        let other = await #expect(throws: NodeError.self) { try await read(scene) }
        #expect(said(other).contains(#"first (asked last: eth_getBlockReceipts ["0x"#))
    }

    private static let traced = "{internal_transfers: call_tracer}"

    @Test func `a trace is given a time of its own, within ours`() async throws {
        let scene = Scene([:])
        #expect(try await read(scene, options: Self.traced) == Self.whole)
        #expect(scene.has(asked: "debug_traceBlockByHash in time"))
        #expect(TraceTime(within: 30).text == "25s" && TraceTime(within: 1).text == "1s")
    }

    @Test(arguments: words.filter { if case .error(-32_601, _) = $0 { false } else { true } })
    func `traces that do not come together come one by one`(reply: ScriptedWire.Reply) async throws {
        let scene = Scene(["debug_traceBlockByHash": reply])
        #expect(try await read(scene, options: Self.traced) == Self.whole)
        #expect(scene.has(asked: "debug_traceTransaction in time"))
    }

    @Test func `a trace that the node gave up is asked for alone`() async throws {
        let scene = Scene([
            "debug_traceBlockByHash": .result(
                #"[{"error":"execution timeout"},{"error":"execution timeout"}]"#)
        ])
        #expect(try await read(scene, options: Self.traced) == Self.whole)
        scene.refusals.withLock { $0["debug_traceTransaction"] = .error(-32_000, "execution timeout") }
        let error = await #expect(throws: NodeError.self) { try await read(scene, options: Self.traced) }
        #expect(said(error).contains("does not have trace of transaction 0"))
    }

    @Test func `a node that does not know a trace's time is asked without`() async throws {
        let scene = Scene(["debug_traceBlockByHash in time": .error(-32_602, "unknown field timeout")])
        #expect(try await read(scene, options: Self.traced, times: 3) == Self.whole)
        #expect(scene.has(asked: "debug_traceBlockByHash plainly"))
        #expect(!scene.has(asked: "debug_traceTransaction in time"))
        #expect(scene.asked.withLock { $0.filter { $0.hasSuffix("in time") }.count } <= 2)
    }
}
