import CallbackNotifier
import DepositCore
import DepositEngine
import DepositStore
import DepositTestKit
import Foundation
import NodeRPC

/// Our side of the way of a block: from when a node can serve it until its callbacks are answered with yes, all of it
/// committed in between.
///
/// The turn begins at once: how long a block waits for the next poll is a setting, and no speed.
struct BenchLatency {
    let scan: BenchScan
    let receiver: Int

    func run() async throws -> BenchFigures {
        let store = try Store(at: .file(scan.folder.path("latency-\(getpid()).db")))
        try await show(0)
        var (pipeline, council) = try await scan.open(store)
        let answers = CountedAnswers()
        let notifier = try await BenchReceiver.notifier(store, port: receiver, answers)
        let running = Task { try await notifier.run() }
        var times: [Duration] = []
        for height in 1...scan.blocks {
            try await show(height)
            let start = ContinuousClock.now
            let turn = try await pipeline.turn(council.seats[0], in: council)
            guard !turn.events.isEmpty else {
                throw Exit(code: .software, message: "block \(height) was scanned without an event")
            }
            times += await answers.next(turn.events.count).map { start.duration(to: $0) }
            // Blocks are seconds apart: the marks of one do not meet the next.
            try await store.marked()
        }
        running.cancel()
        try await running.value
        let (found, wrong) = try await scan.judge(store)
        await store.close()
        return BenchFigures(
            milliseconds: times.sorted()[times.count / 2].milliseconds,
            residentKilobytes: ProcessorTime.mostResidentKilobytes, hits: times.count,
            wrong: wrong + abs(found - times.count) + answers.refused)
    }

    /// Returns when the node can serve the block at a height.
    private func show(_ height: Int) async throws {
        let node = Node(try NodeEndpoint("http://127.0.0.1:\(scan.port)/"))
        try await node.call([RPCCall(BenchHead.method, "[\(height)]")]) { replies throws(NodeError) in }
    }
}

/// The other side of it: a node that shows one block after the other, and the receiver.
struct BenchWay {
    let chain: BenchChain
    let folder: BenchFolder
    /// Told the ports of the node and of the receiver once both take requests.
    let listening: @Sendable (_ node: Int, _ receiver: Int) -> Void

    func run() async throws {
        var answers = chain.answers
        answers.head = BenchHead()
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        try await withThrowingTaskGroup(of: Void.self) { [answers, listening] group in
            group.addTask {
                defer { port.finish() }
                try await BenchReceiver(folder: folder) { port.yield($0) }.run()
            }
            for await receiver in ports {
                group.addTask { try await BenchNode(answers: answers) { listening($0, receiver) }.run() }
            }
            try await group.waitForAll()
        }
    }
}

extension Duration {
    var milliseconds: Double { Double(components.seconds) * 1_000 + Double(components.attoseconds) / 1e15 }
}
