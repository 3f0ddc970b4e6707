import Foundation
import Hummingbird
import Logging
import NIOCore
import NodeRPC

/// A node of a benchmark: JSON-RPC on loopback, all answers in memory, as little work a request as can be.
struct BenchNode {
    let answers: RenderedAnswers
    /// Told the port once requests are taken.
    let listening: @Sendable (Int) async -> Void

    func run() async throws {
        let router = Router()
        router.post("/") { [answers] request, _ in
            let body = try await request.body.collect(upTo: 1 << 20)
            return Response(
                status: .ok, headers: [.contentType: "application/json"],
                body: ResponseBody(contentsOf: try Self.reply(Array(body.readableBytesView), answers)))
        }
        var logger = Logger(label: "depositwatch.bench")
        logger.logLevel = .error
        let application = Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { [listening] channel in await listening(channel.localAddress?.port ?? 0) },
            logger: logger)
        try await application.run()
    }

    /// The pieces of an answer: those from the script are not copied.
    private static func reply(_ body: [UInt8], _ answers: RenderedAnswers) throws -> [ByteBuffer] {
        try withJSON(body) { json in
            guard json.isArray else { return answer(json, answers) }
            var pieces: [ByteBuffer] = []
            for call in json.elements {
                pieces.append(ByteBuffer(string: pieces.isEmpty ? "[" : ","))
                pieces += answer(call, answers)
            }
            return pieces + [ByteBuffer(string: "]")]
        }
    }

    private static func answer(_ call: JSON, _ answers: RenderedAnswers) -> [ByteBuffer] {
        let id = call.member("id")?.text ?? "null"
        guard let result = answers.result(of: call) else {
            let error = #"{"code":-32601,"message":"the method is not available"}"#
            return [ByteBuffer(string: #"{"jsonrpc":"2.0","id":\#(id),"error":\#(error)}"#)]
        }
        return [
            ByteBuffer(string: #"{"jsonrpc":"2.0","id":\#(id),"result":"#), result, ByteBuffer(string: "}"),
        ]
    }
}
