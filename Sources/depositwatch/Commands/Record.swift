import ArgumentParser
import ChainKit
import DepositCore
import DepositEngine
import DepositTestKit
import Foundation
import NodeRPC

struct Record: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a fixture from a live node.",
        discussion: """
            Follows the node until standard input closes, and says `step N head HEIGHT HASH` each time a head and all \
            that belongs to it are on the tape. The folder gets tape.jsonl, watch.yaml and, unless there is one \
            already, an events.jsonl with what comes out today: read it, for it is what the test will demand.
            """)

    @Option(help: "The chain file's id, such as litecoin-regtest.")
    var chain: String

    @Option(help: "A folder of chain files besides the shipped one.")
    var chainFiles: String?

    @Option(help: "The node's URL; user:password@ before the host where it wants them.")
    var node: String

    @Option(help: "The first height to scan.")
    var from: UInt32

    @Option(help: "The watch.yaml: who is watched, under which policy.")
    var watch: String

    @Option(help: "The folder to write.")
    var out: String

    func run() async throws {
        try await reportingErrors {
            let known = try chainOfShipped(chain, chainFiles: chainFiles)
            let watchFile = try WatchFile(at: watch, chain: known)
            let chain =
                try watchFile.policy.map { try type(of: known).init(known.spec.with(policy: $0)) } ?? known
            try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
            let tape = try TapeFile("\(out)/tape.jsonl")
            try writeWatchFile()
            let recorder = FixtureRecorder(
                chain, endpoint: try endpoint(node), watch: watchFile, from: Height(integerLiteral: from),
                clock: SystemClock(), write: { tape.write($0) })
            try await record(recorder)
            try tape.close()
            try await writeEvents()
        }
    }

    /// Until standard input closes, whichever way that happens.
    private func record(_ recorder: FixtureRecorder) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await recorder.record { step, head in
                    say("step \(step) head \(head.header.height) \(head.header.hash)")
                }
            }
            group.addTask {
                await standardInputClosed()
                throw CancellationError()
            }
            defer { group.cancelAll() }
            do { try await group.next() } catch is CancellationError {
                // Standard input closed: the recording is complete.
            } catch let error as NodeError {
                throw Exit(code: .unavailable, message: "\(error)")
            }
        }
    }

    private func writeWatchFile() throws {
        let text = try String(contentsOfFile: watch, encoding: .utf8)
        let hasFrom = text.split(separator: "\n").contains { $0.hasPrefix("from:") }
        try (hasFrom ? text : "from: \(from)\n" + text)
            .write(toFile: "\(out)/watch.yaml", atomically: true, encoding: .utf8)
    }

    private func writeEvents() async throws {
        let path = "\(out)/events.jsonl"
        guard !FileManager.default.fileExists(atPath: path) else { return }
        let fixture = try fixture(at: out, chainFiles: chainFiles, chain: chain)
        let events = try await FixturePlayer(fixture).play()
        let lines = try events.map { try ExpectedEvent($0).line + "\n" }
        try lines.joined().write(toFile: path, atomically: true, encoding: .utf8)
    }
}

/// Returns when nobody can write to standard input any more.
private func standardInputClosed() async {
    await withCheckedContinuation { continuation in
        Thread.detachNewThread {
            while !FileHandle.standardInput.availableData.isEmpty {}
            continuation.resume()
        }
    }
}

/// A tape being written, a whole line at a time.
private final class TapeFile: Sendable {
    private let file: FileHandle

    init(_ path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let file = FileHandle(forWritingAtPath: path)
        else { throw Exit(code: .noPermission, message: "\(path) cannot be written") }
        self.file = file
    }

    func write(_ line: String) {
        file.write(Data("\(line)\n".utf8))
    }

    func close() throws {
        try file.close()
    }
}

func endpoint(_ url: String) throws -> NodeEndpoint {
    do throws(InvalidURL) { return try NodeEndpoint(url) } catch {
        throw Exit(code: .usage, message: "--node: \(error)")
    }
}
