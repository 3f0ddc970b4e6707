import ArgumentParser
import Foundation
import NodeRPC

struct AddressCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "address", abstract: "Issue, import, list and remove watched addresses.",
        subcommands: [Add.self, Import.self, List.self, Remove.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Watch addresses from now on, or from a height.")
        @OptionGroup var options: APIOptions
        @Argument(help: "The chain's id.") var chain: String
        @Argument(help: "One address or more.") var addresses: [String]
        @Option(help: "A label, shown in every event.") var label: String?
        @Option(help: "Scan back to this height.") var from: UInt32?

        func run() async throws {
            try await reportingErrors {
                let rows = addresses.map {
                    AddressRow(chain: chain, address: $0, memo: nil, label: label, from: from)
                }
                let answer = try await options.client.call(
                    .put, "/v1/addresses", body: try AddressRow.body(chain, rows))
                options.output.show(answer)
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List watched addresses.")
        @OptionGroup var options: APIOptions
        @Argument(help: "The chain's id.") var chain: String
        @Option(help: "Only this label; vip-* for those that begin so.") var label: String?
        @Option(help: "How many at most.") var limit = 100

        func run() async throws {
            try await reportingErrors {
                let items = try await options.client.list(
                    "/v1/addresses", query: [("chain", chain), ("label", label)], atMost: limit)
                options.output.show(
                    items,
                    columns: [("address", ["address"]), ("label", ["label"]), ("from", ["from"])])
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stop watching an address. Deposits already found live on.")
        @OptionGroup var options: APIOptions
        @Argument(help: "The chain's id.") var chain: String
        @Argument(help: "The address.") var address: String

        func run() async throws {
            try await reportingErrors {
                _ = try await options.client.call(
                    .delete, "/v1/addresses/\(escaped(chain))/\(escaped(address))")
                complain("\(address) is no longer watched on \(chain)")
            }
        }
    }
}
