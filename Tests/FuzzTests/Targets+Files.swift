import CallbackNotifier
import ChainKit
import DepositTestKit
import Foundation

@testable import NodeRPC
@testable import depositwatch

extension FuzzTarget {
    private static let words = [
        "null", "~", "[]", "{}", "-1", "1e9", "9223372036854775808", "\"0x\"", "0x10", "yes", "true", "&a",
        "*a",
        "<<", "!!int", "|", ">", "---", "\t", "2s", "-1s", "99999999999999h", "policy", "depth", "finality",
        "{depth: 0}",
        "\"0.00000000000000000000000001\"", "\u{feff}", "? a", "- - - a",
    ]

    /// A chain file is taken, or refused with its file's name.
    static let chainFile = FuzzTarget(
        name: "chain-file", shape: .lines,
        seeds: Repository.files(below: "chains", named: ".yaml").map(Repository.bytes), tokens: words,
        executions: 2_000
    ) { input, _ in
        try outcome { () throws(ConfigError) in
            let spec = try ChainSpec(String(decoding: input, as: UTF8.self), file: "fuzzed.yaml")
            guard let family = Repository.families.first(where: { $0.family == spec.family }) else { return }
            _ = try family.init(spec)
        }
    }

    static let watchFile: FuzzTarget = {
        let paths = Repository.files(below: "fixtures", named: "watch.yaml")
        let attacks = Repository.files(below: "fixtures", named: "attacks.yaml")
        return FuzzTarget(
            name: "watch-file", shape: .lines, seeds: (paths + attacks).map(Repository.bytes), tokens: words,
            executions: 3_000
        ) { input, _ in
            let text = String(decoding: input, as: UTF8.self)
            var outcome = Outcome.refused
            for chain in Repository.chains.prefix(2) {
                if (try? WatchFile(parsing: text, file: "fuzzed.yaml", chain: chain)) != nil {
                    outcome = .accepted
                }
            }
            return (try? AttackFile(parsing: text, file: "fuzzed.yaml")) == nil ? outcome : .accepted
        }
    }()

    /// An operator's configuration is taken, or refused with its file's name and without its secrets.
    static let configuration = FuzzTarget(
        name: "configuration", shape: .lines, seeds: [Array(exampleConfiguration.utf8)], tokens: words,
        executions: 1_500
    ) { input, _ in
        let text = String(decoding: input, as: UTF8.self)
        do {
            _ = try Configuration(
                text, file: "fuzzed.yaml", shipped: chainFolder, families: Repository.families)
            return .accepted
        } catch {
            try require(!"\(error)".contains("hunter2"), "a secret in an error: \(error)")
            return .refused
        }
    }

    private static let exampleConfiguration = """
        store: sqlite:/var/lib/depositwatch/deposits.db
        chains:
          dev-evm:
            nodes:
              - https://user:hunter2@eth-a.internal:8545
              - {url: "https://eth-b.example/v1", headers: {Authorization: {env: PATH}}, requests_per_second: 25}
              - {url: "http://127.0.0.1:9332", user: rpc, password: {env: PATH}}
              - http+unix:///run/node.sock/path
            from: 21000000
            policy:
              - {asset: DUSD, below: "1000", depth: 12}
              - {finality: finalized, or_depth: 96, after: 30m}
        callbacks:
          ledger:
            url: https://ledger.internal/hooks/deposits
            secret: {env: HOME}
            events: [deposit.confirmed, deposit.reversed]
        api:
          listen: 127.0.0.1:8420
          tokens: {env: HOME}
        """

    /// A folder with one chain file, for reading all of them takes its time.
    private static let chainFolder: String = {
        let folder = FileManager.default.temporaryDirectory.appending(path: "depositwatch-fuzz-chains")
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let text = Data(Repository.bytes("chains/dev-evm.yaml"))
        try? text.write(to: folder.appending(path: "dev-evm.yaml"))
        return folder.path
    }()

    static let tape = FuzzTarget(
        name: "tape", shape: .lines,
        seeds: ["evm/dev-evm/wrong-token", "bitcoin/litecoin-regtest/plain-deposit"].map {
            Array(Repository.bytes("fixtures/\($0)/tape.jsonl").prefix(6_000))
        }, tokens: words + [#"{"step":-1,"#, #""step":99999999999,"#, #""request":{"#], executions: 500
    ) { input, _ in
        guard let tape = try? Tape(String(decoding: input, as: UTF8.self)) else { return .refused }
        for _ in 0..<3 {
            _ = tape.answer(to: Tape.Request(method: "eth_chainId", params: "[]"))
            _ = tape.advance()
        }
        return .accepted
    }

    static let addressCSV = FuzzTarget(
        name: "address-csv", shape: .lines,
        seeds: [
            "address,chain,label,from\n0xde709f2102306220921060314715629080e2fb77,dev-evm,\"a, \"\"b\"\"\",5\n\n",
            "chain,address\r\ndev-evm,1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa\r\n",
        ].map { Array($0.utf8) }, tokens: [",", "\"", "\"\"", "\r", "\n", "address", "from", "4294967296"],
        executions: 500
    ) { input, _ in
        let file = FileManager.default.temporaryDirectory.appending(path: "depositwatch-fuzzed.csv")
        try Data(input).write(to: file)
        guard let table = try? AddressCSV(at: file.path, chain: "dev-evm") else { return .refused }
        for index in 0..<table.lines {
            guard let row = try? table.row(index) else { continue }
            try require(!row.address.isEmpty && !row.chain.isEmpty, "a row without an address: \(row)")
        }
        return .accepted
    }

    /// What names a node, a callback, a place to listen at, or a secret.
    static let endpoints = FuzzTarget(
        name: "endpoints", shape: .bytes,
        seeds: [
            "https://user:hunter2@eth-a.internal:8545/v1?key=k", "http+unix:///run/ledger.sock/path",
            "exec:/usr/local/bin/credit", "127.0.0.1:8420", "[::1]:8420",
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        ].map { Array($0.utf8) }, tokens: ["@", ":", "/", "//", "[", "]", "%", "#", "?", "\n", "\0", "é"],
        executions: 10_000
    ) { input, _ in
        let text = String(decoding: input, as: UTF8.self)
        var isTaken = (try? Endpoint(text)) != nil || (try? Secret(text)) != nil
        if let node = try? NodeEndpoint(text) {
            isTaken = true
            // What became a socket's path, or lost its @, is no password any more.
            try require(
                node.unixSocket != nil || !text.contains("@") || !node.name.contains("hunter2"),
                "a password in a node's name: \(node.name)")
        }
        return isTaken ? .accepted : .refused
    }

    private static func outcome(_ read: () throws(ConfigError) -> Void) throws -> Outcome {
        do throws(ConfigError) {
            try read()
            return .accepted
        } catch {
            try require("\(error)".hasPrefix("fuzzed.yaml"), "an error that names no file: \(error)")
            return .refused
        }
    }
}
