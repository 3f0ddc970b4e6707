import ArgumentParser
import NodeRPC

struct CallbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "callback",
        abstract:
            "See how callbacks stand; add, change and remove, pause, resume and test them; rotate their secrets.",
        subcommands: [
            List.self, Add.self, Change.self, Remove.self, Test.self, Pause.self, Resume.self, Rotate.self,
        ])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "How every callback stands.")
        @OptionGroup var options: APIOptions

        func run() async throws {
            try await reportingErrors {
                let answer = try await options.client.call(.get, "/v1/callbacks")
                options.output.show(
                    answer["items"].array,
                    columns: [
                        ("callback", ["callback"]), ("state", ["state"]), ("since", ["since"]),
                        ("waiting", ["waiting"]), ("oldest", ["oldest_waiting"]),
                        ("exhausted", ["exhausted"]), ("origin", ["origin"]), ("endpoint", ["endpoint"]),
                        ("reason", ["reason"]),
                    ])
            }
        }
    }

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send a callback.test event to a callback now, and show its answer.",
            discussion: """
                Signed like any other event, sent once, and neither kept nor in the feed. Also goes to a paused \
                callback. Exit 69 when the receiver does not take it.
                """)
        @OptionGroup var options: APIOptions
        @Argument(help: "The callback's name.") var name: String

        func run() async throws {
            try await reportingErrors {
                let attempt = try await options.client.call(.post, "/v1/callbacks/\(escaped(name))/test")
                options.output.show(attempt)
                guard attempt["taken"] == .bool(true) else {
                    throw Exit(code: .unavailable, message: "\(name) did not take the event")
                }
                complain("\(name) took the event")
            }
        }
    }

    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send nothing more to a callback; what waits for it is kept.",
            discussion: "The other callbacks are told by callback.paused. A restart does not resume it.")
        @OptionGroup var options: APIOptions
        @Argument(help: "The callback's name.") var name: String

        func run() async throws {
            try await reportingErrors {
                let now = try await options.client.call(.post, "/v1/callbacks/\(escaped(name))/pause")
                complain("\(name) is paused; \(now["waiting"].string ?? "0") events wait for it")
            }
        }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send to a paused callback again, at first one event at a time.",
            discussion: "What was exhausted before it was paused stays so: see delivery replay.")
        @OptionGroup var options: APIOptions
        @Argument(help: "The callback's name.") var name: String

        func run() async throws {
            try await reportingErrors {
                let now = try await options.client.call(.post, "/v1/callbacks/\(escaped(name))/resume")
                complain("\(name) goes on; \(now["waiting"].string ?? "0") events wait for it")
            }
        }
    }
}
