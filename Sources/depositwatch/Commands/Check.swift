import ArgumentParser
import ChainKit
import DepositCore
import DepositEngine
import DepositStore
import Foundation
import NodeRPC

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look a configuration over, and with --online ask every node.",
        discussion: """
            Prints what would run, without any secret, and warns of what can be run and should not be without a \
            thought: one node alone on a main network, clear text to other machines, secrets that others can read. \
            Exit 78 when the configuration is wrong, and with --strict when there is such a warning; 69 when a node \
            does not answer or follows another chain.
            """)

    @OptionGroup var file: ConfigurationOption

    @Flag(help: "Ask every node for its identity and head.")
    var online = false

    @Flag(help: "Refuse what is only warned of.")
    var strict = false

    func run() async throws {
        try await reportingErrors {
            let configuration = try Configuration(at: file.config, families: families)
            _ = try Callbacks(configuration.callbacks)
            _ = try configuration.api.access()
            _ = try (configuration.api.key(), configuration.api.networks())
            say("store      \(configuration.store.words)")
            say("api        \(try configuration.api.address())")
            for callback in configuration.callbacks { say("callback   \(callback.name): \(callback.words)") }
            var complaints = 0
            for watched in configuration.chains { complaints += try await check(watched) }
            let concerns = try configuration.concerns()
            for concern in concerns { complain("warning: \(concern)") }
            if strict, !concerns.isEmpty {
                throw Exit(
                    code: .configuration,
                    message: "\(concerns.count) warning(s), which --strict refuses; see above")
            }
            if complaints > 0 {
                throw Exit(code: .unavailable, message: "\(complaints) node(s) cannot be used; see above")
            }
            complain("the configuration is good\(online ? ", and every node answers as it should" : "")")
        }
    }

    private func check(_ watched: Configuration.WatchedChain) async throws -> Int {
        let spec = watched.chain.spec
        let from = watched.from.map { "from height \($0)" } ?? "from the head at first start"
        say(
            "chain      \(spec.id) (\(spec.family)), \(from), reorg window \(spec.reorgWindow), proof \(spec.proof)"
        )
        say("  agree    \(watched.agree) of \(watched.nodes.count), \(watched.witness.words)")
        if watched.chain.settlesLater {
            say("  settled  a deposit is confirmed once a later block has proven the receipts of its own")
        }
        for rule in spec.rules.policy.rules { say("  policy   \(rule.requirement.words)") }
        var complaints = 0
        for node in Node.ofOneChain(watched.nodes) {
            guard online else {
                say("  node     \(node.name), \(node.patience) s an answer at most")
                continue
            }
            let adapter = watched.chain.adapter(on: node)
            do throws(NodeError) {
                try await adapter.verifyIdentity()
                let abilities = try await adapter.probe()
                let head = try await adapter.head()
                let final = head.finalized.map { ", final \($0.height)" } ?? ""
                say("  node     \(node.name): head \(head.header.height) \(head.header.hash)\(final)")
                for need in watched.chain.needs {
                    say("    \(need.words(await need.presence(at: node, abilities)))")
                }
                if let batch = node.batchesOf { say("    takes batches of \(batch)") }
                await read(head, of: adapter)
                for remark in node.remarks.all { say("    remark: \(remark.words)") }
            } catch {
                say("  node     \(node.name): \(error.words)")
                complaints += 1
            }
        }
        return complaints
    }

    /// Reads the node's newest block as a scan does, for what only a block tells of a node. A node may be in the
    /// middle of it: that it does not come is said, and is no complaint.
    private func read(_ head: Head, of adapter: any ChainAdapter) async {
        do throws(NodeError) {
            let blocks = try await adapter.blocks([head.header], watching: Watchlist(seed: 0))
            let isProven = blocks.allSatisfy(\.isProven)
            say("    reads block \(head.header.height)\(isProven ? ", proven by its hash" : "")")
        } catch {
            say("    block \(head.header.height) cannot be read: \(error.fault)")
        }
    }
}

struct ConfigurationOption: ParsableArguments {
    @Option(name: .shortAndLong, help: "The configuration file. [$DEPOSITWATCH_CONFIG]")
    var config: String =
        ProcessInfo.processInfo.environment["DEPOSITWATCH_CONFIG"]
        ?? "/etc/depositwatch/depositwatch.yaml"
}

extension Store.Place {
    var words: String {
        switch self {
        case .file(let path): "sqlite:\(path)"
        case .memory: "in memory"
        }
    }
}

extension Watcher.Settings.Witness {
    fileprivate var words: String {
        switch self {
        case .every: "every block that no hash proves is read from as many"
        case .matched: "absence is one node's word where no hash proves it"
        }
    }
}

extension Requirement {
    /// For people: `below 1000 USDT: 12 confirmations`.
    var words: String {
        var needs: [String] = []
        if let depth { needs.append("\(depth) confirmation\(depth == 1 ? "" : "s")") }
        if finality { needs.append("finality") }
        let alternative = fallback.map {
            ", or \($0.depth) confirmations once finality has stalled for \($0.after) s"
        }
        return "\(rule): \(needs.joined(separator: " and "))\(alternative ?? "")"
    }
}
