internal import Foundation
internal import Glibc

/// One run of `depositwatch check --online` on a node, in a process of its own whose memory can be told from ours.
struct CheckedDaemon {
    let exitCode: Int32
    let output: String
    let peakMebibytes: Int

    init(node: String) throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "depositwatch-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let configuration = folder.appending(path: "depositwatch.yaml").path
        let written = folder.appending(path: "output").path
        try """
        store: sqlite:\(folder.path)/deposits.db
        chains:
          dev-evm: {nodes: ["\(node)"]}
        api: {tokens: none}
        """.write(toFile: configuration, atomically: true, encoding: .utf8)
        (exitCode, peakMebibytes) = try Self.run(
            ["check", "--online", "--config", configuration], to: written)
        output = try String(contentsOfFile: written, encoding: .utf8)
    }

    /// The program that was built beside these tests.
    private static let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appending(path: "depositwatch").path

    /// Spawned and waited for by hand, to look at it until it ends.
    private static func run(_ arguments: [String], to output: String) throws -> (Int32, Int) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        let words = ([program] + arguments).map { strdup($0) }
        defer { for word in words { free(word) } }
        var child: pid_t = 0
        let error = posix_spawn(&child, program, &actions, nil, words + [nil], environ)
        guard error == 0 else { throw POSIXError(POSIXErrorCode(rawValue: error) ?? .ENOENT) }
        var status: Int32 = 0
        var peak = 0
        while waitpid(child, &status, WNOHANG) == 0 {
            peak = max(peak, Self.peakKibibytes(of: child))
            poll(nil, 0, 2)
        }
        return (status >> 8 & 0xff, peak / 1_024)
    }

    /// The most that the process has held since it began. Not what `wait4` says, which counts what ours held before it.
    private static func peakKibibytes(of child: pid_t) -> Int {
        let status = (try? String(contentsOfFile: "/proc/\(child)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    }
}
