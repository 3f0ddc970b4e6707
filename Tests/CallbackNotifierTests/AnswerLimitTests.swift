import DepositTestKit
import Foundation
import Testing

@testable import CallbackNotifier

/// A receiver cannot cost us more memory or time than its limits say.
@Suite(.serialized, .timeLimit(.minutes(5))) struct AnswerLimitTests {
    private static let request = SignedRequest(
        id: "evt_1", timestamp: "1700000000", signature: "v1,abc", body: Array("{}".utf8))

    private func send(to server: SocketServer, timeout: Int) async throws -> SinkOutcome {
        await (try Endpoint(server.url)).sink(timeout: timeout, clock: ManualClock()).send(Self.request)
    }

    @Test(arguments: HostileAnswer.allCases)
    func `an answer without measure is cut short`(answer: HostileAnswer) async throws {
        let server = answer.server()
        defer { server.stop() }
        switch try await send(to: server, timeout: 15) {
        case .accepted(let status, let excerpt):
            // Short enough to be a yes, and of it the first KiB is kept.
            #expect(status == 200 && [.gzipBomb, .deepJSON].contains(answer))
            #expect(excerpt.unicodeScalars.count <= 1_024)
        case .failed(let why):
            let isOfHeaders = [.manyHeaders, .longHeader].contains(answer)
            #expect(isOfHeaders || why == "the answer is longer than 1048576 bytes")
            #expect(![.gzipBomb, .deepJSON].contains(answer))
        case let outcome: Issue.record("\(answer): \(outcome)")
        }
    }

    @Test func `an answer that comes a byte at a time is given up in time`() async throws {
        let server = SocketServer { connection in
            guard connection.request() != nil else { return }
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            while connection.write("x"), !connection.hears(within: 100) {}
        }
        defer { server.stop() }
        guard case .failed(let why) = try await send(to: server, timeout: 1) else {
            Issue.record("an answer of 1000 seconds was waited for")
            return
        }
        #expect(why.contains("1 s were over after"))
    }
}
