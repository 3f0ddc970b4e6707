import BitcoinChain
import ChainKit
import DepositCore
import DepositTestKit
import EVMChain
import Foundation

/// Every family there is. A new one is added here, and nowhere else.
let families: [any Chain.Type] = [EVM.self, Bitcoin.self]

/// The shipped chain files, and an operator's own folder after them.
func chainFiles(besides folder: String? = nil) throws -> ChainFiles {
    try ChainFiles(folders: [Installation.chains] + (folder.map { [$0] } ?? []), families: families)
}

func chainOfShipped(_ name: String, chainFiles folder: String?) throws -> any Chain {
    let files = try chainFiles(besides: folder)
    guard let chain = files.chains[ChainID(name)] else {
        let names = files.chains.keys.map(\.text).sorted().joined(separator: ", ")
        throw Exit(code: .usage, message: "there is no chain file for \(name); there are: \(names)")
    }
    return chain
}

/// The fixture in a folder; `chain` where the folder's own place does not name it.
func fixture(at folder: String, chainFiles ownFiles: String?, chain: String? = nil) throws -> Fixture {
    do {
        return try Fixture(
            folder, chains: try chainFiles(besides: ownFiles), families: families, named: chain)
    } catch let error as FixtureError {
        throw Exit(code: .badData, message: "\(error)")
    }
}

/// Data for the caller: standard output, a line at a time.
func say(_ line: String) {
    let shown = TerminalText.shown(line, keepingLines: true)
    FileHandle.standardOutput.write(Data("\(shown)\n".utf8))
}

/// Talk for a person: standard error.
func complain(_ line: String) {
    let shown = TerminalText.shown(line, keepingLines: true)
    FileHandle.standardError.write(Data("\(shown)\n".utf8))
}
