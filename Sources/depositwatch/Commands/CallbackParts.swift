import ArgumentParser
import Foundation

/// What may be said of a callback that is made through the API, apart from its name and URL.
struct CallbackParts: ParsableArguments {
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
    @Option(help: "Seconds before each attempt, separated by commas: 0,30,300.") var schedule: String?
    @Option(help: "Seconds without a yes after which it is paused.") var pauseAfter: Int64?

    /// One of them.
    enum Name: String, CaseIterable, ExpressibleByArgument {
        case events, chains, assets, labels, headers, timeout, concurrency, schedule
        case pauseAfter = "pause-after"

        /// As the API calls it.
        var field: String { rawValue.replacingOccurrences(of: "-", with: "_") }
    }

    /// The fields of `CallbackWish` in the API's document; only those that are given.
    func fields() throws -> [String: JSONValue] {
        var fields: [Name: JSONValue] = [:]
        for (name, words) in [
            (Name.events, events), (.chains, chains), (.assets, assets), (.labels, labels),
        ]
        where !words.isEmpty {
            fields[name] = .list(words.map { .text($0) })
        }
        let headers = try allHeaders()
        if !headers.isEmpty { fields[.headers] = .object(headers) }
        fields[.timeout] = timeout.map { .integer(Int64($0)) }
        fields[.concurrency] = concurrency.map { .integer(Int64($0)) }
        fields[.schedule] = try schedule.map { .list(try steps($0)) }
        fields[.pauseAfter] = pauseAfter.map { .integer($0) }
        return Dictionary(uniqueKeysWithValues: fields.map { ($0.field, $1) })
    }

    private func steps(_ text: String) throws -> [JSONValue] {
        try text.split(separator: ",", omittingEmptySubsequences: false).map { step in
            guard let seconds = Int64(step) else {
                throw Exit(code: .usage, message: "--schedule is given in seconds, such as 0,30,300")
            }
            return .integer(seconds)
        }
    }

    private func allHeaders() throws -> [String: JSONValue] {
        let secret = try secretHeaders.map { text in
            let (name, variable) = try pair(text)
            guard let value = ProcessInfo.processInfo.environment[variable] else {
                throw Exit(
                    code: .usage, message: "--secret-header \(name): there is no variable \(variable)")
            }
            return (name, value)
        }
        let all = try headers.map { try pair($0) } + secret
        return Dictionary(all.map { ($0, JSONValue.text($1)) }) { $1 }
    }

    private func pair(_ text: String) throws -> (String, String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw Exit(code: .usage, message: "a header is given as NAME=VALUE")
        }
        return (String(parts[0]), String(parts[1]))
    }
}
