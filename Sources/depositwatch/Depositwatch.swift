import ArgumentParser

@main
struct Depositwatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "depositwatch",
        abstract: "Watches deposit addresses on many chains and reports every change as a signed callback.",
        discussion: """
            Start with `depositwatch demo`, which needs no node and no configuration. Then write a configuration, \
            look it over with `depositwatch check --online`, and start `depositwatch run`.

            Data goes to standard output, talk to standard error. Exit codes are those of sysexits.h: \
            64 wrong usage, 65 bad data, 69 something is unavailable, 74 the store failed, 78 the configuration is wrong.
            """,
        version: "0.1.0",
        groupedSubcommands: [
            CommandGroup(name: "Watch:", subcommands: [Run.self, Check.self, AuditCommand.self, Demo.self]),
            CommandGroup(
                name: "Ask a running daemon:",
                subcommands: [
                    AddressCommand.self, DepositCommand.self, ChainCommand.self, CallbackCommand.self,
                    DeliveryCommand.self, EventsCommand.self,
                ]),
            CommandGroup(
                name: "Test and measure:",
                subcommands: [
                    Record.self, Replay.self, FixtureCommand.self, Verify.self, Sign.self, Bench.self,
                    Simulate.self,
                ]),
        ])
}
