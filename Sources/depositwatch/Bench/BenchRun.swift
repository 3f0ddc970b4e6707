import Foundation

/// A whole benchmark: the scripted node, the receiver, or both, and both clients against it in turns.
struct BenchRun {
    let benchmark: Benchmark
    /// Blocks, or events.
    let count: Int
    let rounds: Int

    func run() throws -> BenchResult {
        guard let node = pathOfProgram("node") else {
            throw Exit(
                code: .unavailable,
                message: "node is not in PATH; the yardstick is a Node script, so install Node.js 20 or newer"
            )
        }
        guard let own = Bundle.main.executablePath else {
            throw Exit(code: .software, message: "the path of this program cannot be found")
        }
        let folder = try BenchFolder.make()
        defer { folder.remove() }
        let (script, words) = benchmark.yardstick
        try script.write(toFile: folder.path("yardstick.js"), atomically: true, encoding: .utf8)
        let cores = Cores.pair
        let common = [
            "bench", benchmark.rawValue, "--count", "\(count)", "--folder", folder.root, "--part",
        ]
        complain("making \(count) \(benchmark.unit)s …")
        let server = try BenchChild(own, common + ["server"], core: cores?.node)
        defer { server.end() }
        guard let ports = server.nextLine()?.split(separator: " ").map(String.init) else {
            throw Exit(code: .software, message: "the other side of the benchmark did not start")
        }
        var ours: [BenchFigures] = []
        var yardstick: [BenchFigures] = []
        for round in 1...rounds {
            ours.append(
                try BenchChild.measure(own, common + ["client", "--ports"] + ports, core: cores?.client))
            let arguments = [folder.path("yardstick.js")] + words + [folder.root, "\(count)"] + ports
            yardstick.append(try BenchChild.measure(node, arguments, core: cores?.client))
            try assertSame(ours[round - 1], yardstick[round - 1])
            complain("round \(round) of \(rounds): \(ours[round - 1].line) | \(yardstick[round - 1].line)")
        }
        return BenchResult(benchmark: benchmark, count: count, ours: ours, yardstick: yardstick)
    }

    /// Two clients that find different things are not compared; what ours finds wrong is reported with the figures.
    private func assertSame(_ ours: BenchFigures, _ yardstick: BenchFigures) throws {
        guard ours.wrong == 0, ours.hits != yardstick.hits else { return }
        throw Exit(
            code: .software,
            message: "the yardstick found \(yardstick.hits) where there are \(ours.hits): nothing is compared"
        )
    }

}
