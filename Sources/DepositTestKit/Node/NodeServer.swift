internal import DepositEngine
internal import Hummingbird
internal import NIOCore
internal import NodeRPC
public import ServiceLifecycle

/// Puts scripted nodes behind real HTTP on loopback: each at the path of its name, the first at `/` too.
///
/// ```swift
/// let server = NodeServer([chain.node("a"), chain.node("b")]) { port in … }    // http://127.0.0.1:PORT/a
/// ```
///
/// With a ``Script`` it takes orders as well: `POST /advance` performs the script's next step, `POST /script` those in
/// the request's body, and `GET /chain.yaml` is the chain file with which a daemon follows the chain.
public struct NodeServer: Service {
    private let nodes: [ScriptedNode]
    private let stage: ScriptStage?
    private let port: Int
    private let listening: @Sendable (Int) async -> Void

    /// - Precondition: there is a node.
    /// - Parameters:
    ///   - port: 0 for any free one.
    ///   - listening: told the port once requests are taken.
    public init(
        _ nodes: [ScriptedNode], port: Int = 0, listening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        self.init(nodes, stage: nil, port: port, listening: listening)
    }

    public init(
        _ stage: ScriptStage, port: Int = 0, listening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        self.init(stage.nodes, stage: stage, port: port, listening: listening)
    }

    private init(
        _ nodes: [ScriptedNode], stage: ScriptStage?, port: Int,
        listening: @escaping @Sendable (Int) async -> Void
    ) {
        precondition(!nodes.isEmpty)
        self.nodes = nodes
        self.stage = stage
        self.port = port
        self.listening = listening
    }

    public func run() async throws {
        try await serve(listening)
    }

    /// Listens while `body` runs, which is told the URL.
    public func serving(_ body: (_ url: String) async throws -> Void) async throws {
        try await whileServing(serve, body)
    }

    private func serve(_ listening: @escaping @Sendable (Int) async -> Void) async throws {
        let router = Router(context: ConnectionContext.self)
        if let stage {
            router.post("/advance") { _, _ in try await Self.answering { try stage.advance() } }
            router.post("/script") { request, _ in
                let body = try await request.body.collect(upTo: 1 << 20)
                return try await Self.answering { try stage.perform(String(buffer: body)) }
            }
            router.get("/chain.yaml") { _, _ in
                Hummingbird.Response(
                    status: stage.chainFile == nil ? .notFound : .ok,
                    body: .init(byteBuffer: ByteBuffer(string: stage.chainFile ?? "")))
            }
        }
        for path: RouterPath in ["/", "**"] {
            router.post(path) { [nodes] request, context in
                let (node, _) = Self.node(at: request.uri.path, of: nodes)
                let body = try await request.body.collect(upTo: 16 << 20)
                return try await Self.send(node.reply(to: .post(Array(body.readableBytesView))), context)
            }
            router.get(path) { [nodes] request, context in
                let (node, path) = Self.node(at: request.uri.path, of: nodes)
                return try await Self.send(node.reply(to: .get(path: path)), context)
            }
        }
        try await serveOnLoopback(router, port: port, listening: listening)
    }

    /// The node that a path names, and the path below it.
    private static func node(
        at path: String, of nodes: [ScriptedNode]
    ) -> (node: ScriptedNode, path: String) {
        for node in nodes where path == "/\(node.name)" || path.hasPrefix("/\(node.name)/") {
            return (node, String(path.dropFirst(node.name.utf8.count + 1)))
        }
        return (nodes[0], path)
    }

    private static func send(
        _ reply: NodeReply, _ context: ConnectionContext
    ) async throws -> Hummingbird.Response {
        if reply.delay > 0 { try await SystemClock().sleep(milliseconds: reply.delay) }
        if reply.isBroken { await context.reset() }
        var headers: HTTPFields = [.contentType: reply.contentType]
        if let seconds = reply.retryAfter { headers[.retryAfter] = "\(seconds)" }
        let padding = max(0, reply.paddedTo - reply.body.count)
        return Hummingbird.Response(
            status: .init(code: reply.status), headers: headers,
            body: .init { writer in
                try await writer.write(ByteBuffer(bytes: reply.body))
                let spaces = ByteBuffer(repeating: 0x20, count: 1 << 20)
                for _ in 0..<(padding >> 20) { try await writer.write(spaces) }
                try await writer.finish(nil)
            })
    }

    /// Where the script stands, or what is wrong with an order.
    private static func answering(
        _ order: () throws -> ScriptStage.Progress
    ) async throws -> Hummingbird.Response {
        do {
            let progress = try order()
            return json(.ok, #"{"step":\#(progress.step),"moved":\#(progress.moved)}"#)
        } catch {
            return json(.unprocessableContent, #"{"error":\#(jsonLiteral("\(error)"))}"#)
        }
    }

    private static func json(_ status: Hummingbird.HTTPResponse.Status, _ text: String)
        -> Hummingbird.Response
    {
        Hummingbird.Response(
            status: status, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(string: text + "\n")))
    }
}
