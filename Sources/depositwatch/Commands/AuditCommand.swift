import ArgumentParser
import ChainKit
import DepositCore
import DepositEngine
import DepositStore
import Foundation
import NodeRPC

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Recompute scanned blocks from a node and print every difference with the store.",
        discussion: """
            Reads the store and writes nothing: it needs no daemon, and one may run. Each block is read and proven as \
            the daemon does it, so that a node that lies is an error and no difference. What depends on the policy \
            (confirmations, requirements, labels) is not compared.

            Differences: unscanned (no sign of a scan), header (another block is stored), missing (the chain has a \
            deposit that does not stand in the store), unfounded (the store has one standing that the chain lacks), \
            and block, asset, amount, recipient, maturity (stored otherwise than the chain has it).

            Exit 0 when there is none, 1 when there is any, 64 for a wrong chain or range, 69 when no node gives a \
            block or there is no store to read, 74 and 77 when it cannot be read, 78 when the configuration is wrong.
            """)

    @Argument(help: "The chain, as the configuration names it.") var chain: String
    @Argument(help: "The first height.") var from: UInt64
    @Argument(help: "The last height: at most the newest that has been scanned.") var to: UInt64

    @Option(
        help: "A node to recompute from, in place of the configured ones. Its URL, as in the configuration.")
    var node: String?

    @OptionGroup var file: ConfigurationOption

    @Option(help: "table for people; json or ndjson for programs.")
    var output: OutputFormat = .table

    func run() async throws {
        try await reportingErrors {
            if try await differences(print: say) > 0 { throw ExitCode(1) }
        }
    }

    /// How many there are. Each is printed as it is found.
    func differences(print: @escaping (String) -> Void) async throws -> Int {
        let configuration = try Configuration(at: file.config, families: families)
        let watched = try watchedChain(configuration)
        let heights = try heights()
        guard case .file(let path) = configuration.store else {
            throw Exit(code: .configuration, message: "the configured store is not a file")
        }
        let endpoints = try node.map { [try endpoint($0)] } ?? watched.nodes
        let nodes = Node.ofOneChain(endpoints).map {
            ChainNode(name: $0.name, adapter: watched.chain.adapter(on: $0))
        }
        let store = try Store(reading: path)
        var audit = Audit(
            watched.chain.spec, store: store, nodes: nodes, agree: watched.agree,
            settlesLater: watched.chain.settlesLater)
        var report = AuditReport(watched.chain.spec, heights, output, print: print)
        do {
            try await audit.run(heights) { report.tell($0) }
        } catch {
            report.breakOff()
            await store.close()
            guard let error = error as? AuditError else { throw error }
            throw Exit(code: error.code, message: "\(error)")
        }
        report.finish()
        await store.close()
        return report.differences
    }

    private func watchedChain(_ configuration: Configuration) throws -> Configuration.WatchedChain {
        if let watched = configuration.chains.first(where: { $0.chain.spec.id == ChainID(chain) }) {
            return watched
        }
        let names = configuration.chains.map { "\($0.chain.spec.id)" }.sorted().joined(separator: ", ")
        throw Exit(code: .usage, message: "\(file.config) does not watch \(chain); it watches: \(names)")
    }

    private func heights() throws -> ClosedRange<Height> {
        guard let lower = Height(from), let upper = Height(to) else {
            throw Exit(code: .usage, message: "no chain is as long as \(max(from, to)) blocks")
        }
        guard lower <= upper else {
            throw Exit(
                code: .usage,
                message: "the range \(from) to \(to) runs backwards: name the lower height first")
        }
        return lower...upper
    }
}

extension AuditError {
    fileprivate var code: Exit.Code {
        switch self {
        case .nothingScanned, .notScanned: .usage
        case .noNode: .unavailable
        }
    }
}
