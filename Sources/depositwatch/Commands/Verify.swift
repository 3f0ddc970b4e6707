import ArgumentParser
import CallbackNotifier
import DepositCore
import Foundation

struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check a callback's signature, as its receiver must.",
        discussion: """
            The body comes from standard input or --body, byte for byte as it was received; the headers from options; \
            the secret from the environment variable DEPOSITWATCH_SECRET. Exit 0 when the signature holds, 65 when not.
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
            let secrets = try secrets()
            let data =
                body.map { FileManager.default.contents(atPath: $0) }
                ?? FileHandle.standardInput.readDataToEndOfFile()
            guard let data else { throw Exit(code: .usage, message: "\(body ?? "-") cannot be read") }
            do throws(SignatureError) {
                try Signature.verify(
                    id: id, timestamp: timestamp, signature: signature, body: [UInt8](data), secrets: secrets,
                    now: Timestamp(seconds: Int64(Date().timeIntervalSince1970)), tolerance: tolerance)
            } catch {
                throw Exit(code: .badData, message: "the signature does not hold: \(error)")
            }
            say("the signature holds")
        }
    }

    private func secrets() throws -> [Secret] {
        guard let text = ProcessInfo.processInfo.environment["DEPOSITWATCH_SECRET"] else {
            throw Exit(code: .usage, message: "set DEPOSITWATCH_SECRET to the callback's secret, whsec_…")
        }
        do throws(SecretError) { return [try Secret(text)] } catch {
            throw Exit(code: .configuration, message: "DEPOSITWATCH_SECRET: \(error)")
        }
    }
}
