import ArgumentParser
import CallbackNotifier
import DepositCore
import Foundation

struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check a callback's signature, as its receiver must.",
        discussion: """
            The body comes from standard input or --body, byte for byte as it was received; the headers from options; \
            the secrets or public keys, with spaces between them, from the environment variable DEPOSITWATCH_SECRET: \
            whsec_… for v1, whpk_… for v1a. Exit 0 when one signature holds, 65 when none does.
            """)

    @Option(help: "The header webhook-id.")
    var id: String

    @Option(help: "The header webhook-timestamp.")
    var timestamp: String

    @Option(help: "The header webhook-signature.")
    var signature: String

    @Option(help: "The file that holds the body; standard input without it.")
    var body: String?

    @Option(
        help:
            "How old the timestamp may be, in seconds. A saved request is older than the 300 a receiver allows."
    )
    var tolerance: Int64 = 300

    func run() async throws {
        try await reportingErrors {
            let keys = try VerificationKeys.ofEnvironment()
            let data = try bodyData(body)
            do throws(SignatureError) {
                try Signature.verify(
                    id: id, timestamp: timestamp, signature: signature, body: [UInt8](data),
                    secrets: keys.secrets, publicKeys: keys.publicKeys,
                    now: Timestamp(seconds: Int64(Date().timeIntervalSince1970)), tolerance: tolerance)
            } catch {
                throw Exit(code: .badData, message: "the signature does not hold: \(error)")
            }
            say("the signature holds")
        }
    }
}
