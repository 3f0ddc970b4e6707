internal import Hummingbird
internal import Logging
internal import NIOCore
internal import ServiceLifecycle

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Serves the routes over HTTP on loopback until the task is cancelled, without a word in the log.
///
/// It ends as a daemon does, no more taking connections and then ending those it has: SwiftNIO traps where a server is
/// cancelled that has taken a connection and not begun with it
/// ([swift-nio #2637](https://github.com/apple/swift-nio/issues/2637)).
///
/// - Parameters:
///   - port: 0 for any free one.
///   - listening: told the port once requests are taken.
func serveOnLoopback(
    _ router: Router<ConnectionContext>, port: Int, listening: @escaping @Sendable (Int) async -> Void
) async throws {
    var logger = Logger(label: "depositwatch.testkit")
    logger.logLevel = .critical
    let application = Application(
        responder: EndingResponder(inner: router.buildResponder()),
        configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)),
        onServerRunning: { channel in await listening(channel.localAddress?.port ?? 0) },
        logger: logger)
    var configuration = ServiceGroupConfiguration(services: [application], logger: logger)
    // For a client that is in the middle of its request.
    configuration.maximumGracefulShutdownDuration = .seconds(2)
    let group = ServiceGroup(configuration: configuration)
    let serving = Task { try await group.run() }
    try await withTaskCancellationHandler {
        try await serving.value
    } onCancel: {
        Task { await group.triggerGracefulShutdown() }
    }
}

/// Gives up what is being answered, such as what was told to hang, when the server ends.
private struct EndingResponder<Inner: HTTPResponder>: HTTPResponder where Inner.Context == ConnectionContext {
    let inner: Inner

    func respond(to request: Request, context: ConnectionContext) async throws -> Response {
        try await cancelWhenGracefulShutdown { try await inner.respond(to: request, context: context) }
    }
}

/// Runs a server while `body` runs, which is told the server's URL.
func whileServing(
    _ serve: @escaping @Sendable (@escaping @Sendable (Int) async -> Void) async throws -> Void,
    _ body: (_ url: String) async throws -> Void
) async throws {
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            defer { port.finish() }
            try await serve { port.yield($0) }
        }
        defer { group.cancelAll() }
        for await number in ports { return try await body("http://127.0.0.1:\(number)") }
        // It has ended before it listened: its error says why.
        try await group.next()
    }
}

/// A request's connection, which a server that misbehaves can cut.
struct ConnectionContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    private let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// Resets the connection: the other side gets neither an answer nor an orderly end.
    func reset() async {
        if let options = channel as? any SocketOptionProvider {
            try? await options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        }
        try? await channel.close()
    }
}
