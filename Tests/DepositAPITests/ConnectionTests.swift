import DepositCore
import DepositTestKit
import Foundation
import Logging
import ServiceLifecycle
import Testing

@testable import DepositAPI
@testable import DepositStore

/// Clients that connect and say nothing, or go without a word, on real sockets.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ConnectionTests {
    private struct Stage {
        let world: World
        let group: ServiceGroup
        let port: Int
    }

    private func served<Seen: Sendable>(
        _ change: (inout APILimits) -> Void = { _ in }, _ act: (Stage) async throws -> Seen
    ) async throws -> Seen {
        var limits = APILimits()
        change(&limits)
        let world = try await World(limits: limits)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [world.server], logger: Logger(label: "test")))
        async let running: Void = group.run()
        let port = try #require(await world.ports.first { _ in true })
        let seen = try await act(Stage(world: world, group: group, port: port))
        await group.triggerGracefulShutdown()
        try await running
        return seen
    }

    /// What a client does, on a thread of its own, for it waits.
    private func client<Seen: Sendable>(_ act: @escaping @Sendable () -> Seen) async -> Seen {
        await withCheckedContinuation { continuation in
            Thread { continuation.resume(returning: act()) }.start()
        }
    }

    /// Handed from one thread to the next, and used by one at a time.
    private struct Passed: @unchecked Sendable {
        let connections: [SocketConnection]
    }

    private static let healthy = "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"
    private static let poll =
        "GET /v1/events?wait=30 HTTP/1.1\r\nHost: localhost\r\n"
        + "Authorization: Bearer \(World.tokens[.read] ?? "")\r\n\r\n"

    private static func isServed(_ connection: SocketConnection) -> Bool {
        connection.write(healthy) && connection.heard()?.hasPrefix("HTTP/1.1 200") == true
    }

    @Test func `the connection that has been silent the longest gives way to one more than there may be`()
        async throws
    {
        let seen = try await served({ $0.connections = 8 }) { stage in
            await client { [port = stage.port] in
                let silent = SocketConnection(port: port)
                // Six of one address: three quarters of all.
                let open = (0..<5).compactMap { _ in SocketConnection(port: port) }
                let areServed = open.allSatisfy(Self.isServed)
                guard let silent, let late = SocketConnection(port: port) else { return ["no connection"] }
                let isServed = Self.isServed(late)
                let isClosed = silent.hears(within: 10_000) && silent.heard() == nil
                let areStillServed = open.allSatisfy {
                    $0.write(Self.healthy) && $0.hears(within: 10_000)
                }
                for connection in open + [silent, late] { connection.close() }
                return ["\(areServed)", "\(isServed)", "\(isClosed)", "\(areStillServed)"]
            }
        }
        #expect(seen == ["true", "true", "true", "true"])
    }

    @Test func `a health check is answered at once among hundreds of connections that say nothing`()
        async throws
    {
        let took = try await served({ $0.connections = 64 }) { stage in
            await client { [port = stage.port] in
                let idle = (0..<300).compactMap { _ in SocketConnection(port: port) }
                defer { for connection in idle { connection.close() } }
                let start = ContinuousClock.now
                guard let check = SocketConnection(port: port), Self.isServed(check) else {
                    return Duration.seconds(999)
                }
                check.close()
                return ContinuousClock.now - start
            }
        }
        // Beside all other suites; the real daemon answers within a second, which `test_open_files.py` asserts.
        #expect(took < .seconds(5))
    }

    @Test func `long polls with a token are not shown out by connections without one`() async throws {
        let text = try await served({ $0.connections = 16 }) { stage in
            let waiting = try #require(SocketConnection(port: stage.port))
            waiting.write(Self.poll)
            while stage.world.server.bell.listeners == 0 { await Task.yield() }
            let idle = await client { [port = stage.port] in
                let idle = (0..<100).compactMap { _ in SocketConnection(port: port) }
                for connection in idle { connection.close() }
                return idle.count
            }
            #expect(idle == 100)
            try await stage.world.mine(1, [World.transfer("tx-1")])
            defer { waiting.close() }
            return waiting.heard() ?? "nothing"
        }
        #expect(text.hasPrefix("HTTP/1.1 200"))
        #expect(text.contains("deposit.detected"))
    }

    @Test func `so many calls at work leave room for a newcomer, and the next one is told to wait`()
        async throws
    {
        let seen = try await served({ $0.connections = 8 }) { stage in
            let polls = (0..<6).compactMap { _ in SocketConnection(port: stage.port) }
            // Of six connections of one address five may be at work.
            for poll in polls.prefix(5) { poll.write(Self.poll) }
            while stage.world.server.bell.listeners < 5 { await Task.yield() }
            return await client { [port = stage.port, passed = Passed(connections: polls)] in
                let polls = passed.connections
                guard let sixth = polls.last, sixth.write(Self.poll) else { return ["no connection"] }
                let answer = sixth.heard() ?? ""
                guard let check = SocketConnection(port: port) else { return ["no connection"] }
                let isServed = Self.isServed(check)
                for connection in polls + [check] { connection.close() }
                return [String(answer.prefix(12)), "\(answer.contains("too-many-calls"))", "\(isServed)"]
            }
        }
        #expect(seen == ["HTTP/1.1 503", "true", "true"])
    }

    @Test(arguments: [false, true])
    func `a long poll ends when its client has gone`(withReset: Bool) async throws {
        try await served { stage in
            let connection = try #require(SocketConnection(port: stage.port))
            connection.write(Self.poll)
            while stage.world.server.bell.listeners == 0 { await Task.yield() }
            if withReset { connection.reset() }
            connection.close()
            let start = ContinuousClock.now
            while stage.world.server.bell.listeners > 0 || stage.world.server.reception.count > 0 {
                await Task.yield()
            }
            // By itself it would end after thirty seconds.
            #expect(ContinuousClock.now - start < .seconds(15))
        }
    }

    @Test func `a client that takes nothing of its answers is shown out`() async throws {
        try await served({ $0.idleSeconds = 1 }) { stage in
            let connection = try #require(SocketConnection(port: stage.port))
            let request = "GET /openapi.yaml HTTP/1.1\r\nHost: localhost\r\n\r\n"
            await client { [passed = Passed(connections: [connection])] in
                for connection in passed.connections {
                    connection.write(String(repeating: request, count: 2_000))
                }
            }
            while stage.world.server.reception.count > 0 { await Task.yield() }
            connection.close()
        }
    }
}
