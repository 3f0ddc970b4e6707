import ArgumentParser
import Foundation
import NodeRPC

struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Follow the feed of events.", subcommands: [Follow.self])

    struct Follow: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print every event as it is committed, in order and without a gap.",
            discussion: """
                With --output ndjson one line an event, {"id":…,"body":…}. With --keep the place is kept in a file once \
                a page of up to 100 lines is out, and the next run goes on from it: a line may come twice, none is left \
                out. Waits through restarts of the daemon. Ends with Ctrl-C, or at the feed's end with --once.
                """)
        @OptionGroup var options: APIOptions
        @Option(help: "Begin behind this cursor.") var after: String?
        @Option(help: "Begin with the newest so many events; without it from the first.") var last: Int?
        @Option(help: "A file that keeps the place.") var keep: String?
        @Flag(help: "End where no event is left for now.") var once = false

        func run() async throws {
            try await reportingErrors {
                var place = try FeedPlace(file: keep, after: after)
                var newest = place.cursor == nil ? last : nil
                while true {
                    let page = try await patiently {
                        try await options.client.call(
                            .get, "/v1/events",
                            query: [
                                ("after", newest == nil ? place.cursor : nil),
                                ("last", newest.map { "\($0)" }),
                                ("wait", once || newest != nil ? nil : "30"),
                                ("limit", newest == nil ? "100" : nil),
                            ])
                    }
                    newest = nil
                    for event in page["items"].array { show(event) }
                    try place.move(to: page["next"].string)
                    if once, page["items"].array.isEmpty { return }
                }
            }
        }

        private func show(_ event: JSONValue) {
            guard options.output == .table else { return say(event.line) }
            let body = event["body"]
            let data = body["data"]
            let facts = [
                data["chain"], data["callback"], data["amount"], data["asset"], data["label"], data["id"],
                data["reason"],
            ].compactMap(\.string)
            let words = [body["timestamp"], body["type"]].compactMap(\.string) + facts
            say(words.map(OutputFormat.printable).joined(separator: "  "))
        }

        /// A daemon that is just being restarted is waited for, once it has been there.
        private func patiently(_ call: () async throws -> JSONValue) async throws -> JSONValue {
            while true {
                do { return try await call() } catch let exit as Exit where exit.code == .unavailable && !once
                {
                    complain("\(exit.message); trying again")
                    try await Task.sleep(for: .seconds(2))
                }
            }
        }
    }
}

/// Where a reader of the feed is, in a file if it is to outlive the reader.
struct FeedPlace {
    private let file: String?
    private(set) var cursor: String?

    init(file: String?, after: String?) throws {
        self.file = file
        let kept = file.flatMap { try? String(contentsOfFile: $0, encoding: .utf8) }?
            .trimmingCharacters(in: .whitespacesAndNewlines)
        guard kept == nil || after == nil else {
            throw Exit(
                code: .usage, message: "\(file ?? "") keeps a place already; leave out --after, or the file")
        }
        cursor = kept.flatMap { $0.isEmpty ? nil : $0 } ?? after
    }

    mutating func move(to next: String?) throws {
        guard let next, next != cursor else { return }
        cursor = next
        guard let file else { return }
        do { try (next + "\n").write(toFile: file, atomically: true, encoding: .utf8) } catch {
            throw Exit(code: .noPermission, message: "\(file) cannot be written; the last cursor is \(next)")
        }
    }
}
