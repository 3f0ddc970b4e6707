import Foundation

/// A process of a benchmark, on a core of its own. It is ended when this is.
///
/// A child that is ours ends by itself when its standard input does, so none stays behind if we are killed.
final class BenchChild {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var unread = Data()

    init(_ program: String, _ arguments: [String], core: Int?) throws {
        let (executable, words) = Cores.pinned(program, arguments, to: core)
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = words
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    deinit {
        end()
    }

    /// The next line of its standard output; nil at the end.
    func nextLine() -> String? {
        while true {
            if let end = unread.firstIndex(of: 0x0a) {
                defer { unread = Data(unread[(end + 1)...]) }
                return String(decoding: unread[..<end], as: UTF8.self)
            }
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { return nil }
            unread.append(more)
        }
    }

    func end() {
        try? input.fileHandleForWriting.close()
        if process.isRunning { process.terminate() }
        process.waitUntilExit()
    }

    /// In a child that is ours: ends it when the process that started it is gone.
    static func endWithParent() {
        Thread.detachNewThread {
            while !FileHandle.standardInput.availableData.isEmpty {}
            Foundation.exit(0)
        }
    }
}

extension BenchChild {
    /// The figures of one client, run to its end.
    static func measure(_ program: String, _ arguments: [String], core: Int?) throws -> BenchFigures {
        let child = try BenchChild(program, arguments, core: core)
        defer { child.end() }
        guard let line = child.nextLine(), let figures = BenchFigures(line: line) else {
            throw Exit(
                code: .software, message: "a client of the benchmark ended without figures: \(program)")
        }
        return figures
    }
}
