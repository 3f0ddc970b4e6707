import DepositCore
import Foundation
import NodeRPC
import Testing

@testable import CallbackNotifier

private let clock = ManualClock()
private let request = SignedRequest(
    id: "evt_1", timestamp: "1700000000", signature: "v1,abc", body: Array("{\"a\":\"\u{e9}\"}".utf8))

private func send(_ url: String, timeout: Int = 30) async throws -> SinkOutcome {
    await (try Endpoint(url)).sink(timeout: timeout, clock: clock).send(request)
}

@Suite(.timeLimit(.minutes(5))) struct HTTPSinkTests {
    @Test func `an http endpoint gets the headers and the exact bytes, and 2xx is yes`() async throws {
        for status in [200, 202, 204] {
            let server = try TinyServer("HTTP/1.1 \(status) Fine")
            let outcome = try await send(server.url + "/hooks?x=1")
            guard case .accepted(status, _) = outcome else {
                Issue.record("\(status) was not taken as yes: \(outcome)")
                continue
            }
            let asked = try #require(server.requests.first)
            #expect(asked.hasPrefix("POST /hooks?x=1 HTTP/1.1\r\n"))
            #expect(asked.hasSuffix("\r\n\r\n{\"a\":\"\u{e9}\"}"))
            for header in ["webhook-id: evt_1", "webhook-timestamp: 1700000000", "webhook-signature: v1,abc"]
            {
                #expect(asked.lowercased().contains("\r\n\(header)\r\n"))
            }
        }
    }

    @Test func `headers of the configuration come along, and what repeats their value does not show it`()
        async throws
    {
        let server = try TinyServer("HTTP/1.1 500 No", body: "you sent Bearer s3cret-of-ours")
        let headers = [
            NodeEndpoint.Header(name: "Authorization", value: "Bearer s3cret-of-ours"),
            NodeEndpoint.Header(name: "X-Tenant", value: "ok"),
        ]
        let sink = try Endpoint(server.url).sink(timeout: 30, clock: clock, headers: headers)
        let outcome = await sink.send(request)
        #expect(outcome == .refused(status: 500, excerpt: "you sent …", retryAfter: nil))
        let asked = try #require(server.requests.first)
        #expect(asked.contains("\r\nAuthorization: Bearer s3cret-of-ours\r\nX-Tenant: ok\r\n"))
        #expect(asked.lowercased().contains("\r\nwebhook-id: evt_1\r\n"))
    }

    @Test func `a key in the URL's query does not show in what repeats it`() async throws {
        let server = try TinyServer("HTTP/1.1 422 No", body: "POST /hooks?v=2&key=s3cret-of-ours HTTP/1.1")
        let outcome = try await send(server.url + "/hooks?v=2&key=s3cret-of-ours")
        #expect(outcome == .refused(status: 422, excerpt: "POST /hooks?v=2&key=… HTTP/1.1", retryAfter: nil))
    }

    @Test(arguments: [301, 302, 303, 307, 308]) func `a redirect is a failure and is not followed`(
        _ status: Int
    ) async throws {
        let server = try TinyServer("HTTP/1.1 \(status) There\r\nlocation: /elsewhere")
        #expect(try await send(server.url) == .refused(status: status, excerpt: "ok", retryAfter: nil))
        #expect(server.requests.count == 1)
    }

    @Test(arguments: [400, 410, 429, 500, 503])
    func `any other status is a failure, with the pause asked for`(
        _ status: Int
    ) async throws {
        let server = try TinyServer("HTTP/1.1 \(status) No\r\nretry-after: 120")
        #expect(try await send(server.url) == .refused(status: status, excerpt: "ok", retryAfter: 120))
    }

    @Test func `an endpoint on a unix socket is reached`() async throws {
        let socket = NSTemporaryDirectory() + "\(UUID().uuidString.prefix(8))-x.sock"
        defer { unlink(socket) }
        let server = try TinyServer("HTTP/1.1 200 OK", unix: socket)
        #expect(try await send("http+unix://\(socket)/credit") == .accepted(status: 200, excerpt: "ok"))
        #expect(server.requests.first?.hasPrefix("POST /credit HTTP/1.1\r\n") == true)
    }

    @Test func `where nobody listens the attempt fails`() async throws {
        guard case .failed = try await send("http+unix:///nonexistent/x.sock/") else {
            Issue.record("an answer came from nowhere")
            return
        }
    }
}

/// One after the other: a script that is being written while another test starts a program cannot be run (ETXTBSY).
@Suite(.serialized, .timeLimit(.minutes(5))) final class ExecSinkTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "exec-\(UUID())")

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    private func script(_ text: String) throws -> String {
        let path = folder.appending(path: "credit-\(UUID())").path
        try ("#!/bin/sh\n" + text).write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        return path
    }

    @Test
    func `a program gets the event on its input, the headers in its environment, and nothing else of ours`()
        async throws
    {
        let kept = folder.appending(path: "kept").path
        let program = try script(
            """
            cat > \(kept)
            echo $WEBHOOK_ID $WEBHOOK_TIMESTAMP $WEBHOOK_SIGNATURE
            echo $(env | cut -d= -f1)
            """)
        let outcome = try await send("exec:\(program)")
        guard case .accepted(0, let output) = outcome else {
            Issue.record("exit 0 was not taken as yes: \(outcome)")
            return
        }
        #expect(FileManager.default.contents(atPath: kept).map { [UInt8]($0) } == request.body)
        #expect(output.hasPrefix("evt_1 1700000000 v1,abc\n"))
        let names = output.split(separator: "\n")[1].split(separator: " ").map(String.init)
        #expect(
            Set(names).subtracting(["PWD", "OLDPWD", "SHLVL", "_"])
                == ["PATH", "WEBHOOK_ID", "WEBHOOK_SIGNATURE", "WEBHOOK_TIMESTAMP"])
    }

    @Test func `a program that exits otherwise has not taken the event`() async throws {
        let failing = try script("echo it broke >&2\nexit 3\n")
        #expect(
            try await send("exec:\(failing)") == .refused(status: 3, excerpt: "it broke\n", retryAfter: nil))
        let deaf = try script("exec true\n")
        #expect(try await send("exec:\(deaf)") == .accepted(status: 0, excerpt: ""))
        let killed = try script("kill -9 $$\n")
        #expect(try await send("exec:\(killed)") == .failed("\(killed) was killed by signal 9"))
        guard case .failed(let why) = try await send("exec:/nonexistent/credit") else {
            Issue.record("a program that is not there has run")
            return
        }
        #expect(why.contains("No such file"))
    }

    @Test func `a program that takes too long is killed with all it has started`() async throws {
        let started = folder.appending(path: "started").path
        let slow = try script("sleep 600 &\necho $! > \(started)\nsleep 600\n")
        #expect(
            try await send("exec:\(slow)", timeout: 1)
                == .failed("\(slow) took longer than 1 s and was killed"))
        let child = try String(contentsOfFile: started, encoding: .utf8).split(separator: "\n")[0]
        try await eventually {
            let state = try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8)
            return state == nil || state?.contains(") Z") == true
        }
    }

    @Test func `a program that says much does not hang and its first KiB is kept`() async throws {
        let loud = try script("yes | head -c 1000000\n")
        let outcome = try await send("exec:\(loud)")
        guard case .accepted(0, let output) = outcome else {
            Issue.record("a loud program was not taken as yes: \(outcome)")
            return
        }
        #expect(output.utf8.count == 1_024)
    }
}
