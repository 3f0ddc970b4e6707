import CallbackNotifier
import DepositStore
import DepositTestKit
import Foundation

extension Store {
    /// Waits until every delivery that was taken is marked so.
    func marked() async throws {
        let filter = DeliveryFilter(status: .waiting)
        while try await !deliveries(filter, after: nil, limit: 1).items.isEmpty {
            try await Task.sleep(for: .milliseconds(1))
        }
    }
}

/// The other side of the callbacks: verifies each signature, and says yes.
struct BenchReceiver {
    static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    let folder: BenchFolder
    /// Told the port once requests are taken.
    let listening: @Sendable (Int) async -> Void

    /// A notifier that brings it all events of a store, over as many connections as the yardstick has.
    static func notifier(_ store: Store, port: Int, _ answers: CountedAnswers) async throws -> Notifier {
        var callback = Callback(
            name: "receiver", endpoint: try Endpoint("http://127.0.0.1:\(port)/"),
            secrets: [try Secret(secret)])
        callback.concurrency = 32
        return try await Notifier([callback], store: store) {
            CountingSink(sink: $0.sink(clock: WallClock()), answers: answers)
        }
    }

    func run() async throws {
        try BenchDrain.sample.write(toFile: folder.path("event"), atomically: true, encoding: .utf8)
        let secret = try Secret(Self.secret)
        try await RecordingReceiver(secrets: [secret], listening: listening).run()
    }
}
