import ChainKit
import DepositCore
import Foundation
import Testing

@testable import BitcoinChain

/// The chains of the family as their chain files describe them.
enum Chains {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../chains").standardized

    static let all: [Bitcoin] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
        return names.sorted().compactMap { name in
            guard name.hasSuffix(".yaml"),
                let text = try? String(contentsOf: folder.appending(path: name), encoding: .utf8),
                let spec = try? ChainSpec(text, file: name), spec.family == Bitcoin.family
            else { return nil }
            return try? Bitcoin(spec)
        }
    }()

    static func named(_ id: String) throws -> Bitcoin {
        try #require(all.first { $0.spec.id.text == id }, "chains/\(id).yaml does not load")
    }
}

extension Bitcoin {
    /// The same chain as a file with some of its text replaced describes it.
    static func edited(_ id: String, _ old: String, _ new: String) throws -> Bitcoin {
        let file = Chains.folder.appending(path: "\(id).yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        try #require(text.contains(old))
        return try Bitcoin(ChainSpec(text.replacingOccurrences(of: old, with: new), file: "\(id).yaml"))
    }
}

extension Watchlist {
    static func watching(_ keys: [UInt8]...) -> Watchlist {
        var list = Watchlist(seed: 7)
        for (index, key) in keys.enumerated() { list.add(key, generation: Int64(index + 1)) }
        return list
    }
}

func bytes(_ hex: String) -> [UInt8] {
    Hex.decode(hex) ?? []
}
