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

            With --adversary its nodes lie, as many as `agree` is safe against, together and in every way there is; an \
            oracle that knows the honest chain and the honest nodes alone looks for what was credited, taken back, \
            halted, hidden or not told in time on a liar's word, and for an honest node that is said to lie.
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

    @Option(help: "How many of them lie; by default mostly one fewer than must agree.")
    var liars: Int?

    @Option(help: "How many of them are dead; by default mostly none.")
    var dead: Int?

    @Option(help: "Worlds at once; by default one a core.")
    var jobs = ProcessInfo.processInfo.activeProcessorCount

    func validate() throws {
        guard seeds > 0, blocks > 0, jobs > 0 else {
            throw ValidationError("--seeds, --blocks and --jobs begin at 1")
        }
        guard (nodes == nil) == (agree == nil), adversary || nodes == nil else {
            throw ValidationError("--nodes and --agree belong together, and to --adversary")
        }
        let (count, amiss) = (nodes ?? 0, [liars ?? 0, dead ?? 0])
        guard nodes == nil || 1...max(1, count) ~= agree ?? 0, amiss.allSatisfy({ 0...count ~= $0 }),
            amiss.reduce(0, +) <= count
        else {
            throw ValidationError("--agree is from 1 to --nodes, and no more lie or are dead than there are")
        }
        guard UInt64.max - first >= UInt64(seeds) else { throw ValidationError("--first is too high") }
    }

    private var simulation: Simulation {
        let own = nodes.flatMap { count in
            agree.map { Simulation.Nodes(count: count, agree: $0, liars: liars, dead: dead) }
        }
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
