import Foundation

/// Answers that public nodes gave, where they are at hand: `DEPOSITWATCH_RECORDINGS`, or `../shared/data`
/// beside the checkout.
enum Recordings {
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["DEPOSITWATCH_RECORDINGS"] {
            return URL(fileURLWithPath: path)
        }
        let checkout = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return checkout.deletingLastPathComponent().appendingPathComponent("shared/data")
    }()

    static let isPresent = FileManager.default.fileExists(
        atPath: folder.appendingPathComponent("ethereum").path)
    static let absence = "no recordings: set DEPOSITWATCH_RECORDINGS to their folder"

    static func json(_ path: String) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(contentsOf: folder.appendingPathComponent(path)))
    }

    static func lines(_ path: String) throws -> [[String: Any]] {
        let text = try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
        return try text.split(separator: "\n").compactMap {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
    }
}
