import ArgumentParser
import Foundation
import NodeRPC

extension CallbackCommand {
    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a callback that gets events from now on, and print its secret, once.",
            discussion: """
                The daemon keeps it, and its secret encrypted under api.secrets_key; no restart is needed. It reaches \
                https:// on the public Internet, and what api.callback_networks allows besides. Sockets, programs, \
                client certificates, proxies and source addresses are for callbacks of the configuration.
                """)
        @OptionGroup var options: APIOptions
        @Argument(help: "Its name.") var name: String
        @Argument(help: "Where its events go: https://…") var url: String
        @OptionGroup var parts: CallbackParts

        func run() async throws {
            try await reportingErrors {
                let fields = try parts.fields().merging(["callback": .text(name), "url": .text(url)]) { $1 }
                let answer = try await options.client.call(
                    .post, "/v1/callbacks", body: try JSONEncoder().encode(JSONValue.object(fields)))
                guard let secret = answer["secret"].string else {
                    return complain(
                        "\(name) is there already, just so; its secret was shown when it was made. For a new one: "
                            + "depositwatch callback rotate \(name)")
                }
                say(secret)
                complain(
                    "\(name) gets events from now on; give its receiver this secret: it is not shown again")
            }
        }
    }

    struct Change: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change a callback that was made through the API; what is not said stays as it is.",
            discussion: """
                A filter counts for events that are committed from then on; what waits goes to the new URL. No restart \
                is needed, and the secret stays.
                """)
        @OptionGroup var options: APIOptions
        @Argument(help: "The callback's name.") var name: String
        @Option(help: "Where its events go from now on: https://…") var url: String?
        @OptionGroup var parts: CallbackParts
        @Option(
            name: .customLong("reset"),
            help: "As it is where nothing is said of it: for a filter, all; may be given again.")
        var resets: [CallbackParts.Name] = []

        func run() async throws {
            try await reportingErrors {
                var body = try parts.fields()
                for part in resets {
                    guard body.updateValue(.null, forKey: part.field) == nil else {
                        throw Exit(code: .usage, message: "\(part.rawValue) is both given and reset")
                    }
                }
                body["url"] = url.map { .text($0) }
                guard !body.isEmpty else {
                    throw Exit(code: .usage, message: "say what to change; --help has what there is")
                }
                let now = try await options.client.call(
                    .patch, "/v1/callbacks/\(escaped(name))",
                    body: try JSONEncoder().encode(JSONValue.object(body)))
                options.output.show(now)
                complain("\(name) is changed")
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove a callback that was made through the API.",
            discussion: """
                Its deliveries and every event are kept. Where events wait for it, it stays, unless --discard gives \
                them up: they become exhausted, and can be replayed to another callback of the same name.
                """)
        @OptionGroup var options: APIOptions
        @Argument(help: "The callback's name.") var name: String
        @Flag(help: "Give up what waits for it.") var discard = false

        func run() async throws {
            try await reportingErrors {
                let answer = try await options.client.call(
                    .delete, "/v1/callbacks/\(escaped(name))", query: [("discard", discard ? "true" : nil)])
                complain("\(name) is removed; \(answer["given_up"].string ?? "0") events were given up")
            }
        }
    }
}
