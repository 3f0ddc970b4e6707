import ArgumentParser
import NodeRPC

struct ChainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chain", abstract: "See how chains stand; let a halted one go on.",
        subcommands: [List.self, Resume.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "How every chain stands.")
        @OptionGroup var options: APIOptions

        func run() async throws {
            try await reportingErrors {
                let answer = try await options.client.call(.get, "/v1/chains")
                options.output.show(
                    answer["items"].array,
                    columns: [
                        ("chain", ["chain"]), ("state", ["state"]), ("scanned", ["scanned", "height"]),
                        ("head", ["head"]), ("lag", ["lag"]), ("watched", ["watched"]),
                        ("reason", ["reason"]),
                    ])
            }
        }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a halted chain follow its nodes again, however deep their reorg.",
            discussion: "Deposits whose block left the chain are then reversed. Look at the nodes first.")
        @OptionGroup var options: APIOptions
        @Argument(help: "The chain's id.") var chain: String

        func run() async throws {
            try await reportingErrors {
                _ = try await options.client.call(.post, "/v1/chains/\(escaped(chain))/resume")
                complain("\(chain) goes on")
            }
        }
    }
}
