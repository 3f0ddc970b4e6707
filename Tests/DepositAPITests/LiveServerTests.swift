import DepositCore
import HTTPTypes
import Logging
import NodeRPC
import ServiceLifecycle
import Testing

@testable import DepositAPI
@testable import DepositStore

/// The server on a real socket.
struct LiveServerTests {
    @Test func `it serves, wakes a long poll on a commit, and lets one go when it is told to stop`()
        async throws
    {
        let world = try await World()
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [world.server], logger: Logger(label: "test")))
        async let running: Void = group.run()
        let port = try #require(await world.ports.first { _ in true })

        #expect(try await Self.get("/livez", port).status == 200)
        #expect(try await Self.get("/v1/chains", port, token: nil).status == 401)

        async let first = Self.get("/v1/events?wait=30", port)
        while world.server.bell.listeners == 0 { await Task.yield() }
        let change = try await world.mine(1, [World.transfer("tx-1")])
        let woken = try await first
        #expect(woken.items.compactMap { $0["id"] as? String } == change.events.map(\.id.text))

        let cursor = try #require(woken.next)
        async let last = Self.get("/v1/events?wait=30&after=\(cursor)", port)
        while world.server.bell.listeners == 0 { await Task.yield() }
        await group.triggerGracefulShutdown()
        #expect(try await last.items.isEmpty)
        try await running
    }

    @Test func `it goes on saying that it is not ready when the store has failed`() async throws {
        let world = try await World()
        let running = Task { try await world.server.run() }
        let port = try #require(await world.ports.first { _ in true })
        world.store.trouble.note(.diskFull(file: "deposits.db"))
        for _ in 0..<2 { #expect(try await Self.get("/readyz", port, token: nil).status == 503) }
        running.cancel()
        try? await running.value
    }

    private static func get(
        _ path: String, _ port: Int, token: String? = World.tokens[.read]
    ) async throws -> Answer {
        // A long poll is silent for as long as it waits.
        var limits = HTTPLimits()
        (limits.totalSeconds, limits.stallSeconds) = (120, 120)
        let response = try await HTTPClient.shared.send(
            HTTPRequest(
                method: .get, url: "http://127.0.0.1:\(port)\(path)",
                headers: token.map { [("Authorization", "Bearer \($0)")] } ?? [], limits: limits))
        return Answer(status: response.status, headers: [:], text: response.body.excerpt(response.body.count))
    }
}
