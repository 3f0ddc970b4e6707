import ArgumentParser
import Foundation

struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure a scan, or the sending of callbacks, against a tuned Node script.",
        discussion: """
            A scripted node serves made-up blocks from memory over loopback HTTP, on a core of its own. On another core \
            the real pipeline scans them into a store in a file, with full durability, and in turns with it a Node script \
            (keep-alive, JSON.parse, a Set) that stores nothing. What counts is processor time a block; the ratio is that \
            of the medians. Every deposit is checked against what the blocks hold: exit 65 if one is missing or wrong.

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
            """)

    @Argument(help: "eth-scan, eth-receipts, eth-proof, btc-scan or callbacks.")
    var name: Benchmark

    @Option(help: "table or json.")
    var output: Output = .table

    @Option(help: "How often each client runs.")
    var rounds = 5

    @Option(help: "Blocks in a scan, by default 500, for btc-scan 60; or events.")
    var count: Int?

    @Option(help: .hidden) var part: Part?
    @Option(help: .hidden) var folder: String?
    @Option(help: .hidden) var port: Int?

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
            switch (part, name.scan) {
            case (nil, _): try report(try BenchRun(benchmark: name, count: count, rounds: rounds).run())
            case (.server, let scan?): try await serve(scan, count, folder)
            case (.server, nil): try await BenchReceiver(folder: folder) { say("\($0)") }.run()
            case (.client, let scan?):
                say(
                    try await BenchScan(benchmark: scan, folder: folder, port: port ?? 0, blocks: count)
                        .run().line)
            case (.client, nil):
                say(try await BenchDrain(folder: folder, port: port ?? 0, events: count).run().line)
            }
        }
    }

    private func report(_ result: BenchResult) throws {
        switch output {
        case .table: say(result.table)
        case .json: say(result.json)
        }
        if result.wrong > 0 {
            throw Exit(
                code: .badData,
                message: "\(result.wrong) deposits were missed or made up; the figures are void")
        }
    }

    private func serve(_ scan: ScanBenchmark, _ blocks: Int, _ folder: BenchFolder) async throws {
        let script = try scan.script(blocks: blocks)
        try folder.write(script.addresses, .addresses)
        try folder.write(script.deposits, .deposits)
        try folder.write(script.contracts, .contracts)
        BenchChild.endWithParent()
        try await BenchNode(answers: script.answers) { say("\($0)") }.run()
    }
}
