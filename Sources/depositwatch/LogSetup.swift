public import ArgumentParser
import DepositCore
import Foundation
public import Logging

/// How the daemon talks: `--log-format` and `--log-level`.
struct LogOptions: ParsableArguments {
    enum Format: String, CaseIterable, ExpressibleByArgument { case text, json }

    @Option(help: "text for people, json for machines; by default text on a terminal and json elsewhere.")
    var logFormat: Format?

    @Option(help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel: Logger.Level = .info

    func start() {
        let format = logFormat ?? (isatty(STDERR_FILENO) == 1 ? .text : .json)
        LoggingSystem.bootstrap { [logLevel] label in
            LineLog(label: label, format: format, level: logLevel)
        }
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}

/// One line an entry on standard error: `2026-11-21T02:15:07Z info  chain ethereum: deposit confirmed …`, or JSON.
struct LineLog: LogHandler {
    let label: String
    let format: LogOptions.Format
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    init(label: String, format: LogOptions.Format, level: Logger.Level) {
        self.label = label
        self.format = format
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let merged = metadata.merging(event.metadata ?? [:]) { $1 }
        let time = Date().formatted(.iso8601)
        let line =
            switch format {
            case .text: Self.text(time, event.level, event.message, merged)
            case .json: Self.json(time, event.level, label, event.message, merged)
            }
        FileHandle.standardError.write(Data(line.utf8))
    }

    static func text(
        _ time: String, _ level: Logger.Level, _ message: Logger.Message, _ metadata: Logger.Metadata
    ) -> String {
        let chain = metadata["chain"].map { "[\(plain("\($0)"))] " } ?? ""
        let rest = metadata.filter { $0.key != "chain" }.sorted { $0.key < $1.key }
        let facts = rest.map { " \($0.key)=\(quoted("\($0.value)"))" }.joined()
        let name = level.rawValue.uppercased().padding(toLength: 8, withPad: " ", startingAt: 0)
        return "\(time) \(name) \(chain)\(plain("\(message)"))\(facts)\n"
    }

    static func json(
        _ time: String, _ level: Logger.Level, _ label: String, _ message: Logger.Message,
        _ metadata: Logger.Metadata
    ) -> String {
        var fields = [
            ("time", time), ("level", level.rawValue), ("logger", label), ("message", "\(message)"),
        ]
        fields += metadata.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
        let members = fields.map { "\(quotedJSON($0.0)):\(quotedJSON($0.1))" }.joined(separator: ",")
        return "{\(members)}\n"
    }

    /// Control characters would let a label or memo forge lines of the log.
    private static func plain(_ text: String) -> String { TerminalText.shown(text) }

    private static func quoted(_ text: String) -> String {
        text.contains(" ") || text.contains("\"") ? quotedJSON(text) : plain(text)
    }

    private static func quotedJSON(_ text: String) -> String {
        TerminalText.shown(JSONText.string(text).text)
    }
}
