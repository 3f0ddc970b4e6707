import ArgumentParser
import CallbackNotifier
import ChainKit
import Foundation

extension CallbackCommand {
    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a callback a new secret, in two steps, so that its receiver never misses one.",
            discussion: """
                The first call writes a new secret in front of the old one in the callback's secret file, and prints \
                it, or the public key of a key pair, once. Restart the daemon: from then on both sign, and whichever \
                the receiver has verifies. When the receiver has the new one, --finish drops the old one; restart once \
                more. A restart loses nothing. Needs no daemon, and write access to the file.
                """)
        @OptionGroup var file: ConfigurationOption
        @Flag(help: "Drop the old secret: the receiver has the new one.") var finish = false
        @Argument(help: "The callback's name.") var name: String

        func run() async throws {
            try await reportingErrors {
                let configuration = try Configuration(at: file.config, families: families)
                guard let entry = configuration.callbacks.first(where: { $0.name == name }) else {
                    let names = configuration.callbacks.map(\.name).joined(separator: ", ")
                    throw Exit(
                        code: .usage, message: "no callback \(name) in \(file.config); there are: \(names)")
                }
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
    }
}
