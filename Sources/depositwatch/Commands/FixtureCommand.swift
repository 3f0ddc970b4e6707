import ArgumentParser
import DepositTestKit
import Foundation

struct FixtureCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fixture", abstract: "Work with fixtures.", subcommands: [Serve.self])

    struct Serve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Serve a fixture over HTTP, as if it were the node.",
            discussion: """
                Answers JSON-RPC on POST / as the recorded node did, or, where the folder has a script.yaml, as nodes of \
                the chain that it makes up, with the faults that it orders. The next step comes by the clock, or with \
                --every 0 only on POST /advance. POST /script takes orders in the script's words at any time; \
                GET /chain.yaml is the chain file of a made-up chain.
                """)

        @Argument(help: "The fixture folder, with a tape.jsonl, a script.yaml, or both.")
        var folder: String

        @Option(help: "The port on loopback; 0 for any.")
        var port = 8545

        @Option(help: "Seconds between two steps.")
        var every = 2

        func run() async throws {
            try await reportingErrors {
                let stage = try stage()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        try await NodeServer(stage, port: port) { port in
                            let names = stage.nodes.map { "/\($0.name)" }.joined(separator: ", ")
                            complain(
                                "serving \(folder) at http://127.0.0.1:\(port)/ (nodes: \(names)), \(stage.count) steps"
                            )
                        }.run()
                    }
                    if every > 0 { group.addTask { try await advance(stage) } }
                    try await group.next()
                    group.cancelAll()
                }
            }
        }

        private func stage() throws -> ScriptStage {
            do {
                let isScripted = FileManager.default.fileExists(atPath: "\(folder)/script.yaml")
                return try isScripted
                    ? ScriptStage(folder: folder) : ScriptStage(tape: Fixture.tape(in: folder))
            } catch {
                let exists = FileManager.default.fileExists(atPath: folder)
                throw Exit(code: exists ? .badData : .usage, message: "\(error)")
            }
        }

        private func advance(_ stage: ScriptStage) async throws {
            repeat { try await Task.sleep(for: .seconds(every)) } while try stage.advance().moved
            complain("that was the last step; what it left stays")
            try await Task.sleep(for: .seconds(Int64(Int32.max)))
        }
    }
}
