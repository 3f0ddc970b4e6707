internal import Foundation

/// A Swift file of the package, as text.
struct SourceFile: Sendable {
    /// From the package's root: `Sources/DepositCore/Height.swift`.
    let path: String
    let text: String
    /// The same lines with comments and the content of string literals blanked out.
    let code: String
    let lines: [Substring]
    let codeLines: [Substring]

    init(path: String, text: String) {
        self.path = path
        self.text = text
        code = CodeScanner.code(of: text)
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        codeLines = code.split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// The target's name: the folder below `Sources` or `Tests`.
    var target: String {
        let parts = path.split(separator: "/")
        return parts.count > 2 ? String(parts[1]) : ""
    }

    var isTest: Bool { path.hasPrefix("Tests/") }

    /// The file's name: `Height.swift`.
    var name: String { path.split(separator: "/").last.map(String.init) ?? path }
}

/// Where a rule of the house is broken, and which.
struct Complaint: Hashable, CustomStringConvertible, Sendable {
    let path: String
    /// Counted from 1; nil where the whole file is meant.
    let line: Int?
    let message: String

    var description: String { "\(path)\(line.map { ":\($0)" } ?? ""): \(message)" }
}

/// The package on disk.
enum House {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Every Swift file of `Sources` and `Tests`.
    static let files: [SourceFile] = ["Sources", "Tests"].flatMap { swiftFiles(below: $0) }

    /// The names in a folder, sorted; none where there is no such folder.
    static func names(in folder: String) -> [String] {
        let path = root.appending(path: folder).path(percentEncoded: false)
        return (try? FileManager.default.contentsOfDirectory(atPath: path))?.sorted() ?? []
    }

    private static func swiftFiles(below folder: String) -> [SourceFile] {
        let base = root.appending(path: folder).path(percentEncoded: false)
        guard let paths = FileManager.default.enumerator(atPath: base) else { return [] }
        return paths.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.sorted().compactMap {
            path in
            (try? String(contentsOfFile: "\(base)/\(path)", encoding: .utf8)).map {
                SourceFile(path: "\(folder)/\(path)", text: $0)
            }
        }
    }
}
