internal import Hummingbird
internal import Logging
internal import NIOCore
public import NodeRPC
public import ServiceLifecycle

/// Serves a tape over HTTP on loopback, so that anybody's program can play against it.
///
/// JSON-RPC on `POST /`, recorded GETs at their paths, and `POST /advance` to move to the tape's next step.
public struct TapeServer: Service {
    private let tape: Tape
    private let port: Int
    private let listening: @Sendable (Int) async -> Void

    /// - Parameters:
    ///   - port: 0 for any free one.
    ///   - listening: told the port once requests are taken.
    public init(_ tape: Tape, port: Int = 0, listening: @escaping @Sendable (Int) async -> Void) {
        self.tape = tape
        self.port = port
        self.listening = listening
    }

    public func run() async throws {
        let router = Router()
        router.post("/") { [tape] request, _ in
            let body = try await request.body.collect(upTo: 16 << 20)
            return Self.response(tape.response(toPost: Array(body.readableBytesView)))
        }
        router.post("/advance") { [tape] _, _ in
            let moved = tape.advance()
            return #"{"step":\#(tape.step),"moved":\#(moved)}"#
        }
        router.get("**") { [tape] request, _ in
            Self.response(tape.response(toGet: request.uri.path))
        }
        var logger = Logger(label: "depositwatch.tape")
        logger.logLevel = .critical
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)),
            onServerRunning: { [listening] channel in await listening(channel.localAddress?.port ?? 0) },
            logger: logger)
        try await application.run()
    }

    private static func response(_ played: NodeRPC.HTTPResponse) -> Hummingbird.Response {
        Hummingbird.Response(
            status: .init(code: played.status),
            body: .init(byteBuffer: ByteBuffer(bytes: played.body.bytes)))
    }
}
