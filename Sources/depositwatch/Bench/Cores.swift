import Foundation

/// The processor's cores, shared out so that a client does not run on the node's.
///
/// `taskset` does it, for `sched_setaffinity` is not among what Swift sees of glibc; without it nothing is pinned.
enum Cores {
    /// One for the client and one for the node; nil where they cannot be told apart.
    static var pair: (client: Int, node: Int)? {
        let cores = allowed
        guard let first = cores.first, let last = cores.last, first != last else { return nil }
        return (last, first)
    }

    /// A command that runs on one core alone.
    static func pinned(_ program: String, _ arguments: [String], to core: Int?) -> (String, [String]) {
        guard let core, let taskset = pathOfProgram("taskset") else { return (program, arguments) }
        return (taskset, ["-c", "\(core)", program] + arguments)
    }

    /// Those that this process may use (proc(5), `Cpus_allowed_list`: `0-3,8`).
    private static var allowed: [Int] {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("Cpus_allowed_list:") })
        else { return [] }
        let ranges = line.drop { !$0.isNumber }.split(separator: ",")
        return ranges.flatMap { range -> [Int] in
            let ends = range.split(separator: "-").compactMap { Int($0) }
            guard let first = ends.first, let last = ends.last, first <= last else { return [] }
            return Array(first...last)
        }
    }
}

/// Where a program is, as a shell would find it.
func pathOfProgram(_ name: String) -> String? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    return path.split(separator: ":").map { "\($0)/\(name)" }
        .first { FileManager.default.isExecutableFile(atPath: $0) }
}
