internal import CCurl
internal import Foundation
internal import Synchronization

/// All outgoing HTTP: libcurl's multi interface on one thread of its own, with connections kept alive.
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
            exchange.cancel()
            loop.wake()
        }
        return try exchange.outcome.get()
    }

    func submit(_ exchanges: [HTTPExchange]) {
        loop.submit(exchanges)
    }
}

/// The thread that drives libcurl.
///
/// The multi handle is touched by its thread alone, but for `curl_multi_wakeup`, which any thread may call.
private final class HTTPLoop: @unchecked Sendable {
    private let multi: UnsafeMutableRawPointer
    private let submitted = Mutex<[HTTPExchange]>([])
    private var running: [UnsafeMutableRawPointer: HTTPExchange] = [:]
    private var idleHandles: [UnsafeMutableRawPointer] = []

    init() {
        guard curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK, let multi = curl_multi_init() else {
            fatalError("out of memory: libcurl cannot start")
        }
        self.multi = multi
        // By default four times the requests under way are kept: few requests would close the others'
        // connections.
        dw_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 256)
        let thread = Thread { [self] in run() }
        thread.name = "http"
        thread.start()
    }

    /// The first that is submitted wakes the thread, which does not rest before it has taken all of them.
    func submit(_ exchanges: [HTTPExchange]) {
        let isFirst = submitted.withLock { queue in
            defer { queue += exchanges }
            return queue.isEmpty
        }
        if isFirst { wake() }
    }

    func wake() {
        curl_multi_wakeup(multi)
    }

    private func run() {
        var active: Int32 = 0
        while true {
            admit()
            curl_multi_perform(multi, &active)
            finish()
            for (easy, exchange) in running where exchange.isCancelled {
                end(easy, exchange, .failure(.cancelled))
            }
            if submitted.withLock({ $0.isEmpty }) { curl_multi_poll(multi, nil, 0, 10_000, nil) }
        }
    }

    /// One after the other, so that the first is on its way before the next is made ready; a few at once where many
    /// are under way, for libcurl looks at all of those before it comes back.
    private func admit() {
        let few = 1 + running.count / 8
        let new = submitted.withLock { queue in
            defer { queue.removeFirst(min(queue.count, few)) }
            return queue.prefix(few)
        }
        for exchange in new {
            if exchange.isCancelled {
                exchange.resume(.failure(.cancelled))
                continue
            }
            guard let easy = idleHandles.popLast() ?? curl_easy_init() else {
                exchange.resume(.failure(.unreachable("libcurl is out of memory")))
                continue
            }
            exchange.configure(easy)
            running[easy] = exchange
            let added = curl_multi_add_handle(multi, easy)
            if added != CURLM_OK {
                end(easy, exchange, .failure(.unreachable("libcurl refused the request")))
            }
        }
    }

    private func finish() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle,
                let exchange = running[easy]
            else { continue }
            end(easy, exchange, exchange.result(of: easy, dw_message_result(message)))
        }
    }

    private func end(
        _ easy: UnsafeMutableRawPointer, _ exchange: HTTPExchange, _ result: Result<HTTPResponse, HTTPError>
    ) {
        running[easy] = nil
        curl_multi_remove_handle(multi, easy)
        curl_easy_reset(easy)
        if idleHandles.count < 64 { idleHandles.append(easy) } else { curl_easy_cleanup(easy) }
        exchange.resume(result)
    }
}
