import CallbackNotifier
import DepositTestKit
import Foundation
import Synchronization
import Testing

/// The example of the article "Testing your backend", which holds it word for word.
@Suite(.timeLimit(.minutes(5))) struct ExampleTests {
    // example begins
    /// Your backend: it credits what it is told to credit, and takes back what it is told to take back.
    final class Ledger: Sendable {
        private let credited = Mutex<Set<String>>([])

        func take(_ callback: RecordingReceiver.Received) -> RecordingReceiver.Answer {
            guard let event = try? JSONSerialization.jsonObject(with: Data(callback.body.utf8)),
                let event = event as? [String: Any], let data = event["data"] as? [String: Any],
                let deposit = data["id"] as? String
            else { return 400 }
            switch event["type"] as? String {
            case "deposit.confirmed": credited.withLock { _ = $0.insert(deposit) }
            case "deposit.reversed": credited.withLock { _ = $0.remove(deposit) }
            default: break
            }
            return 204
        }

        var count: Int { credited.withLock { $0.count } }
    }

    @Test func `a deposit is credited once, and taken back when it leaves the chain`() async throws {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        let ledger = Ledger()
        let backend = RecordingReceiver(secrets: [try Secret(secret)], answer: { ledger.take($0) })
        let chain = try TestChain(.evm)
        let alice = try chain.address(1)
        try await backend.serving { url in
            let daemon = try await TestDaemon(chain, watching: [alice], callback: url, secret: secret)
            try await daemon.running {
                try chain.mine(.init("order-17", to: alice, amount: 5_000))
                try await daemon.catchUp()
                #expect(ledger.count == 0)
                try chain.mine(count: 2)
                // The backend fails twice, and is told again.
                backend.behave(.status(503), .reset)
                try await daemon.catchUp()
                #expect(ledger.count == 1)
                // Three blocks leave the chain; four without the payment take their place.
                try chain.undo(3)
                try chain.mine(count: 4)
                try await daemon.catchUp()
                #expect(ledger.count == 0)
            }
        }
    }
    // example ends

    @Test func `the article holds the example word for word`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let article = try String(
            contentsOf: root.appending(
                path: "Sources/depositwatch/Documentation.docc/TestingYourBackend.md"), encoding: .utf8)
        let source = try String(contentsOf: URL(filePath: #filePath), encoding: .utf8)
        let begin = try #require(source.range(of: "    // example begins\n"))
        let end = try #require(source.range(of: "\n    // example ends"))
        let example = source[begin.upperBound..<end.lowerBound].split(
            separator: "\n", omittingEmptySubsequences: false
        ).map { $0.hasPrefix("    ") ? $0.dropFirst(4) : $0 }
        #expect(article.contains(example.joined(separator: "\n")))
    }
}
