import ArgumentParser
import DepositTestKit
import Foundation
import Logging

struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Live through made-up worlds of forks, faults and crashes, and check every promise.",
        discussion: """
            A world is a chain, its nodes, a disk, a clock and two receivers, all from one seed, around the real watcher, \
            store and notifier. Its chain forks, its nodes lag, lie and fail, the daemon is killed, receivers refuse and \
            die. After every step an oracle that shares no rule with the product looks for a deposit that is missing, \
            made up, told twice, confirmed too soon or lost. Exit 65 if a promise was broken; the seed shows it again.
            """)

    @Option(help: "How many worlds.")
    var seeds = 100

    @Option(help: "The first seed.")
    var first: UInt64 = 1

    @Option(help: "Blocks in a world.")
    var blocks = 500

    @Flag(help: "Worlds with as many nodes that lie as `agree` is safe against, and every lie there is.")
    var adversary = false

    @Option(help: "Nodes of an adversarial world; by default each has its own number.")
    var nodes: Int?

    @Option(help: "How many of these nodes must agree.")
    var agree: Int?

    @Option(help: "Worlds at once; by default one a core.")
    var jobs = ProcessInfo.processInfo.activeProcessorCount

    func validate() throws {
        guard seeds > 0, blocks > 0, jobs > 0 else {
            throw ValidationError("--seeds, --blocks and --jobs begin at 1")
        }
        guard (nodes == nil) == (agree == nil), adversary || nodes == nil else {
            throw ValidationError("--nodes and --agree belong together, and to --adversary")
        }
        guard 1...(nodes ?? 1) ~= agree ?? 1 else {
            throw ValidationError("--agree is from 1 to the number of nodes")
        }
        guard UInt64.max - first >= UInt64(seeds) else { throw ValidationError("--first is too high") }
    }

    private var simulation: Simulation {
        let own = nodes.flatMap { count in agree.map { (count: count, agree: $0) } }
        return Simulation(blocks: blocks, adversary ? .adversary : .faults, nodes: own)
    }

    func run() async throws {
        try await reportingErrors {
            LoggingSystem.bootstrap { _ in SwiftLogNoOpLogHandler() }
            let began = ContinuousClock.now
            let all = Array(first..<first + UInt64(seeds))
            let report = await simulation.run(all, atOnce: jobs) { complain("\($0)") }
            let seconds = began.duration(to: .now).components.seconds
            say(
                "\(report.worlds) worlds, \(report.events) events, \(report.failures.count) failed, \(seconds) s"
            )
            guard report.failures.isEmpty else {
                throw Exit(code: .badData, message: "\(report.failures.count) world(s) broke a promise")
            }
        }
    }
}
