import ArgumentParser
import CallbackNotifier
import ChainKit
import Foundation
import NodeRPC

extension CallbackCommand {
    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a callback a new secret, in two steps, so that its receiver never misses one.",
            discussion: """
                The first call makes a new secret beside the old one, and prints it, or the public key of a key pair, \
                once. From then on both sign, and whichever the receiver has verifies. When the receiver has the new \
                one, --finish drops the old one.

                For a callback of the configuration its secret file is written, with the new one in front, which needs \
                no daemon and write access to the file; restart the daemon after each step, which loses nothing. For \
                one made through the API the daemon is asked, and needs no restart.
                """)
        @OptionGroup var file: ConfigurationOption
        @OptionGroup var options: APIOptions
        @Flag(help: "Drop the old secret: the receiver has the new one.") var finish = false
        @Argument(help: "The callback's name.") var name: String

        func run() async throws {
            try await reportingErrors {
                guard let entry = try configured() else { return try await askDaemon() }
                let secrets = try SecretFile(of: entry)
                if finish {
                    try secrets.dropOld()
                    complain("the old secret of \(name) is dropped; restart the daemon")
                } else {
                    say(try secrets.addNew())
                    complain(
                        """
                        restart the daemon, give this to the receiver of \(name), and when it has it: \
                        depositwatch callback rotate \(name) --finish
                        """)
                }
            }
        }

        /// Nil where there is no configuration here, or none of this name in it: then it is the API's.
        private func configured() throws -> CallbackEntry? {
            guard FileManager.default.fileExists(atPath: file.config) else { return nil }
            let configuration = try Configuration(at: file.config, families: families)
            return configuration.callbacks.first { $0.name == name }
        }

        private func askDaemon() async throws {
            let answer = try await options.client.call(
                .post, "/v1/callbacks/\(escaped(name))/rotate", query: [("finish", finish ? "true" : nil)])
            guard let secret = answer["secret"].string else {
                return complain("the old secret of \(name) is dropped")
            }
            say(secret)
            complain(
                """
                shown once: give this to the receiver of \(name), and when it has it: \
                depositwatch callback rotate \(name) --finish
                """)
        }
    }
}
