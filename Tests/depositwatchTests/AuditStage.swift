import ArgumentParser
import ChainKit
import DepositCore
import DepositStore
import DepositTestKit
import Foundation

@testable import depositwatch

/// A folder with a configuration, a chain file and a store that a daemon has written, and the node behind real HTTP.
final class AuditStage {
    let chain: TestChain
    let node: ScriptedNode
    let folder: String
    let daemon: TestDaemon

    var store: String { folder + "/deposits.db" }
    var configuration: String { folder + "/depositwatch.yaml" }

    /// Twelve blocks have been scanned; 5 pays the watched address.
    init() async throws {
        chain = try TestChain(.evm)
        node = chain.node("node")
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("audit-\(UUID())").path
        try FileManager.default.createDirectory(
            atPath: folder + "/chains", withIntermediateDirectories: true)
        try chain.file.write(toFile: folder + "/chains/scripted-evm.yaml", atomically: true, encoding: .utf8)
        let alice = try chain.address(1)
        daemon = try await TestDaemon(
            chain, watching: [alice], storing: .file(folder + "/deposits.db"))
        try await daemon.running { [chain, daemon] in
            try chain.mine(count: 4)
            try chain.mine(.init("to alice", to: alice, amount: 5_000))
            try chain.mine(count: 7)
            _ = try await daemon.reachesHead()
        }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Runs while the node answers at the URL that the configuration names.
    func serving(_ body: () async throws -> Void) async throws {
        try await NodeServer([node]).serving { url in
            try configure(node: url)
            try await body()
        }
    }

    func configure(node url: String) throws {
        try """
        store: sqlite:\(store)
        chain_files: \(folder)/chains
        chains: {scripted-evm: {nodes: ["\(url)"]}}
        """.write(toFile: configuration, atomically: true, encoding: .utf8)
    }

    /// The lines that `depositwatch audit …` prints as data.
    func audit(_ arguments: String...) async throws -> [String] {
        let command = try command(arguments)
        var lines: [String] = []
        let count = try await command.differences { lines.append($0) }
        guard count > 0 || lines.isEmpty || lines == ["[]"] else {
            throw Exit(code: .software, message: "none is counted, and printed is: \(lines)")
        }
        return lines
    }

    /// With what code it ends.
    func exit(_ arguments: String...) async throws -> Int32 {
        do { try await command(arguments).run() } catch let code as ExitCode { return code.rawValue }
        return 0
    }

    private func command(_ arguments: [String]) throws -> AuditCommand {
        try AuditCommand.parse(arguments + ["--config", configuration])
    }
}
