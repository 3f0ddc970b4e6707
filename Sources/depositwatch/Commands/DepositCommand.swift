import ArgumentParser
import NodeRPC

struct DepositCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deposit", abstract: "List and show deposits.", subcommands: [List.self, Show.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List deposits, newest first.")
        @OptionGroup var options: APIOptions
        @Option(help: "Only this chain.") var chain: String?
        @Option(help: "Only to this address.") var address: String?
        @Option(help: "Only of this transaction.") var transaction: String?
        @Option(help: "Only in this state: detected, confirmed, finalized, orphaned, reversed, review …")
        var status: String?
        @Option(help: "Only with this label.") var label: String?
        @Option(help: "How many at most.") var limit = 50

        func run() async throws {
            try await reportingErrors {
                let items = try await options.client.list(
                    "/v1/deposits",
                    query: [
                        ("chain", chain), ("address", address), ("transaction", transaction),
                        ("status", status),
                        ("label", label),
                    ], atMost: limit)
                options.output.show(
                    items,
                    columns: [
                        ("deposit", ["id"]), ("chain", ["chain"]), ("status", ["status"]),
                        ("asset", ["asset"]),
                        ("amount", ["amount"]), ("confirmations", ["confirmations"]),
                        ("height", ["block", "height"]),
                        ("address", ["address"]), ("label", ["label"]),
                    ])
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "One deposit with its whole history: blocks, decisions, deliveries, attempts.")
        @OptionGroup var options: APIOptions
        @Argument(help: "The deposit's id: dep_…") var id: String

        func run() async throws {
            try await reportingErrors {
                options.output.show(try await options.client.call(.get, "/v1/deposits/\(escaped(id))"))
            }
        }
    }
}
