import Foundation

/// Where the processes of a benchmark leave for one another what does not change between rounds.
struct BenchFolder {
    let root: String

    enum List: String {
        case addresses, contracts, deposits
    }

    func path(_ name: String) -> String { "\(root)/\(name)" }

    func lines(_ list: List) throws -> [String] {
        let text = try String(contentsOfFile: path(list.rawValue), encoding: .utf8)
        return text.split(separator: "\n").map(String.init)
    }

    func write(_ lines: [String], _ list: List) throws {
        try (lines.joined(separator: "\n") + "\n").write(
            toFile: path(list.rawValue), atomically: true, encoding: .utf8)
    }

    /// A new one below the system's folder for temporary files.
    static func make() throws -> BenchFolder {
        BenchFolder(root: try PrivateFolder(named: "depositwatch-bench").path)
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: root)
    }
}
