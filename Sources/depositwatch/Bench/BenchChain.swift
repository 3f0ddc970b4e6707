import NIOCore
import NodeRPC

/// A chain as a scripted node serves it, and what a scan of it must find.
struct BenchChain {
    var answers = RenderedAnswers()
    /// The issued addresses, in the spelling of the chain's answers.
    var addresses: [String] = []
    /// The listed contracts, in the same spelling; none where a chain has none.
    var contracts: [String] = []
    /// Every deposit there is: its transaction and position, one space between.
    var deposits: [String] = []
}

/// Results of JSON-RPC calls, rendered beforehand and found by method and the facts in the parameters.
struct RenderedAnswers: Sendable {
    private var results: [String: ByteBuffer] = [:]
    /// What `latest` stands for; nil where it is the last block, and rendered like the others.
    var head: BenchHead?

    /// One answer, which may be that of several calls.
    struct Result: Sendable {
        let json: ByteBuffer

        init(_ json: [UInt8]) {
            self.json = ByteBuffer(bytes: json)
        }

        init(_ json: String) {
            self.json = ByteBuffer(string: json)
        }
    }

    mutating func add(_ method: String, _ facts: String..., result: Result) {
        results[([method] + facts).joined(separator: " ")] = result.json
    }

    /// Nil for a call that is not in the script.
    func result(of call: JSON) -> ByteBuffer? {
        guard let method = call.member("method")?.string else { return nil }
        let parameters = call.member("params")?.elements.map(fact) ?? []
        if let head, method == BenchHead.method, let height = parameters.first.flatMap({ UInt64($0) }) {
            head.move(to: height)
            return ByteBuffer(string: "true")
        }
        let facts = [method] + parameters
        return results[facts.joined(separator: " ")]
    }

    /// A filter of `eth_getLogs` counts by the block it asks for.
    private func fact(_ parameter: JSON) -> String {
        let text = parameter.string
        if let head, text == "latest" { return head.quantity }
        return parameter.member("blockHash")?.string ?? parameter.member("fromBlock")?.string ?? text
            ?? parameter.text
    }
}
