import ArgumentParser
import Foundation

/// How a command prints what it was asked for.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
    case table, json, ndjson

    /// A list: columns by name and the path of their value in an item.
    func show(_ items: [JSONValue], columns: [(name: String, path: [String])]) {
        switch self {
        case .json: say(JSONValue.list(items).pretty)
        case .ndjson: for item in items { say(item.line) }
        case .table:
            let rows = items.map { item in
                columns.map { column in column.path.reduce(item) { $0[$1] }.string ?? "-" }
            }
            Self.table(columns.map { $0.name.uppercased() }, rows)
        }
    }

    /// One thing, whole.
    func show(_ item: JSONValue) {
        switch self {
        case .ndjson: say(item.line)
        case .json, .table: say(item.pretty)
        }
    }

    private static func table(_ header: [String], _ rows: [[String]]) {
        let widths = header.indices.map { column in
            ([header] + rows).map { printable($0[column]).count }.max() ?? 0
        }
        for row in [header] + rows {
            let cells = zip(row, widths).map { cell, width in
                printable(cell).padding(toLength: width, withPad: " ", startingAt: 0)
            }
            say(cells.joined(separator: "  ").trimmingCharacters(in: .whitespaces))
        }
    }

    /// On the one line of a cell.
    static func printable(_ text: String) -> String { TerminalText.shown(text) }
}
