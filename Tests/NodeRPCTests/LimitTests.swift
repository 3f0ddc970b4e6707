internal import DepositTestKit
internal import Foundation
@testable internal import NodeRPC
internal import Testing

/// A node cannot cost us more memory or time than the limits say, and its error names it and the limit.
@Suite(.serialized, .timeLimit(.minutes(3))) struct LimitTests {
    /// Words of the error, and how many MiB the process may grow to: a careful client's own, the body, or a dozen times
    /// the body where it is JSON to its end.
    private static let outcomes: [HostileAnswer: (words: String, mebibytes: Int)] = [
        .endlessBody: ("more than 67108864 bytes", 160),
        .announcedBody: ("more than 67108864 bytes", 160),
        .gzipBomb: ("malformed data", 80),
        .manyHeaders: ("more than 65536 bytes of headers", 80),
        .longHeader: ("cannot be reached", 80),
        .deepJSON: ("nested more than 64 deep", 80),
        .hugeString: ("eth_chainId: no quantity", 240),
        .hugeBatch: ("two answers to one call", 650),
        .manyNumbers: ("unanswered", 1_100),
    ]

    /// A sanitizer keeps several bytes of its own for each of ours.
    private static let share =
        ProcessInfo.processInfo.environment["DEPOSITWATCH_SANITIZER"] == nil ? 1 : 8

    @Test(arguments: HostileAnswer.allCases)
    func `G6: an answer without measure ends in an error and in bounded memory`(answer: HostileAnswer) throws
    {
        let server = answer.server()
        defer { server.stop() }
        let run = try CheckedDaemon(node: server.url)
        let (words, mebibytes) = try #require(Self.outcomes[answer])
        #expect(run.exitCode == 69)
        #expect(run.output.contains("node     127.0.0.1:\(server.port): "))
        #expect(run.output.contains(words), "\(run.output)")
        #expect(run.peakMebibytes < mebibytes * Self.share, "\(run.peakMebibytes) MiB")
    }

    @Test func `a node that gives a byte a second is given up, by the limit that is set`() async throws {
        let server = SocketServer { connection in
            guard connection.request() != nil else { return }
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            while connection.write("x") { _ = poll(nil, 0, 100) }
        }
        defer { server.stop() }
        var request = HTTPRequest(method: .get, url: server.url)
        request.limits.stallSeconds = 1
        let error = await #expect(throws: HTTPError.self) { try await HTTPClient.shared.send(request) }
        #expect(error?.description.contains("the answer came at less than 1024 bytes/s for 1 s") == true)
        request.limits.stallBytesPerSecond = 1
        request.limits.totalSeconds = 2
        let late = await #expect(throws: HTTPError.self) { try await HTTPClient.shared.send(request) }
        #expect(
            late?.description.contains("2 s were over after ") == true, "\(String(describing: late))")
    }

    /// A busy node computes for as long as it needs, and writes then: libcurl calls both of them slow.
    @Test(arguments: [false, true])
    func `a node that thinks before its first byte is not slow`(hasHeaders: Bool) async throws {
        let server = SocketServer { connection in
            guard connection.request() != nil else { return }
            let head = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
            if hasHeaders { connection.write(head) }
            _ = poll(nil, 0, 2_500)
            connection.write(hasHeaders ? "{}" : head + "{}")
        }
        defer { server.stop() }
        var request = HTTPRequest(method: .get, url: server.url)
        request.limits.stallSeconds = 1
        #expect(try await HTTPClient.shared.send(request).body.count == 2)
        request.limits.totalSeconds = 1
        let late = await #expect(throws: HTTPError.self) { try await HTTPClient.shared.send(request) }
        #expect(late == .timedOut("no answer in 1 s"))
    }

    @Test func `a node that is given more time may pause longer within its answer`() throws {
        let endpoint = try NodeEndpoint("http://127.0.0.1:8545", timeout: 120)
        #expect(endpoint.limits.totalSeconds == 120 && endpoint.limits.stallSeconds == 40)
        #expect(Node(endpoint).patience == 120)
        #expect(try NodeEndpoint("http://127.0.0.1:8545", timeout: 3).limits.connectSeconds == 3)
    }

    @Test func `the limits of a node are those that are promised`() {
        let limits = HTTPLimits()
        #expect(limits.bodyBytes == 64 << 20 && limits.headerBytes == 64 << 10)
        #expect(limits.connectSeconds == 5 && limits.totalSeconds == 30)
        #expect(limits.stallBytesPerSecond == 1_024 && limits.stallSeconds == 10)
        #expect(JSONDepth.answer == 64 && JSON.longestString == 8 << 20)
    }

    @Test func `a text longer than its limit is not copied out of its document, and is still read in place`()
        throws
    {
        for (extra, isCopied) in [(0, true), (1, false)] {
            let text = "\"" + String(repeating: "x", count: JSON.longestString + extra) + "\""
            try withJSON(Array(text.utf8)) { json in
                #expect((json.string != nil) == isCopied)
                #expect(json.bytes?.count == JSON.longestString + extra)
                #expect(json.text.utf8.count == text.utf8.count)
            }
        }
    }

    @Test func `the memory that one huge answer took is not kept`() {
        let pool = ParserPool()
        let parser = pool.borrow(depth: 64)
        let body = ResponseBody([UInt8](repeating: 0x20, count: 17 << 20) + [0x31])
        _ = withExtendedLifetime(body) { try? parser.parse(body.bytes) }
        pool.giveBack([parser])
        #expect(pool.borrow(depth: 64) !== parser)
        let small = pool.borrow(depth: 64)
        pool.giveBack([small])
        #expect(pool.borrow(depth: 64) === small)
    }
}
