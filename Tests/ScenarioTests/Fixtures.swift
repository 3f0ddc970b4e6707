import BitcoinChain
import ChainKit
import DepositTestKit
import EVMChain
import Foundation

/// The package's folder.
let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

/// Every folder below `fixtures/`, by its name there.
let names = Fixture.folders(below: root + "/fixtures").map { String($0.dropFirst(root.count + 10)) }

func fixture(_ name: String) throws -> Fixture {
    let families: [any Chain.Type] = [EVM.self, Bitcoin.self]
    let chains = try ChainFiles(folders: [root + "/chains"], families: families)
    return try Fixture("\(root)/fixtures/\(name)", chains: chains, families: families)
}
