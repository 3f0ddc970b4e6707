import HTTPTypes
import Hummingbird
import HummingbirdCore
import Testing

@testable import DepositAPI

struct LimitTests {
    @Test(arguments: [
        (HTTPRequest.Method.put, "/v1/addresses", 4 << 20), (.post, "/v1/chains/alpha/resume", 1 << 20),
        (.get, "/livez", 1 << 20),
    ])
    func `a body above the limit is refused unread`(method: HTTPRequest.Method, path: String, limit: Int)
        async throws
    {
        let world = try await World()
        let body = String(repeating: " ", count: limit + 1)
        let told = try await world.call(method, path, body: body, headers: [.contentLength: "\(limit + 1)"])
        #expect(told.status == 413)
        let untold = try await world.call(method, path, body: body)
        #expect(untold.status == 413)
        #expect(untold.detail.contains("\(limit) bytes"))
    }

    @Test func `a body that never ends is given up`() async throws {
        let world = try await World()
        var door = world.server.door
        door.bodyDeadline = .milliseconds(1)
        let (body, source) = RequestBody.makeStream()
        let request = Request(
            head: HTTPRequest(method: .get, scheme: "http", authority: "localhost", path: "/livez"),
            body: body)
        let route = try #require(Route.all.first { $0.path == "/livez" })
        let response = await door.serve(route, request, [:])
        #expect(response.status.code == 408)
        source.finish()
    }

    @Test func `an unknown path is a problem that says where the calls are listed`() async throws {
        let world = try await World()
        let answer = try await world.call(.get, "/v2/addresses", as: nil)
        #expect(answer.status == 404)
        #expect(answer.problem == "not-found")
        #expect(answer.detail.contains("/openapi.yaml"))
    }

    @Test func `a wrong method is a problem that names the right ones`() async throws {
        let world = try await World()
        let answer = try await world.call(.post, "/v1/addresses/alpha/a-one")
        #expect(answer.status == 405)
        #expect(answer.headers[.allow] == "GET, DELETE")
        #expect(answer.problem == "method-not-allowed")
    }

    @Test func `an answer has no place for a browser to guess its type or keep it`() async throws {
        let world = try await World()
        let answer = try await world.call(.get, "/v1/chains")
        #expect(answer.headers[.xContentTypeOptions] == "nosniff")
        #expect(answer.headers[.cacheControl] == "no-store")
    }

    @Test func `G11: a client's text is quoted on one line and not endlessly`() {
        #expect(quoted("a\nb\u{202e}c") == "\"a\u{fffd}b\u{fffd}c\"")
        #expect(quoted(String(repeating: "x", count: 5_000)).count == 103)
    }
}
