public import ChainKit
public import DepositCore
public import DepositStore
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
public import Logging
internal import NIOCore
public import ServiceLifecycle

/// The HTTP API, the feed, the health calls, the metrics and the operators' console.
///
/// Ends when the daemon shuts down gracefully, letting long polls go at once. A store that has failed does not end it:
/// `/readyz` must be there to say so.
public struct APIServer: Service {
    let door: Door
    private let calls: Calls
    private let listen: ListenAddress
    private let limits: APILimits
    let reception: Reception
    private let onListening: @Sendable (Int?) async -> Void
    private let logger: Logger

    var bell: FeedBell { calls.bell }

    /// - Parameter chains: every configured chain, those that were refused included.
    /// - Parameter metrics: the registry that `MetricsSystem` was bootstrapped with.
    /// - Parameter onListening: told the port once the socket is open; nil for a unix socket.
    public init(
        store: Store, chains: [ChainID: any Chain], watch: any WatchControl, tokens: AccessTokens,
        listen: ListenAddress = .standard, limits: APILimits = APILimits(), callbacks: any CallbackControl,
        metrics: MetricsRegistry,
        logger: Logger = Logger(label: "depositwatch.api"),
        now: @escaping @Sendable () -> Timestamp = wallClock,
        onListening: @escaping @Sendable (Int?) async -> Void = { _ in }
    ) {
        calls = Calls(
            store: store, chains: chains, watch: watch, callbackControl: callbacks, metrics: metrics,
            bell: FeedBell(), now: now)
        reception = Reception(limits)
        door = Door(
            calls: calls, tokens: tokens, traffic: Traffic(metrics: metrics), reception: reception,
            logger: logger, bodyDeadline: .seconds(limits.bodySeconds))
        self.listen = listen
        self.limits = limits
        self.onListening = onListening
        self.logger = logger
    }

    public func run() async throws {
        // A chain that was refused at start has addresses all the same, and they need its row.
        for chain in calls.chains.values {
            _ = try await calls.store.openChain(chain.spec.id, window: chain.spec.reorgWindow)
        }
        let application = application
        let bell = calls.bell
        let observation = calls.store.onNewEvents(stored: { _ in bell.ring() })
        defer { observation.cancel() }
        try await withGracefulShutdownHandler {
            try await application.run()
        } onGracefulShutdown: {
            bell.close()
        }
    }

    var application: Application<RouterResponder<CallContext>> {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        let http = HTTP1Channel.Configuration(
            idleTimeout: .seconds(limits.idleSeconds),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: limits.headerFieldBytes, maxHeaderListSize: limits.headerBytes,
                maxHeaderFieldCount: limits.headerFields))
        return Application(
            router: router,
            server: HTTPServerBuilder { [reception, limits] responder in
                ReceptionChannel(
                    reception: reception, http: HTTP1Channel(responder: responder, configuration: http),
                    unread: .seconds(limits.idleSeconds))
            },
            configuration: ApplicationConfiguration(address: listen.bindAddress),
            onServerRunning: { [listen, onListening, logger] channel in
                await AcceptPause.install(on: channel, logger)
                let port = channel.localAddress?.port
                logger.info("API listens", metadata: ["address": .string(listen.description(port: port))])
                await onListening(port)
            },
            logger: quiet)
    }

    private var router: Router<CallContext> {
        let router = Router(context: CallContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: Threshold(door: door))
        for route in Route.all {
            router.on(RouterPath(route.path), method: route.method) { [door] request, context in
                let parameters = context.parameters.map { (String($0.key), String($0.value)) }
                return await door.serve(
                    route, request, Dictionary(parameters) { first, _ in first }, on: context.connection)
            }
        }
        return router
    }
}

/// Seconds since 1970 by the system's clock.
@Sendable public func wallClock() -> Timestamp {
    Timestamp(seconds: Int64(Date().timeIntervalSince1970))
}

/// Catches what the router finds no route for.
private struct Threshold: RouterMiddleware {
    let door: Door

    func handle(
        _ request: Request, context: CallContext,
        next: (Request, CallContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            return await door.turnAway(request, allowed: Self.methods(at: request.uri.path))
        }
    }

    private static func methods(at path: String) -> [HTTPRequest.Method] {
        let parts = path.split(separator: "/")
        return Route.all.filter { route in
            let pattern = route.path.split(separator: "/")
            return pattern.count == parts.count
                && zip(pattern, parts).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }.map(\.method)
    }
}
