import DepositTestKit
import Foundation
import Logging
import ServiceLifecycle
import Testing

@testable import DepositAPI

/// Clients that want more of the API than their share, on real sockets.
@Suite(.serialized, .timeLimit(.minutes(2))) struct SocketLimitTests {
    /// A server with these limits, and what a client does to it, on a thread of its own, for it waits.
    private func client<Seen: Sendable>(
        _ change: (inout APILimits) -> Void = { _ in },
        _ act: @escaping @Sendable (Int) -> Seen
    ) async throws -> Seen {
        var limits = APILimits()
        change(&limits)
        let world = try await World(limits: limits)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [world.server], logger: Logger(label: "test")))
        async let running: Void = group.run()
        let port = try #require(await world.ports.first { _ in true })
        let seen = await withCheckedContinuation { continuation in
            Thread { continuation.resume(returning: act(port)) }.start()
        }
        await group.triggerGracefulShutdown()
        try await running
        return seen
    }

    private static let authorization = "Authorization: Bearer \(World.tokens[.admin] ?? "")\r\n"

    /// The first line that the server answers to these bytes; empty where it closes without a word.
    private static func answer(to bytes: String, at port: Int) -> String {
        guard let connection = SocketConnection(port: port) else { return "no connection" }
        defer { connection.close() }
        connection.write(bytes)
        return (connection.heard() ?? "").split(separator: "\r\n").first.map(String.init) ?? ""
    }

    private static let healthy = "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"

    @Test(arguments: [
        "X-Long: " + String(repeating: "x", count: 17 << 10) + "\r\n",
        String(repeating: "X-Many: 1\r\n", count: 200),
    ])
    func `headers beyond their limits are refused, and the next client is served`(headers: String)
        async throws
    {
        let request = "GET /livez HTTP/1.1\r\nHost: localhost\r\n\(headers)\r\n"
        let answers = try await client { port in
            [Self.answer(to: request, at: port), Self.answer(to: Self.healthy, at: port)]
        }
        #expect(answers[0].hasPrefix("HTTP/1.1 4") || answers[0].isEmpty, "\(answers[0])")
        #expect(answers[1] == "HTTP/1.1 200 OK")
    }

    @Test func `headers without end are refused long before a million`() async throws {
        let isRefused = try await client { port in
            guard let connection = SocketConnection(port: port) else { return false }
            defer { connection.close() }
            connection.write("GET /livez HTTP/1.1\r\nHost: localhost\r\n")
            let thousand = String(repeating: "X-Padding: 1\r\n", count: 1_000)
            // Refused while they come, or once they have: the server may be slower than the client.
            return (0..<20).contains { _ in !connection.write(thousand) } || connection.hears(within: 60_000)
        }
        #expect(isRefused)
    }

    @Test func `a body that is announced too large is refused before it comes`() async throws {
        let answer = try await client { port in
            Self.answer(
                to:
                    "PUT /v1/addresses HTTP/1.1\r\nHost: localhost\r\n\(Self.authorization)Content-Length: 1073741824\r\n\r\n",
                at: port)
        }
        #expect(answer.hasPrefix("HTTP/1.1 413"))
    }

    @Test func `JSON that is nested without end is a bad body`() async throws {
        let deep = "{\"chain\":\"alpha\",\"addresses\":" + String(repeating: "[", count: 100_000)
        let answer = try await client { port in
            Self.answer(
                to: "PUT /v1/addresses HTTP/1.1\r\nHost: localhost\r\n\(Self.authorization)"
                    + "Content-Length: \(deep.utf8.count)\r\n\r\n\(deep)", at: port)
        }
        #expect(answer.hasPrefix("HTTP/1.1 4"), "\(answer)")
    }

    @Test func `a body that comes a byte at a time is given up`() async throws {
        let answer = try await client({ $0.bodySeconds = 1 }) { port in
            guard let connection = SocketConnection(port: port) else { return "no connection" }
            defer { connection.close() }
            connection.write(
                "PUT /v1/addresses HTTP/1.1\r\nHost: localhost\r\n\(Self.authorization)Content-Length: 1000\r\n\r\n"
            )
            for _ in 0..<50 where !connection.hears(within: 100) { connection.write(" ") }
            return connection.hears(within: 0) ? connection.heard() ?? "" : "nothing"
        }
        #expect(answer.hasPrefix("HTTP/1.1 408"), "\(answer.prefix(80))")
    }

    @Test func `a request whose headers come a byte at a time is given up`() async throws {
        let isClosed = try await client({ $0.idleSeconds = 1 }) { port in
            guard let connection = SocketConnection(port: port) else { return false }
            defer { connection.close() }
            connection.write("GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
            return (0..<100).contains { _ in !connection.write("x") || connection.hears(within: 100) }
        }
        #expect(isClosed)
    }
}
