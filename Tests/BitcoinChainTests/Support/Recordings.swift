import Foundation
import NodeRPC

/// Answers that public nodes gave, kept outside the product.
enum Recordings {
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["DEPOSITWATCH_RECORDINGS"] {
            return URL(filePath: path)
        }
        return URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../../shared/data")
            .standardized
    }()

    static var areThere: Bool {
        FileManager.default.fileExists(atPath: folder.appending(path: "bitcoin").path())
    }

    static func read<Value>(_ path: String, _ read: (JSON) throws -> Value) throws -> Value {
        try withJSON([UInt8](Data(contentsOf: folder.appending(path: path)))) { json in try read(json) }
    }

    static func string(_ path: String, _ member: StaticString) throws -> String {
        try read(path) { $0.member(member)?.string ?? "" }
    }
}
