import Foundation

/// A progress bar on standard error: redrawn in place on a terminal; elsewhere a line every tenth, and every minute.
struct ProgressBar {
    private let total: Int
    private let label: String
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let start = ContinuousClock.now
    private var done = 0
    private var lastTenth = 0
    private var lastMinute = 0

    init(total: Int, label: String) {
        self.total = total
        self.label = TerminalText.shown(label)
    }

    mutating func advance(by count: Int) {
        done += count
        let seconds = max(1, Int(start.duration(to: .now).components.seconds))
        let tenth = total == 0 ? 10 : done * 10 / total
        guard isTerminal || tenth > lastTenth || seconds / 60 > lastMinute else { return }
        lastTenth = tenth
        lastMinute = seconds / 60
        let filled = total == 0 ? 30 : done * 30 / total
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
        let rate = done / seconds
        let left = rate > 0 && done < total ? ", \((total - done) / rate) s left" : ""
        let line = "\(label) \(bar) \(done)/\(total), \(rate)/s\(left)"
        FileHandle.standardError.write(Data((isTerminal ? "\r\(line)\u{1b}[K" : "\(line)\n").utf8))
    }

    /// Takes the bar off the terminal, so that a line of data may stand there.
    func clear() {
        if isTerminal { FileHandle.standardError.write(Data("\r\u{1b}[K".utf8)) }
    }

    func finish() {
        if isTerminal { complain("") }
    }
}
