import DepositTestKit
import NodeRPC
import Synchronization

@testable import BitcoinChain

/// A node that answers from memory: a chain of blocks, and lies laid over it.
final class ScriptedNode: Wire {
    enum Reply: Sendable {
        case result(String)
        case error(Int, String)
    }

    private let script: @Sendable (_ method: String, _ parameters: [String]) -> Reply
    private let rest: (@Sendable (_ path: String) -> (status: Int, body: [UInt8]))?
    let asked = Mutex<[String]>([])

    init(
        rest: (@Sendable (String) -> (status: Int, body: [UInt8]))? = nil,
        _ script: @escaping @Sendable (String, [String]) -> Reply
    ) {
        self.rest = rest
        self.script = script
    }

    func exchange(_ request: WireRequest) async throws(HTTPError) -> HTTPResponse {
        switch request {
        case .get(let path):
            asked.withLock { $0.append("GET \(path)") }
            guard let rest else { return HTTPResponse(status: 404, body: ResponseBody([])) }
            let (status, body) = rest(path)
            return HTTPResponse(status: status, body: ResponseBody(body))
        case .post(let body):
            return answer(body)
        }
    }

    /// As bitcoind does: HTTP 200 for a batch, 404 for an unknown method, 500 for any other error.
    private func answer(_ body: [UInt8]) -> HTTPResponse {
        let answered = try? withJSON(body) { json -> (status: Int, text: String) in
            guard json.isArray else { return self.answerOne(json) }
            return (200, "[" + json.elements.map { self.answerOne($0).text }.joined(separator: ",") + "]")
        }
        return HTTPResponse(
            status: answered?.status ?? 500, body: ResponseBody(Array((answered?.text ?? "").utf8)))
    }

    private func answerOne(_ call: JSON) -> (status: Int, text: String) {
        let id = call.member("id")?.text ?? "null"
        let method = call.member("method")?.string ?? ""
        let parameters = call.member("params")?.elements.map { $0.string ?? $0.text } ?? []
        asked.withLock { $0.append(([method] + parameters).joined(separator: " ")) }
        switch script(method, parameters) {
        case .result(let json):
            return (200, #"{"result":\#(json),"error":null,"id":\#(id)}"#)
        case .error(let code, let message):
            return (
                code == -32_601 ? 404 : 500,
                #"{"result":null,"error":{"code":\#(code),"message":\#(jsonLiteral(message))},"id":\#(id)}"#
            )
        }
    }

    var node: Node { Node(name: "scripted", wire: self) }

    func asked(for method: String) -> Int {
        asked.withLock { $0.count { $0.hasPrefix(method) } }
    }
}

/// What an honest node says of a chain of blocks, lowest first.
struct HonestAnswers: Sendable {
    var chain = "regtest"
    var isSyncing = false
    var blocks: [(hash: String, raw: [UInt8])]

    init(_ builders: [BitcoinBlock]) {
        blocks = builders.map { ($0.hashText, $0.raw) }
    }

    func answer(_ method: String, _ parameters: [String]) -> ScriptedNode.Reply {
        switch method {
        case "getblockchaininfo":
            return .result(
                #"{"chain":"\#(chain)","blocks":\#(blocks.count - 1),"headers":\#(blocks.count - 1),"#
                    + #""initialblockdownload":\#(isSyncing),"warnings":""}"#)
        case "getbestblockhash":
            return .result(quoted(blocks[blocks.count - 1].hash))
        case "getblockhash":
            guard let height = Int(parameters[0]), blocks.indices.contains(height) else {
                return .error(-8, "Block height out of range")
            }
            return .result(quoted(blocks[height].hash))
        case "getblockheader", "getblock":
            guard let height = blocks.firstIndex(where: { $0.hash == parameters[0] }) else {
                return .error(-5, "Block not found")
            }
            let raw = blocks[height].raw
            if method == "getblock" { return .result(quoted(Hex.text(raw))) }
            if parameters[1] == "false" { return .result(quoted(Hex.text(raw.prefix(80)))) }
            return .result(#"{"height":\#(height),"confirmations":\#(blocks.count - height)}"#)
        default:
            return .error(-32_601, "Method not found")
        }
    }

    func rest(_ path: String) -> (status: Int, body: [UInt8]) {
        let block = blocks.first { path == "/rest/block/\($0.hash).bin" }
        return block.map { (200, $0.raw) } ?? (404, Array("\(path) not found\r\n".utf8))
    }
}

func quoted(_ text: String) -> String { "\"\(text)\"" }
