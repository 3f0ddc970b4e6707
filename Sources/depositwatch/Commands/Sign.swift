import ArgumentParser
import CallbackNotifier
import DepositCore
import Foundation

struct Sign: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Sign a body as the daemon would: to try out a receiver.",
        discussion: """
            The body comes from standard input or --body; the secrets, with spaces between them, from the environment \
            variable DEPOSITWATCH_SECRET: whsec_… or whsk_…. Prints the three headers as JSON.
            """)

    @Option(help: "The header webhook-id.")
    var id: String

    @Option(help: "The header webhook-timestamp; now without it.")
    var timestamp: Int64?

    @Option(help: "The file that holds the body; standard input without it.")
    var body: String?

    @Flag(help: "Every line is a body of its own; what is printed has a line for each.")
    var lines = false

    func run() async throws {
        try await reportingErrors {
            let keys = try VerificationKeys.ofEnvironment()
            guard !keys.secrets.isEmpty else {
                throw Exit(
                    code: .usage, message: "DEPOSITWATCH_SECRET holds public keys alone, which sign nothing")
            }
            let now = Timestamp(seconds: timestamp ?? Int64(Date().timeIntervalSince1970))
            let data = [UInt8](try bodyData(body))
            let bodies =
                lines
                ? data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
                : [data]
            for body in lines && bodies.last?.isEmpty == true ? bodies.dropLast() : bodies[...] {
                let signature = Signature.of(id: id, timestamp: now, body: body, secrets: keys.secrets)
                let headers: JSONText = .object([
                    "webhook-id": .string(id), "webhook-timestamp": .string(String(now.seconds)),
                    "webhook-signature": .string(signature),
                ])
                say(headers.text)
            }
        }
    }
}
