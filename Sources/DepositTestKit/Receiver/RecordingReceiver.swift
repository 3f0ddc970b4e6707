public import CallbackNotifier
public import DepositCore
public import DepositEngine
internal import Hummingbird
internal import Logging
internal import NIOCore
public import ServiceLifecycle
internal import Synchronization

/// A callback's receiver that does what a good one does: verifies, deduplicates by id, then says yes.
///
/// A test, or the demo, reads what it took. `answer` lets it refuse instead.
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
    }

    private let secrets: [Secret]
    private let port: Int
    private let now: @Sendable () -> Timestamp
    private let answer: @Sendable (Received) async -> Int
    private let listening: @Sendable (Int) async -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - port: 0 for any free one, on loopback.
    ///   - answer: the HTTP status for a request whose signature holds; the request counts as taken when it is 2xx.
    ///   - listening: told the port once requests are taken.
    public init(
        secrets: [Secret], port: Int = 0,
        now: @escaping @Sendable () -> Timestamp = { SystemClock().now },
        answer: @escaping @Sendable (Received) async -> Int = { _ in 204 },
        listening: @escaping @Sendable (Int) async -> Void
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

    public func run() async throws {
        let router = Router()
        router.post("**") { [self] request, _ in
            let bytes = try await request.body.collect(upTo: 1 << 20)
            func header(_ name: String) -> String {
                request.headers.first { $0.name.canonicalName == name }?.value ?? ""
            }
            let status = await take(
                Array(bytes.readableBytesView), id: header("webhook-id"),
                timestamp: header("webhook-timestamp"),
                signature: header("webhook-signature"))
            return Hummingbird.Response(status: .init(code: status))
        }
        var logger = Logger(label: "depositwatch.receiver")
        logger.logLevel = .critical
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)),
            onServerRunning: { [listening] channel in await listening(channel.localAddress?.port ?? 0) },
            logger: logger)
        try await application.run()
    }

    private func take(_ body: [UInt8], id: String, timestamp: String, signature: String) async -> Int {
        do throws(SignatureError) {
            try Signature.verify(
                id: id, timestamp: timestamp, signature: signature, body: body, secrets: secrets, now: now())
        } catch {
            state.withLock { $0.refusedSignatures += 1 }
            return 401
        }
        let received = state.withLock { state in
            Received(
                id: id, body: String(decoding: body, as: UTF8.self), isRepeated: state.ids.contains(id))
        }
        let status = await answer(received)
        guard (200..<300).contains(status) else { return status }
        state.withLock { state in
            state.ids.insert(id)
            state.received.append(received)
        }
        return status
    }
}
