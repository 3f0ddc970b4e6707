import ChainKit
import DepositCore
import DepositStore
import DepositTestKit
import Foundation

@testable import EVMChain
@testable import NodeRPC

extension FuzzTarget {
    private static let words = [
        "0x", "0x0", "0x1", "0x7e", "0x7f", "hash", "logs", "topics", "removed", "CALL", "SELFDESTRUCT",
        "calls",
        "error", "result",
    ]

    static let evmBlock = proven("evm-block", "eth_getBlockByHash")
    static let evmReceipts = proven("evm-receipts", "eth_getBlockReceipts")

    /// A block or its receipts, changed: refused, or as good as the truth, for its hash proves it.
    private static func proven(_ name: String, _ method: String) -> FuzzTarget {
        let blocks = RecordedAnswers.all
        return FuzzTarget(
            name: name, shape: .json, seeds: blocks.map { Array(($0.answers[method] ?? "").utf8) },
            tokens: words, executions: 3_000
        ) { input, seed in
            guard let found = await blocks[seed].transfers(changed: method, to: input) else {
                return .refused
            }
            let honest = await blocks[seed].transfers()
            try require(found == honest, "believed: \(found)\nthe truth: \(honest ?? [])")
            return .accepted
        }
    }

    /// Traces are the node's word: no proof stands behind them, but what is refused or found must not trap.
    static let evmTraces = FuzzTarget(
        name: "evm-traces", shape: .json,
        seeds: RecordedAnswers.all.map { Array(($0.answers["debug_traceBlockByHash"] ?? "").utf8) },
        tokens: words, executions: 1_000
    ) { input, seed in
        let block = RecordedAnswers.all[seed]
        let found = await block.transfers(changed: "debug_traceBlockByHash", to: input)
        return found == nil ? .refused : .accepted
    }
}

/// What a real node said of one block with deposits of every form, from the fixtures.
struct RecordedAnswers: Sendable {
    let header: Header
    /// By method.
    let answers: [String: String]
    private let chain: EVM
    private let watching: Watchlist

    static let all: [RecordedAnswers] = [
        "inner-call", "several-to-one-address", "odd-token", "withdrawal", "failed-transaction",
    ].compactMap { try? RecordedAnswers(fixture: "evm/dev-evm/\($0)") }

    private init(fixture name: String) throws {
        let fixture = try Repository.fixture(name)
        guard let chain = fixture.chain as? EVM else { throw FuzzFinding("\(name) is no EVM fixture") }
        self.chain = chain
        var watching = Watchlist(seed: 1)
        for address in fixture.watch.addresses { watching.add(address.address.key, generation: 1) }
        self.watching = watching
        let tape = try fixture.tape()
        _ = tape.advance()
        let newest = Self.answer(tape, "eth_getBlockByNumber", #"["latest",false]"#)
        header = try withJSON(Array(newest.utf8)) { json throws(Flaw) in
            try HeaderReader(chain.rules).header(json)
        }
        answers = [
            "eth_getBlockByHash": Self.answer(tape, "eth_getBlockByHash", #"["\#(header.hash)",true]"#),
            "eth_getBlockReceipts": Self.answer(tape, "eth_getBlockReceipts", #"["\#(header.hash)"]"#),
            "debug_traceBlockByHash": Self.answer(
                tape, "debug_traceBlockByHash", #"["\#(header.hash)",{"tracer":"callTracer"}]"#),
        ]
    }

    private static func answer(_ tape: Tape, _ method: String, _ params: String) -> String {
        switch tape.answer(to: Tape.Request(method: method, params: params)) {
        case .result(let text): text
        case .error(let text): text
        }
    }

    /// What is found in the block, one of its answers changed; nil where it is refused.
    func transfers(changed method: String = "", to text: [UInt8] = []) async -> [Transfer]? {
        var answers = answers
        if !method.isEmpty { answers[method] = String(decoding: text, as: UTF8.self) }
        let node = Node(name: "node", wire: AnswersByMethod(answers: answers))
        let blocks = try? await chain.adapter(on: node).blocks([header], watching: watching)
        return blocks?.flatMap(\.transfers)
    }
}

/// A node that answers a method with the same text, whatever it is asked.
private struct AnswersByMethod: Wire {
    let answers: [String: String]

    func exchange(_ request: WireRequest) async throws(HTTPError) -> HTTPResponse {
        guard case .post(let body) = request else { throw .unreachable("no REST") }
        let replies = try? withJSON(body) { json in
            let calls = json.isArray ? Array(json.elements) : [json]
            return calls.map { call in
                let answer = answers[call.member("method")?.string ?? ""] ?? "null"
                return #"{"id":\#(call.member("id")?.text ?? "0"),"result":\#(answer)}"#
            }
        }
        return HTTPResponse(
            status: 200, body: ResponseBody("[\((replies ?? []).joined(separator: ","))]".utf8))
    }
}
