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
                body: ResponseBody(byteBuffer: try Self.reply(Array(body.readableBytesView), answers)))
        }
        var logger = Logger(label: "depositwatch.bench")
        logger.logLevel = .error
        let application = Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { [listening] channel in await listening(channel.localAddress?.port ?? 0) },
            logger: logger)
        try await application.run()
    }

    /// In one piece: each piece is a write, and a write costs more than a copy.
    private static func reply(_ body: [UInt8], _ answers: RenderedAnswers) throws -> ByteBuffer {
        try withJSON(body) { json in
            var reply = ByteBuffer()
            guard json.isArray else {
                answer(json, answers, to: &reply)
                return reply
            }
            for call in json.elements {
                reply.writeString(reply.readableBytes == 0 ? "[" : ",")
                answer(call, answers, to: &reply)
            }
            reply.writeString("]")
            return reply
        }
    }

    private static func answer(_ call: JSON, _ answers: RenderedAnswers, to reply: inout ByteBuffer) {
        let id = call.member("id")?.text ?? "null"
        guard let result = answers.result(of: call) else {
            let error = #"{"code":-32601,"message":"the method is not available"}"#
            reply.writeString(#"{"jsonrpc":"2.0","id":\#(id),"error":\#(error)}"#)
            return
        }
        reply.writeString(#"{"jsonrpc":"2.0","id":\#(id),"result":"#)
        reply.writeImmutableBuffer(result)
        reply.writeString("}")
    }
}
