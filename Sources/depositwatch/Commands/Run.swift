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

    @Flag(help: "Let a crash leave a core file and a backtrace, which show secrets. For debugging alone.")
    var crashDumps = false

    func run() async throws {
        try await reportingErrors {
            if !crashDumps, !CrashDumps.forbid() {
                complain("this system cannot forbid core files: a crash may leave one, with secrets in it")
            }
            let configuration = try Configuration(at: file.config, families: families)
            log.start()
            try await Daemon(configuration: configuration).run()
        }
    }
}
