import Foundation

/// A whole benchmark: the scripted node, and both clients against it in turns.
struct BenchRun {
    let benchmark: Benchmark
    let blocks: Int
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
        try Yardstick.script.write(toFile: folder.path("yardstick.js"), atomically: true, encoding: .utf8)
        let cores = Cores.pair
        let common = [
            "bench", benchmark.rawValue, "--blocks", "\(blocks)", "--folder", folder.root, "--part",
        ]
        complain("making \(blocks) blocks …")
        let server = try BenchChild(own, common + ["node"], core: cores?.node)
        defer { server.end() }
        guard let port = server.nextLine() else {
            throw Exit(code: .software, message: "the scripted node did not start")
        }
        var ours: [BenchFigures] = []
        var yardstick: [BenchFigures] = []
        for round in 1...rounds {
            ours.append(try measure(own, common + ["scan", "--port", port], core: cores?.client))
            let script = [folder.path("yardstick.js"), benchmark.yardstick, port, folder.root, "\(blocks)"]
            yardstick.append(try measure(node, script, core: cores?.client))
            complain("round \(round) of \(rounds): \(ours[round - 1].line) | \(yardstick[round - 1].line)")
        }
        return BenchResult(benchmark: benchmark, blocks: blocks, ours: ours, yardstick: yardstick)
    }

    private func measure(_ program: String, _ arguments: [String], core: Int?) throws -> BenchFigures {
        let child = try BenchChild(program, arguments, core: core)
        defer { child.end() }
        guard let line = child.nextLine(), let figures = BenchFigures(line: line) else {
            throw Exit(
                code: .software, message: "a client of the benchmark ended without figures: \(program)")
        }
        return figures
    }
}
