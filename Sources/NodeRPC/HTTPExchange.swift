internal import CCurl
internal import Foundation
internal import Synchronization

/// One request on its way: what libcurl is told of it, and what has come back so far.
///
/// Apart from `start` and `cancel`, used by the loop's thread alone.
final class HTTPExchange: @unchecked Sendable {
    typealias Outcome = Result<HTTPResponse, HTTPError>

    let request: HTTPRequest
    private let body = ResponseBody()
    private var headers: [(name: String, value: String)] = []
    private var headerBytes = 0
    private var headersEnded = false
    private var exceeded: HTTPError?
    /// Why the first of its host's addresses that is out of reach is, and whether one was within.
    var refusal: String?
    /// Why we ourselves could open no socket: nothing is wrong with the other side then.
    var lack: String?
    var hasTried = false
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private let waiting = Mutex(Waiting())
    private let cancelled = Atomic(false)
    /// While it is under way.
    var easy: UnsafeMutableRawPointer?

    private struct Waiting {
        var continuation: CheckedContinuation<Void, Never>?
        var outcome: Outcome?
    }

    init(_ request: HTTPRequest) {
        self.request = request
    }

    deinit {
        curl_slist_free_all(headerList)
    }

    func start(_ continuation: CheckedContinuation<Void, Never>) {
        waiting.withLock { $0.continuation = continuation }
    }

    func cancel() {
        cancelled.store(true, ordering: .releasing)
    }

    var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

    /// Ends the exchange; the first end counts.
    func resume(_ outcome: Outcome) {
        waiting.withLock { waiting -> CheckedContinuation<Void, Never>? in
            guard waiting.outcome == nil else { return nil }
            waiting.outcome = outcome
            defer { waiting.continuation = nil }
            return waiting.continuation
        }?.resume()
    }

    /// How it ended, taken under the lock that it was put under, so that what the loop's thread received is
    /// seen whole.
    var outcome: Outcome { waiting.withLock { $0.outcome } ?? .failure(.cancelled) }

    func configure(_ easy: UnsafeMutableRawPointer) {
        dw_set_text(easy, CURLOPT_URL, request.url)
        dw_set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https")
        // Said here, so that neither a system's policy nor an older libcurl allows less.
        dw_set_long(easy, CURLOPT_SSLVERSION, dw_least_tls())
        dw_set_long(easy, CURLOPT_PROXY_SSLVERSION, dw_least_tls())
        dw_set_long(easy, CURLOPT_FOLLOWLOCATION, 0)
        dw_set_long(easy, CURLOPT_NOSIGNAL, 1)
        dw_set_long(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        // libcurl takes this anew for every request: so much that malloc asks the system for it would cost more than
        // reading a block in more pieces.
        dw_set_long(easy, CURLOPT_BUFFERSIZE, 64 << 10)
        dw_set_long(easy, CURLOPT_CONNECTTIMEOUT, request.limits.connectSeconds)
        dw_set_long(easy, CURLOPT_TIMEOUT, request.limits.totalSeconds)
        if let socket = request.unixSocket { dw_set_text(easy, CURLOPT_UNIX_SOCKET_PATH, socket) }
        take(request.route, easy)
        openSockets(easy)
        if let credentials = request.credentials {
            dw_set_long(easy, CURLOPT_HTTPAUTH, dw_auth_basic())
            dw_set_text(easy, CURLOPT_USERNAME, credentials.user)
            dw_set_text(easy, CURLOPT_PASSWORD, credentials.password)
        }
        if request.method == .post || !request.body.isEmpty {
            dw_set_long(easy, CURLOPT_POST, 1)
            dw_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count))
            request.body.withUnsafeBytes { bytes in
                let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
                _ = dw_set_text(easy, CURLOPT_COPYPOSTFIELDS, start)
            }
        }
        if request.method != .get && request.method != .post {
            dw_set_text(easy, CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        }
        // "Expect:" empty: a large request must not wait for a 100 Continue that many nodes never send.
        for header in request.headers + [("Expect", ""), ("Accept", "*/*")] {
            // A semicolon sends a header without a value; a colon alone makes libcurl leave it out.
            let isEmpty = header.value.isEmpty && header.name != "Expect"
            headerList = curl_slist_append(headerList, header.name + (isEmpty ? ";" : ": \(header.value)"))
        }
        dw_set_list(easy, CURLOPT_HTTPHEADER, headerList)
        receive(easy)
    }

    private func take(_ route: HTTPRoute, _ easy: UnsafeMutableRawPointer) {
        // Empty where there is none, else the environment would name one.
        dw_set_text(easy, CURLOPT_PROXY, route.proxy?.url ?? "")
        dw_set_long(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        if let credentials = route.proxy?.credentials {
            dw_set_long(easy, CURLOPT_PROXYAUTH, dw_auth_basic())
            dw_set_text(easy, CURLOPT_PROXYUSERNAME, credentials.user)
            dw_set_text(easy, CURLOPT_PROXYPASSWORD, credentials.password)
        }
        if let authorities = route.authorities {
            dw_set_text(easy, CURLOPT_CAINFO, authorities)
            dw_set_text(easy, CURLOPT_CAPATH, nil)
        }
        if let certificate = route.certificate {
            dw_set_text(easy, CURLOPT_SSLCERT, certificate.chain)
            dw_set_text(easy, CURLOPT_SSLKEY, certificate.key)
        }
        if let source = route.source { dw_set_text(easy, CURLOPT_INTERFACE, source.option) }
    }

    private func receive(_ easy: UnsafeMutableRawPointer) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        dw_set_pointer(easy, CURLOPT_WRITEDATA, context)
        dw_set_receive(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            let exchange = Unmanaged<HTTPExchange>.fromOpaque(context).takeUnretainedValue()
            return exchange.receiveBody(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        dw_set_pointer(easy, CURLOPT_HEADERDATA, context)
        dw_set_receive(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            let exchange = Unmanaged<HTTPExchange>.fromOpaque(context).takeUnretainedValue()
            return exchange.receiveHeader(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
    }

    /// Returns the bytes taken; another number than given makes libcurl give up.
    private func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard body.count + bytes.count <= request.limits.bodyBytes else {
            exceeded = .tooLarge(limit: request.limits.bodyBytes)
            return 0
        }
        if body.count == 0 { expectPace() }
        body.append(bytes)
        return bytes.count
    }

    /// From here on a slow answer is a stall; what came before it was thinking, which only the whole time limits.
    private func expectPace() {
        guard let easy else { return }
        dw_set_long(easy, CURLOPT_LOW_SPEED_LIMIT, request.limits.stallBytesPerSecond)
        dw_set_long(easy, CURLOPT_LOW_SPEED_TIME, request.limits.stallSeconds)
    }

    private func receiveHeader(_ bytes: UnsafeRawBufferPointer) -> Int {
        headerBytes += bytes.count
        guard headerBytes <= request.limits.headerBytes else {
            exceeded = .tooManyHeaders(limit: request.limits.headerBytes)
            return 0
        }
        // Another status line: what came before was an interim answer.
        if bytes.starts(with: "HTTP/".utf8) {
            headers.removeAll()
            headersEnded = false
        }
        if bytes.elementsEqual("\r\n".utf8) || bytes.elementsEqual("\n".utf8) { headersEnded = true }
        guard let header = HTTPResponse.header(in: bytes) else { return bytes.count }
        if header.name == "content-length", let length = Int(header.value),
            length <= request.limits.bodyBytes
        {
            body.reserve(length)
        }
        headers.append(header)
        return bytes.count
    }

    func result(of easy: UnsafeMutableRawPointer, _ code: CURLcode) -> Outcome {
        if let exceeded { return .failure(exceeded) }
        if code != CURLE_OK, !hasTried, let refusal { return .failure(.unreachable(refusal)) }
        let why = curl_easy_strerror(code).map { String(cString: $0) } ?? "unknown error"
        switch code {
        case CURLE_OK:
            // libcurl takes an end of the connection inside the headers for the end of the answer.
            guard headersEnded else { return .failure(.broken("the answer ended inside its headers")) }
            var status = 0
            dw_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
            return .success(HTTPResponse(status: status, headers: headers, body: body))
        case CURLE_OPERATION_TIMEDOUT: return .failure(lateness(easy))
        case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE, CURLE_HTTP2,
            CURLE_HTTP2_STREAM:
            return .failure(.broken(why))
        default: return .failure(.unreachable(lack ?? why))
        }
    }

    /// Which limit was met, in words that blame nobody for thinking: libcurl calls each of them slow.
    private func lateness(_ easy: UnsafeMutableRawPointer) -> HTTPError {
        let limits = request.limits
        var sent: curl_off_t = 0
        var taken: curl_off_t = 0
        dw_get_offset(easy, CURLINFO_PRETRANSFER_TIME_T, &sent)
        dw_get_offset(easy, CURLINFO_TOTAL_TIME_T, &taken)
        if sent == 0 { return .unreachable("no connection in \(limits.connectSeconds) s") }
        guard body.count > 0 else { return .timedOut("no answer in \(limits.totalSeconds) s") }
        if taken >= Int64(limits.totalSeconds) * 1_000_000 {
            return .timedOut("\(limits.totalSeconds) s were over after \(body.count) bytes of the answer")
        }
        return .timedOut(
            "after \(body.count) bytes the answer came at less than \(limits.stallBytesPerSecond) bytes/s for "
                + "\(limits.stallSeconds) s")
    }
}
