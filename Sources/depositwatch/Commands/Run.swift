import ArgumentParser

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Watch the configured chains until told to stop.",
        discussion: """
            SIGTERM and SIGINT end it in order; kill -9 loses nothing. Exit 74 when the store has failed: mend the \
            disk and start again.
            """)

    @OptionGroup var file: ConfigurationOption
    @OptionGroup var log: LogOptions

    func run() async throws {
        try await reportingErrors {
            let configuration = try Configuration(at: file.config, families: families)
            log.start()
            try await Daemon(configuration: configuration).run()
        }
    }
}
