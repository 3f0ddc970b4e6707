internal import DepositTestKit
@testable internal import NodeRPC
internal import Synchronization
internal import Testing

@Suite struct DepartureTests {
    private let client = HTTPClient()
    private let asked = Counted()

    private final class Counted: Sendable {
        private let count = Mutex(0)
        var value: Int { count.withLock { $0 } }
        func add() { count.withLock { $0 += 1 } }
    }

    private func server() -> SocketServer {
        SocketServer { [asked] connection in
            while connection.request() != nil {
                asked.add()
                connection.write(http("yes"))
            }
        }
    }

    /// Sends so many requests on a departure, and returns once all of them are held.
    private func sending(
        _ count: Int, to server: SocketServer, on departure: Departure
    ) async -> [Task<HTTPError?, Never>] {
        let tasks = (0..<count).map { _ in
            Task { [client] () -> HTTPError? in
                do throws(HTTPError) {
                    _ = try await client.send(HTTPRequest(method: .post, url: server.url), on: departure)
                    return nil
                } catch {
                    return error
                }
            }
        }
        while departure.held < count { await Task.yield() }
        return tasks
    }

    @Test func `nothing is sent before it opens, and all of it then`() async throws {
        let server = server()
        defer { server.stop() }
        let departure = Departure(of: client)
        let requests = await sending(5, to: server, on: departure)
        // What is not held is answered, on a connection of its own: so the others would have been as well.
        _ = try await client.send(HTTPRequest(method: .get, url: server.url))
        #expect(asked.value == 1)
        departure.end(isOpen: true)
        for request in requests { #expect(await request.value == nil) }
        #expect(asked.value == 6)
        _ = try await client.send(HTTPRequest(method: .get, url: server.url), on: departure)
        #expect(asked.value == 7)
    }

    @Test func `what may not leave is cancelled, now and later`() async throws {
        let server = server()
        defer { server.stop() }
        let departure = Departure(of: client)
        let requests = await sending(5, to: server, on: departure)
        departure.end(isOpen: false)
        for request in requests { #expect(await request.value == .cancelled) }
        let late = HTTPRequest(method: .get, url: server.url)
        await #expect(throws: HTTPError.cancelled) { _ = try await client.send(late, on: departure) }
        #expect(asked.value == 0)
    }
}
