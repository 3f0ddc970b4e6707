internal import CCurl
internal import Foundation
internal import Synchronization

/// The thread that drives libcurl, by its socket interface: libcurl says which sockets it waits for and until when,
/// and is told of those that are ready. So a request costs the same however many others are under way.
///
/// All but `inbox` and `sockets.wake` is touched by that thread alone.
final class HTTPLoop: @unchecked Sendable {
    private struct Inbox {
        var new: [HTTPExchange] = []
        var cancelled: [HTTPExchange] = []
        /// The thread waits, and has to be woken.
        var isResting = false
    }

    private let multi: UnsafeMutableRawPointer
    private let inbox = Mutex(Inbox())
    private let sockets: SocketSet
    /// When libcurl wants to be called without a socket that is ready.
    private var deadline: ContinuousClock.Instant?
    private var running: [UnsafeMutableRawPointer: HTTPExchange] = [:]
    private var idleHandles: [UnsafeMutableRawPointer] = []

    init() {
        guard curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK, let multi = curl_multi_init(),
            let sockets = SocketSet()
        else { fatalError("out of memory or files: libcurl cannot start") }
        (self.multi, self.sockets) = (multi, sockets)
        // By default four times the requests under way are kept: few requests would close the others'
        // connections.
        dw_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 256)
        listen()
        let thread = Thread { [self] in run() }
        thread.name = "http"
        thread.start()
    }

    func submit(_ exchanges: [HTTPExchange]) {
        post { $0.new += exchanges }
    }

    func cancel(_ exchange: HTTPExchange) {
        exchange.cancel()
        post { $0.cancelled.append(exchange) }
    }

    private func post(_ change: (inout Inbox) -> Void) {
        let wasResting = inbox.withLock { inbox in
            change(&inbox)
            defer { inbox.isResting = false }
            return inbox.isResting
        }
        if wasResting { sockets.wake() }
    }

    /// What libcurl calls, from inside our own calls of it.
    private func listen() {
        let context = Unmanaged.passUnretained(self).toOpaque()
        dw_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, context)
        dw_multi_set_watch(multi) { _, socket, wish, context, _ in
            guard let context else { return 0 }
            let sockets = Unmanaged<HTTPLoop>.fromOpaque(context).takeUnretainedValue().sockets
            if wish == CURL_POLL_REMOVE {
                sockets.forget(socket)
            } else {
                sockets.watch(
                    socket, reading: wish & CURL_POLL_IN != 0, writing: wish & CURL_POLL_OUT != 0)
            }
            return 0
        }
        dw_multi_set_pointer(multi, CURLMOPT_TIMERDATA, context)
        dw_multi_set_timer(multi) { _, milliseconds, context in
            guard let context else { return 0 }
            let loop = Unmanaged<HTTPLoop>.fromOpaque(context).takeUnretainedValue()
            loop.deadline = milliseconds < 0 ? nil : .now + .milliseconds(milliseconds)
            return 0
        }
    }

    private func run() {
        while true {
            for socket in sockets.wait(until: restOver()) {
                var events: CInt = 0
                if socket.isReadable { events |= CURL_CSELECT_IN }
                if socket.isWritable { events |= CURL_CSELECT_OUT }
                if socket.hasFailed { events |= CURL_CSELECT_ERR }
                act(on: socket.number, events)
            }
            if let deadline, deadline <= .now { actInTime() }
            takeMail()
        }
    }

    /// Until when the thread may rest; now if there is something to do.
    private func restOver() -> ContinuousClock.Instant? {
        let isFree = inbox.withLock { inbox in
            inbox.isResting = inbox.new.isEmpty && inbox.cancelled.isEmpty
            return inbox.isResting
        }
        return isFree ? deadline : .now
    }

    /// What is new goes out one after the other, so that the first is on its way before the next is made ready.
    private func takeMail() {
        let mail = inbox.withLock { inbox in
            defer { inbox = Inbox() }
            return inbox
        }
        for exchange in mail.cancelled {
            if let easy = exchange.easy { end(easy, exchange, .failure(.cancelled)) }
        }
        for exchange in mail.new { begin(exchange) }
    }

    private func begin(_ exchange: HTTPExchange) {
        if exchange.isCancelled { return exchange.resume(.failure(.cancelled)) }
        guard let easy = idleHandles.popLast() ?? curl_easy_init() else {
            return exchange.resume(.failure(.unreachable("libcurl is out of memory")))
        }
        exchange.configure(easy)
        exchange.easy = easy
        running[easy] = exchange
        guard curl_multi_add_handle(multi, easy) == CURLM_OK else {
            return end(easy, exchange, .failure(.unreachable("libcurl refused the request")))
        }
        actInTime()
    }

    /// A deadline counts once: libcurl sets the next.
    private func actInTime() {
        deadline = nil
        act(on: CURL_SOCKET_TIMEOUT, 0)
    }

    private func act(on socket: curl_socket_t, _ events: CInt) {
        var active: CInt = 0
        curl_multi_socket_action(multi, socket, events, &active)
        finish()
    }

    private func finish() {
        var left: CInt = 0
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
        exchange.easy = nil
        curl_multi_remove_handle(multi, easy)
        curl_easy_reset(easy)
        if idleHandles.count < 64 { idleHandles.append(easy) } else { curl_easy_cleanup(easy) }
        exchange.resume(result)
    }
}
