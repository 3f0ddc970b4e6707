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
        @Option(name: .customLong("event"), help: "Only this type of event; may be given again.")
        var events: [String] = []
        @Option(name: .customLong("chain"), help: "Only of this chain; may be given again.")
        var chains: [String] = []
        @Option(name: .customLong("asset"), help: "Only of this asset; may be given again.")
        var assets: [String] = []
        @Option(
            name: .customLong("label"), help: "Only of this label, vip-* for a beginning; may be given again."
        )
        var labels: [String] = []
        @Option(name: .customLong("header"), help: "NAME=VALUE, sent along; may be given again.")
        var headers: [String] = []
        @Option(
            name: .customLong("secret-header"),
            help: "NAME=VARIABLE: its value stands in that environment variable, and not in the process list."
        )
        var secretHeaders: [String] = []
        @Option(help: "Seconds that one attempt may take.") var timeout: Int?
        @Option(help: "How many deposits' events may be on their way at once.") var concurrency: Int?

        func run() async throws {
            try await reportingErrors {
                let answer = try await options.client.call(
                    .post, "/v1/callbacks", body: try JSONEncoder().encode(JSONValue.object(body())))
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

        private func body() throws -> [String: JSONValue] {
            var body: [String: JSONValue] = ["callback": .text(name), "url": .text(url)]
            for (key, words) in [
                ("events", events), ("chains", chains), ("assets", assets), ("labels", labels),
            ]
            where !words.isEmpty {
                body[key] = .list(words.map { .text($0) })
            }
            let plain = try headers.map { try pair($0) }
            let secret = try secretHeaders.map { text in
                let (name, variable) = try pair(text)
                guard let value = ProcessInfo.processInfo.environment[variable] else {
                    throw Exit(
                        code: .usage, message: "--secret-header \(name): there is no variable \(variable)")
                }
                return (name, value)
            }
            let all = (plain + secret).map { ($0, JSONValue.text($1)) }
            if !all.isEmpty { body["headers"] = .object(Dictionary(all) { $1 }) }
            body["timeout"] = timeout.map { .integer(Int64($0)) }
            body["concurrency"] = concurrency.map { .integer(Int64($0)) }
            return body
        }

        private func pair(_ text: String) throws -> (String, String) {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw Exit(code: .usage, message: "a header is given as NAME=VALUE")
            }
            return (String(parts[0]), String(parts[1]))
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
