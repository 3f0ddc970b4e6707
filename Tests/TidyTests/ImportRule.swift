/// What each room may import: architecture.md's table, and the system's own modules at the edges.
enum ImportRule {
    private static let edge: Set<String> = [
        "Foundation", "Synchronization", "Dispatch", "Glibc", "Musl", "Darwin",
    ]
    private static let family: Set<String> = [
        "DepositCore", "NodeRPC", "ChainKit", "CKeccak", "CSecp256k1", "Crypto", "CryptoExtras", "BigInt",
        "Synchronization",
    ]
    private static let families: Set<String> = [
        "EVMChain", "BitcoinChain", "TronChain", "SolanaChain", "XRPLChain", "AptosChain", "SubstrateChain",
        "AntelopeChain",
    ]

    private static let rooms: [String: Set<String>] = [
        // Pure: no I/O, no clock, no Foundation.
        "DepositCore": ["BigInt", "Crypto"],
        "NodeRPC": edge.union(["CCurl", "CSimdjson", "Logging", "Metrics"]),
        "ChainKit": edge.union(["DepositCore", "NodeRPC", "Yams"]),
        "DepositStore": edge.union(["DepositCore", "GRDB", "GRDBSQLite"]),
        "DepositEngine": edge.union([
            "DepositCore", "NodeRPC", "ChainKit", "DepositStore", "Logging", "Metrics", "ServiceLifecycle",
        ]),
        "CallbackNotifier": edge.union([
            "DepositCore", "NodeRPC", "DepositStore", "Crypto", "Logging", "Metrics", "ServiceLifecycle",
        ]),
        "DepositAPI": edge.union([
            "DepositCore", "ChainKit", "DepositStore", "Hummingbird", "HummingbirdCore", "HTTPTypes",
            "NIOCore", "Crypto",
            "Logging", "Metrics", "ServiceLifecycle",
        ]),
        "DepositTestKit": edge.union(families).union([
            "CSecp256k1", "DepositCore", "NodeRPC", "ChainKit", "DepositStore", "DepositEngine",
            "CallbackNotifier", "DepositAPI",
            "Hummingbird", "NIOCore", "Yams", "Crypto", "Logging", "Metrics", "ServiceLifecycle",
        ]),
    ]

    /// Nil where everything may be imported: the executable, which puts the rooms together, and the tests.
    static func allowed(in target: String) -> Set<String>? {
        families.contains(target) ? family : rooms[target]
    }

    static func complaints(_ file: SourceFile) -> [Complaint] {
        if file.isTest || file.target == "depositwatch" { return [] }
        guard let allowed = allowed(in: file.target) else {
            return [
                Complaint(
                    path: file.path, line: nil, message: "\(file.target) is no room of the architecture")
            ]
        }
        return file.codeLines.enumerated().compactMap { index, line in
            guard let module = imported(line), !allowed.contains(module) else { return nil }
            return Complaint(
                path: file.path, line: index + 1, message: "\(file.target) may not import \(module)")
        }
    }

    /// The module that a line imports, whatever stands before and behind its name.
    private static func imported(_ line: Substring) -> String? {
        let words = line.split { $0 == " " || $0 == "." || $0 == ";" }
        guard let at = words.firstIndex(of: "import"), words[..<at].allSatisfy({ isModifier($0) }) else {
            return nil
        }
        let kinds: Set<Substring> = [
            "struct", "class", "enum", "protocol", "func", "let", "var", "typealias",
        ]
        return words[(at + 1)...].first { !kinds.contains($0) }.map(String.init)
    }

    private static func isModifier(_ word: Substring) -> Bool {
        word.hasPrefix("@") || ["public", "package", "internal", "fileprivate", "private"].contains(word)
    }
}
