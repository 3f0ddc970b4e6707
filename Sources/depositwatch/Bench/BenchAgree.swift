import Foundation

/// What it costs that several nodes must agree: the same scan with one, two and three of them.
struct BenchAgree {
    let benchmark: Benchmark
    let blocks: Int
    let rounds: Int

    private static let quorums = 1...3

    /// - Returns: the median round of each, in their order.
    func run() throws -> [BenchResult] {
        guard let own = Bundle.main.executablePath else {
            throw Exit(code: .software, message: "the path of this program cannot be found")
        }
        let folder = try BenchFolder.make()
        defer { folder.remove() }
        let cores = Cores.pair
        let common = ["bench", benchmark.rawValue, "--count", "\(blocks)", "--folder", folder.root, "--part"]
        complain("making \(blocks) blocks …")
        let server = try BenchChild(own, common + ["server"], core: cores?.node)
        defer { server.end() }
        guard let port = server.nextLine() else {
            throw Exit(code: .software, message: "the other side of the benchmark did not start")
        }
        var figures: [Int: [BenchFigures]] = [:]
        for round in 1...rounds {
            for nodes in Self.quorums {
                let client = common + ["client", "--nodes", "\(nodes)", "--ports", port]
                figures[nodes, default: []].append(
                    try BenchChild.measure(own, client, core: cores?.client))
            }
            complain("round \(round) of \(rounds)")
        }
        return Self.quorums.map {
            BenchResult(
                benchmark: benchmark, count: blocks, ours: figures[$0] ?? [], yardstick: figures[1] ?? [])
        }
    }
}
