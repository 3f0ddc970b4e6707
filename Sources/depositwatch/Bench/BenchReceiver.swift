import CallbackNotifier
import DepositEngine
import DepositTestKit
import Foundation
import ServiceLifecycle

/// The other side of a drain: verifies each signature, and says yes.
struct BenchReceiver {
    static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    let folder: BenchFolder
    /// Told the port once requests are taken.
    let listening: @Sendable (Int) async -> Void

    func run() async throws {
        BenchChild.endWithParent()
        try BenchDrain.sample.write(toFile: folder.path("event"), atomically: true, encoding: .utf8)
        let secret = try Secret(Self.secret)
        try await RecordingReceiver(secrets: [secret], listening: listening).run()
    }
}
