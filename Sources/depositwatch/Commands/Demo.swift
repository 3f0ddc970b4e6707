import ArgumentParser
import CallbackNotifier
import DepositCore
import DepositTestKit
import Foundation
import Logging
import NodeRPC
import ServiceLifecycle

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show it at work, with recorded nodes and a receiver of its own.",
        discussion: """
            Two chains are served from fixtures at the pace of one block every --every seconds; a daemon with a \
            temporary store follows them; a receiver on loopback verifies every callback. The console stays open \
            until Ctrl-C, unless --once is given.
            """)

    @Option(help: "Seconds from one block to the next.")
    var every = 2

    @Option(help: "The port of the API and console on loopback; 0 for any.")
    var port = 8420

    @Flag(help: "End when the recorded blocks have ended.")
    var once = false

    @Option(help: "How much the daemon's log says.")
    var logLevel: Logger.Level = .warning

    func run() async throws {
        try await reportingErrors {
            var log = LogOptions()
            (log.logFormat, log.logLevel) = (.text, logLevel)
            log.start()
            let stage = try await DemoStage.set(every: every, port: port, once: once)
            defer { stage.clear() }
            try await stage.play()
        }
    }
}
