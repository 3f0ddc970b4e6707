internal import DepositTestKit
@testable internal import NodeRPC
internal import Testing

/// A request of a bounded reach, over real sockets.
@Suite struct ReachTests {
    private let client = HTTPClient()
    private let cure = "ask the operator"

    private func send(_ url: String, _ reach: Reach?) async -> Result<Int, HTTPError> {
        var request = HTTPRequest(method: .post, url: url, body: [1])
        request.route.reach = reach
        do throws(HTTPError) { return .success(try await client.send(request).status) } catch {
            return .failure(error)
        }
    }

    private func networks(_ texts: String...) throws -> [IPNetwork] {
        try texts.map { try #require(IPNetwork($0)) }
    }

    @Test(arguments: [
        "127.0.0.1", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "localhost", "[::ffff:127.0.0.1]",
        "0",
    ]) func `however this machine is written, nothing of it is reached from the public reach`(host: String)
        async
    {
        let server = SocketServer(answering: http("hello"))
        defer { server.stop() }
        let outcome = await send("http://\(host):\(server.port)/", .publicInternet(besides: [], cure: cure))
        guard case .failure(.unreachable(let why)) = outcome else {
            Issue.record("\(host) was answered: \(outcome)")
            return
        }
        #expect(why.hasPrefix("not connected to "), "\(why)")
        #expect(why.hasSuffix("; ask the operator"), "\(why)")
        #expect(server.connections == 0)
    }

    @Test func `a network that is allowed is reached, and the one beside it is not`() async throws {
        let server = SocketServer(answering: http("hello"))
        defer { server.stop() }
        let near = try networks("127.0.0.0/30")
        #expect(await send(server.url, .networks(near, cure: cure)) == .success(200))
        #expect(await send(server.url, .publicInternet(besides: near, cure: cure)) == .success(200))
        #expect(await send(server.url, .aroundHere(cure: cure)) == .success(200))
        let far = try networks("127.0.0.4/30", "fd00::/8")
        let why = "not connected to 127.0.0.1, which is loopback (127.0.0.0/8); ask the operator"
        #expect(await send(server.url, .networks(far, cure: cure)) == .failure(.unreachable(why)))
    }

    @Test func `an open connection of a wider reach is not used by a narrower one`() async throws {
        let (lines, line) = AsyncStream.makeStream(of: String.self)
        let server = SocketServer { connection in
            while let request = connection.request() {
                line.yield(request.line)
                connection.write(http("hello"))
            }
        }
        defer { server.stop() }
        #expect(await send(server.url + "/wide", nil) == .success(200))
        guard
            case .failure(.unreachable(let why)) = await send(
                server.url + "/narrow", .publicInternet(besides: [], cure: cure))
        else {
            Issue.record("the open connection was used")
            return
        }
        #expect(why == "not connected to 127.0.0.1, which is loopback (127.0.0.0/8); ask the operator")
        line.finish()
        #expect(await lines.reduce(into: []) { $0.append($1) } == ["POST /wide HTTP/1.1"])
    }

    @Test func `what is reached and does not answer is not called out of reach`() async throws {
        let server = SocketServer { _ in }
        defer { server.stop() }
        guard case .failure(let error) = await send(server.url, .aroundHere(cure: cure)) else {
            Issue.record("an answer came from nowhere")
            return
        }
        #expect(!error.description.contains("not connected to"), "\(error)")
    }

    @Test func `plain http around here reaches no public address`() throws {
        let reach = Reach.aroundHere(cure: cure)
        #expect(
            reach.refusal(of: try #require(IPAddress("93.184.216.34")))
                == "not connected to 93.184.216.34, which is a public address; ask the operator")
        #expect(reach.refusal(of: try #require(IPAddress("10.0.0.1"))) == nil)
    }
}
