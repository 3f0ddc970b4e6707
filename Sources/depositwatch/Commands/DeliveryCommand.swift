import ArgumentParser
import Foundation
import NodeRPC

struct DeliveryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delivery", abstract: "See what was sent to callbacks, and send it again.",
        subcommands: [List.self, Show.self, Retry.self, ReplayMany.self])

    /// Which deliveries are meant.
    struct Which: ParsableArguments {
        @Option(help: "Only to this callback.") var callback: String?
        @Option(help: "Only waiting, delivered or exhausted ones.") var status: String?
        @Option(help: "Only events of this type: deposit.confirmed, …") var type: String?
        @Option(help: "Only of this chain.") var chain: String?
        @Option(help: "Only events from this moment on: 2026-11-21T02:15:07Z, or a day.") var from: String?
        @Option(help: "Only events before this moment.") var to: String?

        var fields: [(name: String, value: String?)] {
            [
                ("callback", callback), ("status", status), ("type", type), ("chain", chain), ("from", from),
                ("to", to),
            ]
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List deliveries, newest first.")
        @OptionGroup var options: APIOptions
        @OptionGroup var which: Which
        @Option(help: "How many at most.") var limit = 50

        func run() async throws {
            try await reportingErrors {
                let items = try await options.client.list(
                    "/v1/deliveries", query: which.fields, atMost: limit)
                options.output.show(
                    items,
                    columns: [
                        ("delivery", ["id"]), ("callback", ["callback"]), ("type", ["type"]),
                        ("chain", ["chain"]), ("at", ["at"]), ("status", ["status"]),
                        ("attempts", ["attempt_count"]), ("next", ["next"]),
                        ("answer", ["last_attempt", "status"]), ("failure", ["last_attempt", "failure"]),
                    ])
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "One delivery with its event and every attempt: when, what was answered, how fast.")
        @OptionGroup var options: APIOptions
        @Argument(help: "The delivery's number.") var id: String

        func run() async throws {
            try await reportingErrors {
                options.output.show(try await options.client.call(.get, "/v1/deliveries/\(escaped(id))"))
            }
        }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send one delivery again now, whatever became of it: same id, same bytes.")
        @OptionGroup var options: APIOptions
        @Argument(help: "The delivery's number.") var id: String

        func run() async throws {
            try await reportingErrors {
                _ = try await options.client.call(.post, "/v1/deliveries/\(escaped(id))/retry")
                complain("delivery \(id) waits to be sent")
            }
        }
    }

    struct ReplayMany: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "replay",
            abstract: "Send many deliveries again, oldest first: same ids, same bytes, so many a second.",
            discussion: """
                All that were given up: --status exhausted. What a receiver has lost: --callback NAME --from MOMENT \
                --to MOMENT; it knows by webhook-id what it has. Within a deposit the order is kept.
                """)
        @OptionGroup var options: APIOptions
        @OptionGroup var which: Which
        @Option(help: "How many a second.") var perSecond = 50

        func run() async throws {
            try await reportingErrors {
                var order: [String: JSONValue] = ["per_second": .integer(Int64(perSecond))]
                for (name, value) in which.fields { order[name] = value.map { .text($0) } }
                let answer = try await options.client.call(
                    .post, "/v1/deliveries/replay", body: try JSONEncoder().encode(JSONValue.object(order)))
                let (count, seconds) = (answer["count"].string ?? "0", answer["seconds"].string ?? "0")
                complain("\(count) deliveries wait to be sent again, within \(seconds) s")
            }
        }
    }
}
