public import CallbackNotifier
public import DepositCore
public import DepositEngine
internal import Hummingbird
internal import NIOCore
public import ServiceLifecycle
internal import Synchronization

/// A callback's receiver that does what a good one does: verifies, deduplicates by id, then says yes.
///
/// A test, or the demo, reads what it took, and makes it behave otherwise:
///
/// ```swift
/// receiver.behave(.hang, .reset, .status(429, retryAfter: 60), .redirect(to: "/elsewhere"))
/// ```
public final class RecordingReceiver: Service {
    /// A request whose signature holds.
    public struct Received: Hashable, Sendable {
        public let id: String
        public let body: String
        /// Whether this id had been taken before.
        public let isRepeated: Bool
    }

    private struct State {
        var received: [Received] = []
        var ids: Set<String> = []
        var refusedSignatures = 0
        var behaviour: ArraySlice<Answer> = []
    }

    private let secrets: [Secret]
    private let port: Int
    private let now: @Sendable () -> Timestamp
    private let answer: @Sendable (Received) async -> Answer
    private let listening: @Sendable (Int) async -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - port: 0 for any free one, on loopback.
    ///   - answer: to a request whose signature holds, where `behave` has not said otherwise.
    ///   - listening: told the port once requests are taken.
    public init(
        secrets: [Secret], port: Int = 0,
        now: @escaping @Sendable () -> Timestamp = { SystemClock().now },
        answer: @escaping @Sendable (Received) async -> Answer = { _ in 204 },
        listening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        self.secrets = secrets
        self.port = port
        self.now = now
        self.answer = answer
        self.listening = listening
    }

    /// What was taken, in order, repetitions included.
    public var received: [Received] { state.withLock { $0.received } }

    /// Requests turned away because their signature did not hold.
    public var refusedSignatures: Int { state.withLock { $0.refusedSignatures } }

    /// The answers to the next requests, in order. When they are used up it behaves as it did before.
    public func behave(_ answers: Answer...) {
        state.withLock { $0.behaviour += answers }
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
        for path: RouterPath in ["/", "**"] {
            router.post(path) { [self] request, context in
                let bytes = try await request.body.collect(upTo: 1 << 20)
                func header(_ name: String) -> String {
                    request.headers.first { $0.name.canonicalName == name }?.value ?? ""
                }
                let answer = await take(
                    Array(bytes.readableBytesView), id: header("webhook-id"),
                    timestamp: header("webhook-timestamp"),
                    signature: header("webhook-signature"))
                return try await Self.give(answer, context)
            }
        }
        try await serveOnLoopback(router, port: port, listening: listening)
    }

    private func take(_ body: [UInt8], id: String, timestamp: String, signature: String) async -> Answer {
        do throws(SignatureError) {
            try Signature.verify(
                id: id, timestamp: timestamp, signature: signature, body: body, secrets: secrets, now: now())
        } catch {
            state.withLock { $0.refusedSignatures += 1 }
            return 401
        }
        let (received, told) = state.withLock { state in
            let received = Received(
                id: id, body: String(decoding: body, as: UTF8.self), isRepeated: state.ids.contains(id))
            return (received, state.behaviour.popFirst())
        }
        let answer = if let told { told } else { await self.answer(received) }
        guard answer.isTaken else { return answer }
        state.withLock { state in
            state.ids.insert(id)
            state.received.append(received)
        }
        return answer
    }

    private static func give(
        _ answer: Answer, _ context: ConnectionContext
    ) async throws -> Hummingbird.Response {
        switch answer {
        case .status(let status, let seconds):
            return Hummingbird.Response(
                status: .init(code: status), headers: seconds.map { [.retryAfter: "\($0)"] } ?? [:])
        case .redirect(let url):
            return Hummingbird.Response(status: .temporaryRedirect, headers: [.location: url])
        case .hang:
            let (never, _) = AsyncStream.makeStream(of: Void.self)
            for await _ in never {}
            throw CancellationError()
        case .reset:
            await context.reset()
            return Hummingbird.Response(status: .noContent)
        case .endlessBody:
            return Hummingbird.Response(
                status: .ok,
                body: .init { writer in
                    while !Task.isShuttingDownGracefully {
                        try await writer.write(ByteBuffer(string: "."))
                        try await SystemClock().sleep(milliseconds: 200)
                    }
                    try await writer.finish(nil)
                })
        case .forget: return Hummingbird.Response(status: .noContent)
        }
    }
}
