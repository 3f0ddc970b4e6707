internal import DepositTestKit
internal import Foundation
@testable internal import NodeRPC
internal import Synchronization
internal import Testing

private let client = HTTPClient()

private func get(_ url: String, _ change: (inout HTTPRequest) -> Void = { _ in }) -> HTTPRequest {
    var request = HTTPRequest(method: .get, url: url)
    change(&request)
    return request
}

private func text(_ response: HTTPResponse) -> String {
    String(decoding: response.body.bytes, as: UTF8.self)
}

private func error(_ request: HTTPRequest) async -> HTTPError? {
    do throws(HTTPError) {
        _ = try await client.send(request)
        return nil
    } catch {
        return error
    }
}

private func isUnreachable(_ error: HTTPError?) -> Bool {
    if case .broken = error { true } else if case .unreachable = error { true } else { false }
}

@Suite struct HTTPClientTests {
    @Test func `requests to one server share one connection`() async throws {
        let server = SocketServer(answering: http("hello"))
        defer { server.stop() }
        // A client of its own: in the common one, other tests' connections may push this one out.
        let client = HTTPClient()
        for _ in 0..<20 { #expect(text(try await client.send(get(server.url))) == "hello") }
        #expect(server.connections == 1)
    }

    @Test(arguments: ["200 OK", "204 No Content", "301 Moved", "404 Not Found", "429 Too Many", "500 Oops"])
    func `every status is an answer, with its headers and body`(_ status: String) async throws {
        let body = status.hasPrefix("204") ? "" : "text"
        let server = SocketServer(
            answering: http(body, status: status, headers: "Retry-After: 7\r\nX-Odd:  a: b \r\n"))
        defer { server.stop() }
        let answer = try await client.send(get(server.url))
        #expect("\(answer.status)" == status.prefix(3))
        #expect(text(answer) == body)
        #expect(answer.header("retry-after") == "7")
        #expect(answer.header("x-odd") == "a: b")
        #expect(answer.header("absent") == nil)
    }

    @Test func `what is sent is what was asked to be sent`() async throws {
        let server = SocketServer { connection in
            while let request = connection.request() {
                let shown = ["authorization", "content-type", "x-empty", "expect", "user-agent"].map {
                    "\($0)=\(request.headers[$0] ?? "none")"
                }
                connection.write(
                    http("\(request.line)|\(shown.joined(separator: "|"))|\(request.body.count)"))
            }
        }
        defer { server.stop() }
        var post = HTTPRequest(
            method: .post, url: server.url + "/v1?k=1",
            headers: [("Content-Type", "application/json"), ("X-Empty", "")],
            body: [UInt8](repeating: 0x61, count: 3_000_000))
        post.credentials = Credentials(user: "u:€", password: "p:w")
        #expect(
            text(try await client.send(post))
                == "POST /v1?k=1 HTTP/1.1|authorization=Basic dTrigqw6cDp3|content-type=application/json|"
                + "x-empty=|expect=none|user-agent=none|3000000")
        let plain = text(try await client.send(get(server.url)))
        #expect(
            plain
                == "GET / HTTP/1.1|authorization=none|content-type=none|x-empty=none|expect=none|"
                + "user-agent=none|0"
        )
        let empty = text(try await client.send(HTTPRequest(method: .post, url: server.url)))
        #expect(empty.hasPrefix("POST / HTTP/1.1|authorization=none|") && empty.hasSuffix("|0"))
    }

    @Test(arguments: [
        ("http://h/\r\nX: 1", "", ""), ("", "X: 1\r\nY", "v"), ("", "", "v"), ("", "X", "v\r\nY: 1"),
        ("", "X", "v\n"), ("", "X", "a\0b"),
    ])
    func `a line break in a request is refused before anything is sent`(
        _ url: String, _ name: String, _ value: String
    ) async {
        let server = SocketServer(answering: http("never"))
        defer { server.stop() }
        let request = get(url.isEmpty ? server.url : url) { $0.headers = url.isEmpty ? [(name, value)] : [] }
        #expect(isUnreachable(await error(request)))
        #expect(server.connections == 0)
    }

    @Test func `a redirect is an answer and is not followed`() async throws {
        let other = SocketServer(answering: http("other"))
        defer { other.stop() }
        let server = SocketServer(
            answering: http("", status: "302 Found", headers: "Location: \(other.url)/\r\n"))
        defer { server.stop() }
        #expect(try await client.send(get(server.url)).status == 302)
        #expect(other.connections == 0)
    }

    @Test func `a chunked body is put together`() async throws {
        let server = SocketServer(
            answering:
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\nX-Late: 1\r\n\r\n"
        )
        defer { server.stop() }
        #expect(text(try await client.send(get(server.url))) == "abcdefg")
    }

    @Test func `headers of an interim answer are not those of the answer`() async throws {
        let server = SocketServer(
            answering: "HTTP/1.1 103 Early Hints\r\nRetry-After: 1\r\n\r\n"
                + http("x", headers: "Retry-After: 2\r\n"))
        defer { server.stop() }
        let answer = try await client.send(get(server.url))
        #expect(answer.status == 200 && answer.header("retry-after") == "2")
    }

    @Test func `a unix socket is reached by its path`() async throws {
        let path =
            "/tmp/depositwatch-\(UInt64.random(in: 0 ... .max)).sock"
        let server = SocketServer(path: path) { connection in
            while let request = connection.request() { connection.write(http(request.line)) }
        }
        defer { server.stop() }
        let wire = HTTPWire(try NodeEndpoint("http+unix://\(path)/hook"), client: client)
        #expect(text(try await wire.exchange(.post(Array("{}".utf8)))) == "POST /hook HTTP/1.1")
        #expect(text(try await wire.exchange(.get(path: "/x"))) == "GET /hook/x HTTP/1.1")
    }

    @Test func `many requests at once find each its own answer`() async throws {
        let server = SocketServer { connection in
            while let request = connection.request() { connection.write(http(request.body)) }
        }
        defer { server.stop() }
        let wrong = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let body = Array(String(repeating: "\(number).", count: 500).utf8)
                    let answer = try await client.send(
                        HTTPRequest(method: .post, url: server.url, body: body))
                    return Array(answer.body.bytes) == body
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 0 : 1) }
        }
        #expect(wrong == 0)
    }
}

@Suite struct HTTPFailureTests {
    private func limits(_ change: (inout HTTPLimits) -> Void) -> (inout HTTPRequest) -> Void {
        var limits = HTTPLimits()
        change(&limits)
        return { $0.limits = limits }
    }

    @Test(arguments: [true, false])
    func `a body is taken up to its limit and no further`(_ isChunked: Bool) async throws {
        let body = String(repeating: "z", count: 100_000)
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n186a0\r\n\(body)\r\n0\r\n\r\n"
        let server = SocketServer(answering: isChunked ? chunked : http(body))
        defer { server.stop() }
        #expect(
            try await client.send(get(server.url, limits { $0.bodyBytes = 100_000 })).body.count == 100_000)
        #expect(await error(get(server.url, limits { $0.bodyBytes = 99_999 })) == .tooLarge(limit: 99_999))
    }

    @Test func `a length that nobody can mean does not cost its memory`() async {
        let server = SocketServer(
            answering: "HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\nx")
        defer { server.stop() }
        #expect(await error(get(server.url, limits { $0.totalSeconds = 1 })) != nil)
    }

    @Test func `headers are taken up to their limit and no further`() async {
        let headers = (0..<100).map { "X-\($0): \(String(repeating: "h", count: 100))\r\n" }.joined()
        let server = SocketServer(answering: http("x", headers: headers))
        defer { server.stop() }
        #expect(await error(get(server.url, limits { $0.headerBytes = 20_000 })) == nil)
        #expect(
            await error(get(server.url, limits { $0.headerBytes = 5_000 })) == .tooManyHeaders(limit: 5_000))
    }

    @Test(arguments: [
        "", "garbage\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nContent-",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ])
    func `half an answer and garbage are no answer`(_ answer: String) async {
        let server = SocketServer { connection in
            guard connection.request() != nil else { return }
            connection.write(answer)
        }
        defer { server.stop() }
        #expect(isUnreachable(await error(get(server.url))))
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"])
    func `a connection that is reset is no answer`(_ answer: String) async {
        let server = SocketServer { connection in
            guard connection.request() != nil else { return }
            connection.write(answer)
            connection.reset()
        }
        defer { server.stop() }
        #expect(isUnreachable(await error(get(server.url))))
    }

    @Test func `a server that is not there is unreachable, and so is a scheme that is no web`() async {
        let server = SocketServer(answering: "")
        server.stop()
        #expect(isUnreachable(await error(get(server.url))))
        for url in ["file:///etc/hostname", "ftp://127.0.0.1/", "gopher://127.0.0.1", "not a url", ""] {
            #expect(isUnreachable(await error(get(url))))
        }
        #expect(isUnreachable(await error(get("http://localhost/") { $0.unixSocket = "/nowhere/x.sock" })))
    }

    @Test func `a server that does not answer in time has timed out`() async {
        let server = SocketServer { $0.untilGone() }
        defer { server.stop() }
        guard case .timedOut = await error(get(server.url, limits { $0.totalSeconds = 1 })) else {
            Issue.record("no time out")
            return
        }
    }

    @Test func `a request that is cancelled on its way ends at once, and the next one works`() async throws {
        let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)
        let server = SocketServer { connection in
            guard let request = connection.request() else { return }
            guard request.line.hasPrefix("GET /hang") else { return _ = connection.write(http("fine")) }
            arrival.yield()
            connection.untilGone()
            arrival.yield()
        }
        defer { server.stop() }
        let patient = limits { ($0.totalSeconds, $0.stallSeconds) = (120, 120) }
        let hanging = Task { await error(get(server.url + "/hang", patient)) }
        var events = arrivals.makeAsyncIterator()
        await events.next()
        hanging.cancel()
        #expect(await hanging.value == .cancelled)
        await events.next()
        #expect(text(try await client.send(get(server.url))) == "fine")
    }

    @Test func `a request that is cancelled before it began is never sent`() async {
        let server = SocketServer(answering: http("never"))
        defer { server.stop() }
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await error(get(server.url))
        }
        #expect(await task.value == .cancelled)
        #expect(server.connections == 0)
    }

    @Test func `cancelling and answering at the same moment ends each request once`() async {
        let server = SocketServer { connection in
            while let request = connection.request() { connection.write(http(request.line)) }
        }
        defer { server.stop() }
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<300 {
                group.addTask {
                    let sending = Task { await error(get("\(server.url)/\(number)")) }
                    for _ in 0..<number % 40 { await Task.yield() }
                    sending.cancel()
                    let outcome = await sending.value
                    #expect(outcome == nil || outcome == .cancelled)
                }
            }
        }
    }
}

@Suite struct HTTPSTests {
    @Test func `a server that does not speak TLS is unreachable over https`() async {
        let server = SocketServer { $0.write(http("plain")) }
        defer { server.stop() }
        #expect(isUnreachable(await error(get("https://127.0.0.1:\(server.port)/"))))
    }
}
