import ArgumentParser
import DepositTestKit
import Foundation
import NodeRPC

struct FixtureCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fixture", abstract: "Work with fixtures.", subcommands: [Serve.self])

    struct Serve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Serve a fixture's tape over HTTP, as if it were the node.",
            discussion: """
                Answers JSON-RPC on POST / as the recorded node did. The tape moves to its next step by the clock, or \
                with --every 0 only on `POST /advance`.
                """)

        @Argument(help: "The fixture folder.")
        var folder: String

        @Option(help: "The port on loopback; 0 for any.")
        var port = 8545

        @Option(help: "Seconds between two steps of the tape.")
        var every = 2

        func run() async throws {
            try await reportingErrors {
                let tape = try tape(in: folder)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        try await TapeServer(tape, port: port) { port in
                            complain(
                                "serving \(folder) at http://127.0.0.1:\(port)/, \(tape.lastStep + 1) steps")
                        }.run()
                    }
                    if every > 0 {
                        group.addTask {
                            repeat { try await Task.sleep(for: .seconds(every)) } while tape.advance()
                            complain("the tape is at its end; its last answers stay")
                            try await Task.sleep(for: .seconds(Int64(Int32.max)))
                        }
                    }
                    try await group.next()
                    group.cancelAll()
                }
            }
        }
    }
}

/// The tape of a fixture folder.
func tape(in folder: String) throws -> Tape {
    let path = "\(folder)/tape.jsonl"
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
        throw Exit(code: .usage, message: "\(path) cannot be read")
    }
    do throws(TapeError) { return try Tape(text) } catch {
        throw Exit(code: .badData, message: "\(path): \(error)")
    }
}
