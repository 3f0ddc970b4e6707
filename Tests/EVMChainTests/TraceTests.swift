import ChainKit
import DepositCore
import NodeRPC
import Testing

@testable import EVMChain

/// Value that moves inside of calls, by both tracers.
@Suite struct TraceTests {
    private static let watched = ForgedBlock.watched

    private func frame(
        _ type: String, _ value: String, to: String = watched, error: String? = nil,
        calls: [[String: Any]] = []
    ) -> [String: Any] {
        var frame: [String: Any] = ["type": type, "from": ForgedBlock.other, "to": to, "value": value]
        if let error { frame["error"] = error }
        if !calls.isEmpty { frame["calls"] = calls }
        return frame
    }

    private func found(_ calls: [[String: Any]], status: String = "0x1") async throws -> [String] {
        var block = ForgedBlock()
        block.add(to: ForgedBlock.other, status: status, calls: calls)
        let chain = try chain(options: "{internal_transfers: call_tracer}")
        return try await block.sealed().transfers(on: chain, to: [Self.watched]).map {
            "\($0.position) \($0.amount)"
        }
    }

    @Test func `inner calls are found by their paths`() async throws {
        let inner = frame("DELEGATECALL", "0x9", to: ForgedBlock.other, calls: [frame("CALL", "0x2")])
        let found = try await found([
            frame("CALL", "0x1"), inner, frame("STATICCALL", "0x0"), frame("CREATE2", "0x3"),
        ])
        #expect(found == ["call:0.0 1", "call:0.1.0 2", "call:0.3 3"])
    }

    @Test func `E5: what lies below a failed call is undone`() async throws {
        let deep = frame("CALL", "0x0", to: ForgedBlock.other, calls: [frame("CALL", "0x2")])
        let failed = frame("CALL", "0x0", to: ForgedBlock.other, error: "execution reverted", calls: [deep])
        #expect(try await found([failed, frame("CALL", "0x1", error: "out of gas")]).isEmpty)
        #expect(try await found([frame("CALL", "0x1")], status: "0x0").isEmpty)
    }

    @Test func `E7: value that a call only shows is not moved`() async throws {
        let shown = ["DELEGATECALL", "CALLCODE", "STATICCALL"].map { frame($0, "0x5") }
        #expect(try await found(shown).isEmpty)
    }

    @Test func `E8: a contract's destruction pays its heir`() async throws {
        #expect(try await found([frame("SELFDESTRUCT", "0x5")]) == ["call:0.0 5"])
    }

    @Test func `a call as deep as the EVM allows is read`() async throws {
        var call = frame("CALL", "0x5")
        for _ in 0..<1_022 { call = frame("CALL", "0x0", to: ForgedBlock.other, calls: [call]) }
        #expect(try await found([call]).count == 1)
    }

    @Test func `a frame of a kind nobody knows sends its value to review`() async throws {
        var block = ForgedBlock()
        block.add(to: ForgedBlock.other, calls: [frame("AUTHCALL", "0x5")])
        let chain = try chain(options: "{internal_transfers: call_tracer}")
        let transfers = try await block.sealed().transfers(on: chain, to: [Self.watched])
        #expect(transfers.map(\.doubt) == [.transactionTypeUnknown])
    }

    @Test(arguments: [
        ("null", "traces of block"), ("[]", "traces of block"), (#"{"a":1}"#, "no array"),
        (#"[{"error":"tracing timeout"}]"#, "tracing timeout"),
        (#"[{"result":{"error":"reverted"}}]"#, "as its receipt"),
        (#"[{"result":{}}]"#, "does not have trace of transaction 0"), (#"[{"result":null}]"#, "no result"),
        (#"[{"result":{"type":"CALL"}},{"result":{"type":"CALL"}}]"#, "traces of block"),
        (
            #"[{"txHash":"0x1111111111111111111111111111111111111111111111111111111111111111","result":{}}]"#,
            "transaction of"
        ),
        (#"[{"result":{"calls":[{"value":"0x1","to":"0xzz","type":"CALL"}]}}]"#, "to is not 20 bytes"),
        (#"[{"result":{"calls":[{"value":"0x1"}]}}]"#, "type is missing"),
    ])
    func `traces that do not fit are refused`(traces: String, reason: String) async throws {
        var block = ForgedBlock()
        block.add(to: ForgedBlock.other)
        let sealed = block.sealed()
        let node = Node(
            name: "node",
            wire: ScriptedWire { method, params in
                method == "debug_traceBlockByHash" ? .result(traces) : sealed.answer(method, params)
            })
        let adapter = try chain(options: "{internal_transfers: call_tracer}").adapter(on: node)
        let error = await #expect(throws: NodeError.self) {
            try await adapter.blocks([sealed.header], watching: watchlist([Self.watched]))
        }
        #expect(said(error).contains(reason))
    }

    /// An OP Stack deposit that cannot pay runs no code, so that nothing is there to trace.
    @Test(arguments: [
        #"{"error":"incorrect number of top-level calls"}"#, "null", "{}", #"{"result":null}"#,
        #"{"result":{}}"#, "",
    ])
    func `of a transaction that failed no trace is needed, of any other it is`(trace: String) async throws {
        var block = ForgedBlock()
        block.add(to: Self.watched, value: "0x9", status: "0x0")
        block.add(to: ForgedBlock.other, calls: [frame("CALL", "0x5")])
        block.add(to: ForgedBlock.other, status: "0x0")
        let sealed = block.sealed()
        let middle = zip(sealed.transactions, sealed.traces).map { transaction, trace in
            (trace as? [String: Any] ?? [:]).merging(["txHash": transaction["hash"] ?? ""]) { $1 }
        }[1]
        for (told, isTaken) in [
            ([trace, text(middle), trace], true), ([text(middle), trace, trace], trace.isEmpty),
        ] {
            let traces = "[" + told.filter { !$0.isEmpty }.joined(separator: ",") + "]"
            let node = Node(
                name: "node",
                wire: ScriptedWire { method, params in
                    method == "debug_traceBlockByHash" ? .result(traces) : sealed.answer(method, params)
                })
            let adapter = try chain(options: "{internal_transfers: call_tracer}").adapter(on: node)
            let read = { try await adapter.blocks([sealed.header], watching: watchlist([Self.watched])) }
            if isTaken {
                let found = try await read()
                #expect(found.flatMap(\.transfers).map(\.position.text) == ["call:0.0"])
            } else {
                await #expect(throws: NodeError.self) { try await read() }
            }
        }
    }

    @Test(arguments: [
        ("from", "sender in the trace"), ("to", "recipient in the trace"), ("value", "value in the trace"),
    ])
    func `a trace whose top call is not the transaction is refused`(member: String, reason: String)
        async throws
    {
        var block = ForgedBlock()
        block.add(to: Self.watched, value: "0x5")
        var sealed = block.sealed()
        var top = (sealed.traces[0] as? [String: Any])?["result"] as? [String: Any] ?? [:]
        top[member] = member == "value" ? "0x6" : ForgedBlock.other
        sealed.traces = [["result": top]]
        let chain = try chain(options: "{internal_transfers: call_tracer}")
        let error = await #expect(throws: NodeError.self) {
            try await sealed.transfers(on: chain, to: [Self.watched])
        }
        #expect(said(error).contains(reason))
    }

    @Test func `what its receipt proves to have failed needs no trace`() async throws {
        var block = ForgedBlock()
        block.add(to: Self.watched, value: "0x5", status: "0x0")
        block.add(to: Self.watched, value: "0x6")
        var sealed = block.sealed()
        sealed.traces[0] = ["error": "tracing timeout"]
        let chain = try chain(options: "{internal_transfers: call_tracer}")
        let found = try await sealed.transfers(on: chain, to: [Self.watched])
        #expect(found.map(\.amount) == [Amount(UInt64(6))])
    }

    /// Items of `trace_block`: an error stands at the failed item alone.
    @Test func `trace_block tells the same by flat items`() async throws {
        var block = ForgedBlock()
        block.add(to: ForgedBlock.other)
        var sealed = block.sealed()
        func item(_ path: [Int], _ type: String, _ action: [String: Any], error: String? = nil) -> [String:
            Any]
        {
            var item: [String: Any] = [
                "type": type, "action": action, "traceAddress": path, "blockHash": sealed.header.hash.text,
                "transactionHash": sealed.transactions[0]["hash"] ?? "", "transactionPosition": 0,
            ]
            if let error { item["error"] = error }
            return item
        }
        func call(_ value: String, _ kind: String = "call") -> [String: Any] {
            ["callType": kind, "from": ForgedBlock.other, "to": Self.watched, "value": value]
        }
        let top = ["callType": "call", "from": ForgedBlock.sender, "to": ForgedBlock.other, "value": "0x0"]
        let made: [String: Any] = ["from": ForgedBlock.other, "value": "0x4"]
        let heir: [String: Any] = [
            "address": ForgedBlock.other, "refundAddress": Self.watched, "balance": "0x5",
        ]
        sealed.traces = [
            item([], "call", top),
            item([0], "call", call("0x1")),
            item([1], "call", call("0x0"), error: "Reverted"), item([1, 0], "call", call("0x2")),
            item([1, 0, 0], "call", call("0x2")), item([2], "call", call("0x3", "delegatecall")),
            item([3], "create", made).merging(["result": ["address": Self.watched]]) { $1 },
            item([4], "suicide", heir), item([5], "call", call("0x6"), error: "out of gas"),
            [
                "type": "reward", "blockHash": sealed.header.hash.text, "action": [String: Any](),
                "traceAddress": [Int](),
            ],
        ]
        let chain = try chain(options: "{internal_transfers: trace_block}")
        let found = try await sealed.transfers(on: chain, to: [Self.watched])
        #expect(found.map { "\($0.position) \($0.amount)" } == ["call:0.0 1", "call:0.3 4", "call:0.4 5"])
        sealed.traces.removeFirst()
        await #expect(throws: NodeError.self) { try await sealed.transfers(on: chain, to: [Self.watched]) }
    }
}
