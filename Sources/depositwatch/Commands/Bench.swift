import ArgumentParser
import Foundation

struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure a scan, or the sending of callbacks, against a tuned Node script.",
        discussion: """
            A scripted node serves made-up blocks from memory over loopback HTTP, on a core of its own. On another core \
            the real pipeline scans them into a store in a file, with full durability, and in turns with it a Node script \
            (keep-alive, JSON.parse, a Set) that stores nothing. What counts is processor time a block; the ratio is that \
            of the medians. Every deposit is checked against what the blocks hold, and each of Ethereum's holds a payment \
            that failed, which is none: exit 65 if one is missing or wrong.

            eth-scan      200 transactions and 176 Transfer logs in 402 KB, ten deposits, by a node without \
            eth_getBlockReceipts. Proven: links, hashes of every answer, the success of what matched (by receipt). \
            Not proven: that no log was left out.
            eth-receipts  the same with all receipts: their count, gas, and the header's bloom are proven.
            eth-proof     the same, and the header's hash, the transactions root and the receipts root.
            btc-scan      2,500 transactions in 1.38 MB, raw, ten deposits: hash and merkle root proven. The Node script \
            asks for decoded blocks (verbosity 2), as JavaScript watchers do.
            callbacks     100,000 events waiting in the store's file, signed, sent over 32 connections to a receiver \
            that verifies each, and durably marked when it has said yes; time on the clock. The Node script signs and \
            sends as many, over as many connections, and stores nothing.
            latency       the blocks of eth-proof, proven in full, as every chain file that comes with the daemon asks \
            for, and shown by the node one after the other: from the moment it can serve a block to the yes to each of \
            its ten callbacks, deposits and events durably stored in between; on the clock, the median callback. Both \
            sides ask at once, so that no poll is waited for. The Node script asks for the head, the block and its \
            receipts, signs and sends as many callbacks, and neither proves nor stores.
            latency-logs  the same on the blocks of eth-scan: both sides ask for the receipts of what matched.
            agree         the scan of eth-proof with one node, with two that must agree and with three; there is no Node \
            script.
            """)

    @Argument(help: "eth-scan, eth-receipts, eth-proof, btc-scan, callbacks, latency, latency-logs or agree.")
    var name: Benchmark

    @Option(help: "table or json.")
    var output: Output = .table

    @Option(help: "How often each client runs.")
    var rounds = 5

    @Option(help: "Blocks, by default 500, for btc-scan 60, for latency and latency-logs 300; or events.")
    var count: Int?

    @Option(help: .hidden) var part: Part?
    @Option(help: .hidden) var folder: String?
    /// How many nodes must agree.
    @Option(help: .hidden) var nodes: Int?
    /// Of the node, of the receiver, or of both.
    @Option(parsing: .upToNextOption, help: .hidden) var ports: [Int] = []

    enum Output: String, ExpressibleByArgument, CaseIterable { case table, json }

    /// What one process of a benchmark does; without any it is the one that starts the others.
    enum Part: String, ExpressibleByArgument { case server, client }

    func validate() throws {
        guard rounds > 0, count ?? 1 > 0 else { throw ValidationError("--rounds and --count begin at 1") }
    }

    func run() async throws {
        try await reportingErrors {
            let count = count ?? name.usualCount
            let folder = BenchFolder(root: folder ?? "")
            switch part {
            case nil:
                if case .agree = name.kind {
                    try report(try BenchAgree(benchmark: name, blocks: count, rounds: rounds).run())
                } else {
                    try report(try BenchRun(benchmark: name, count: count, rounds: rounds).run())
                }
            case .server: try await serve(count, folder)
            case .client: say(try await measure(count, folder).line)
            }
        }
    }

    private func report(_ result: BenchResult) throws {
        switch output {
        case .table: say(result.table)
        case .json: say(result.json)
        }
        try assertRight(result)
    }

    /// Of one, two and three nodes.
    private func report(_ results: [BenchResult]) throws {
        switch output {
        case .table:
            say("\(name.rawValue): \(results[0].count) blocks, the median of \(rounds) rounds")
            say("nodes that must agree   CPU ms a block")
            for (index, result) in results.enumerated() {
                say("\(index + 1)                       \(result.cost)")
            }
        case .json:
            let costs = results.enumerated().map { "\"\($0.offset + 1)\":\($0.element.cost)" }
            say("{\"name\":\"\(name.rawValue)\",\"ours_ms\":{\(costs.joined(separator: ","))}}")
        }
        for result in results { try assertRight(result) }
    }

    private func assertRight(_ result: BenchResult) throws {
        if result.wrong > 0 {
            throw Exit(
                code: .badData,
                message: "\(result.wrong) deposits were missed or made up; the figures are void")
        }
    }

    private func serve(_ count: Int, _ folder: BenchFolder) async throws {
        BenchChild.endWithParent()
        switch name.kind {
        case .scan(let scan), .agree(let scan):
            let chain = try publish(scan, count, folder)
            try await BenchNode(answers: chain.answers) { say("\($0)") }.run()
        case .drain: try await BenchReceiver(folder: folder) { say("\($0)") }.run()
        case .way(let scan):
            let chain = try publish(scan, count, folder)
            try await BenchWay(chain: chain, folder: folder) { say("\($0) \($1)") }.run()
        }
    }

    private func publish(_ scan: ScanBenchmark, _ blocks: Int, _ folder: BenchFolder) throws -> BenchChain {
        let chain = try scan.script(blocks: blocks)
        try folder.write(chain.addresses, .addresses)
        try folder.write(chain.deposits, .deposits)
        try folder.write(chain.contracts, .contracts)
        return chain
    }

    private func measure(_ count: Int, _ folder: BenchFolder) async throws -> BenchFigures {
        guard let first = ports.first, let last = ports.last else {
            throw Exit(code: .usage, message: "a client of a benchmark needs --ports")
        }
        switch name.kind {
        case .scan(let scan):
            return try await BenchScan(benchmark: scan, folder: folder, port: first, blocks: count).run()
        case .agree(let scan):
            let nodes = nodes ?? 1
            return try await BenchScan(
                benchmark: scan, folder: folder, port: first, blocks: count, nodes: nodes
            ).run()
        case .drain: return try await BenchDrain(folder: folder, port: first, events: count).run()
        case .way(let scan):
            let scan = BenchScan(benchmark: scan, folder: folder, port: first, blocks: count)
            return try await BenchLatency(scan: scan, receiver: last).run()
        }
    }
}
