/// All outgoing HTTP: libcurl on one thread of its own, with connections kept alive.
///
/// HTTP/1.1, and HTTP/2 over TLS; certificates verified; redirects never followed; no proxy from the
/// environment.
public final class HTTPClient: Sendable {
    public static let shared = HTTPClient()

    private let loop: HTTPLoop

    public init() {
        loop = HTTPLoop()
    }

    /// Sends a request and waits for the whole answer, whatever its status.
    ///
    /// - Parameter departure: of this client; until that opens nothing is sent.
    public func send(
        _ request: HTTPRequest, on departure: Departure? = nil
    ) async throws(HTTPError) -> HTTPResponse {
        precondition(departure.map { $0.client === self } ?? true, "a departure is of one client")
        if let flaw = request.flaw { throw .unreachable(flaw) }
        let exchange = HTTPExchange(request)
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                exchange.start(continuation)
                if let departure { departure.hold(exchange) } else { submit([exchange]) }
            }
        } onCancel: {
            loop.cancel(exchange)
        }
        return try exchange.outcome.get()
    }

    func submit(_ exchanges: [HTTPExchange]) {
        loop.submit(exchanges)
    }
}
