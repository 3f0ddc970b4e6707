import BitcoinChain
import ChainKit
import DepositTestKit
import EVMChain
import Foundation

/// The package's own files, which are the seeds.
enum Repository {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    static let families: [any Chain.Type] = [EVM.self, Bitcoin.self]

    /// Every shipped chain; none where a chain file is broken, which other tests say better.
    static let chains: [any Chain] =
        (try? ChainFiles(folders: [root + "/chains"], families: families))?.chains.values
        .sorted { $0.spec.id < $1.spec.id } ?? []

    static func fixture(_ name: String) throws -> Fixture {
        let files = try ChainFiles(folders: [root + "/chains"], families: families)
        return try Fixture("\(root)/fixtures/\(name)", chains: files, families: families)
    }

    static func bytes(_ path: String) -> [UInt8] {
        [UInt8](FileManager.default.contents(atPath: "\(root)/\(path)") ?? Data())
    }

    /// The files with this name or ending below a folder, sorted, so that a seed's index stays what it is.
    static func files(below folder: String, named ending: String) -> [String] {
        let all = FileManager.default.enumerator(atPath: "\(root)/\(folder)")?.allObjects as? [String] ?? []
        return all.filter { $0.hasSuffix(ending) }.sorted().map { "\(folder)/\($0)" }
    }
}
