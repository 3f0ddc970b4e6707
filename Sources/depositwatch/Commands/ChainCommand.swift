import ArgumentParser
import Foundation
import NodeRPC

struct ChainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chain", abstract: "See how chains stand; halt one, take it back, let it go on.",
        subcommands: [List.self, HaltOne.self, Rewind.self, Resume.self])

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

    struct HaltOne: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "halt", abstract: "Stop a chain where it stands, until it is resumed.",
            discussion:
                "Nothing of it is scanned, confirmed or taken back meanwhile; the other chains run on.")
        @OptionGroup var options: APIOptions
        @Argument(help: "The chain's id.") var chain: String
        @Option(help: "Why: it is told in chain.halted, chain list and /v1/chains.") var reason: String

        func run() async throws {
            try await reportingErrors {
                let body = try JSONEncoder().encode(JSONValue.object(["reason": .text(reason)]))
                _ = try await options.client.call(.post, "/v1/chains/\(escaped(chain))/halt", body: body)
                complain("\(chain) is halted with its next turn")
            }
        }
    }

    struct Rewind: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a halted chain back to a height, as a reorg would.",
            discussion: """
                Deposits above it are taken back with their events, and found again once the chain is resumed, if its \
                nodes still hold them. Nothing is deleted. Halt the chain first.
                """)
        @OptionGroup var options: APIOptions
        @Argument(help: "The chain's id.") var chain: String
        @Argument(help: "The height of the highest block that is to stay.") var height: Int64

        func run() async throws {
            try await reportingErrors {
                let body = try JSONEncoder().encode(JSONValue.object(["height": .integer(height)]))
                _ = try await options.client.call(.post, "/v1/chains/\(escaped(chain))/rewind", body: body)
                complain("\(chain) goes back to \(height); resume it once you have looked")
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
