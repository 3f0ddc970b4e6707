import ChainKit
import DepositEngine
import Foundation
import Testing

@testable import depositwatch

/// What `check` warns of, and `check --strict` refuses.
@Suite struct ConcernTests {
    private static let shipped =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path + "/chains"

    private func configuration(_ text: String) throws -> Configuration {
        try Configuration(text, file: "depositwatch.yaml", shipped: Self.shipped, families: families)
    }

    @Test(arguments: [
        ("bitcoin: {nodes: [\"https://a.example\"]}", "bitcoin"),
        ("ethereum: {nodes: [\"http://127.0.0.1:8545\"]}", "ethereum"),
        ("bitcoin: {nodes: [\"https://a.example\"], trust_one_node: true}", nil),
        ("bitcoin: {nodes: [\"https://a.example\"], trust_one_node: false}", "bitcoin"),
        ("bitcoin: {nodes: [\"https://a.example\", \"https://b.example\"]}", nil),
        ("dev-evm: {nodes: [\"http://127.0.0.1:8545\"]}", nil),
        ("litecoin-regtest: {nodes: [\"http://127.0.0.1:19332\"]}", nil),
    ])
    func `one node alone on a main network is told of unless it was said to be trusted`(
        chain: String, told: String?
    ) throws {
        let read = try configuration("chains:\n  \(chain)")
        let words = told.map {
            "one node alone is trusted for \($0): add two more and agree: 2, or say trust_one_node: true"
        }
        #expect(read.soleTrusts == (words.map { [$0] } ?? []))
        #expect(try read.concerns() == read.soleTrusts)
    }

    @Test func `clear text beyond this machine is told of, and what ends here is not`() throws {
        let read = try configuration(
            """
            chains:
              dev-evm:
                nodes: ["http://key:hunter2@node.internal:8545/hunter2", "https://a.example", "http://localhost:1",
                        "http+unix:///run/x.sock"]
            api: {listen: "0.0.0.0:8420"}
            """)
        let concerns = try read.concerns()
        #expect(concerns.count == 2)
        #expect(concerns[0].hasPrefix("dev-evm: the node node.internal:8545 is spoken to in clear"))
        #expect(concerns[1].hasPrefix("the API listens on 0.0.0.0:8420 in clear"))
        #expect(!concerns.joined().contains("hunter2"))
        let local = try configuration(
            "chains: {dev-evm: {nodes: [\"http://[::1]:1\"]}}\napi: {listen: \"unix:/run/d.sock\"}")
        #expect(try local.concerns().isEmpty)
    }

    @Test(arguments: [(0o600, 0), (0o400, 0), (0o640, 1), (0o604, 1)])
    func `a secret that others can read is told of, wherever it is named`(mode: Int, told: Int) throws {
        let folder = try PrivateFolder(named: "concerns")
        defer { folder.remove() }
        var paths: [String] = []
        for name in ["node", "ledger", "old", "key", "tokens", "seal", "header"] {
            try folder.write("x\n", to: name)
            paths.append("\(folder.path)/\(name)")
            try FileManager.default.setAttributes(
                [.posixPermissions: mode], ofItemAtPath: paths[paths.count - 1])
        }
        let text = """
            chains:
              dev-evm: {nodes: [{url: "http://127.0.0.1:1", user: u, password: {file: \(paths[0])}}]}
            callbacks:
              ledger:
                secret: [{file: \(paths[1])}, {file: \(paths[2])}, {env: HOME}]
                certificate: {chain: /etc/hosts, key: \(paths[3])}
                headers: {Authorization: {file: \(paths[6])}}
            api: {tokens: {file: \(paths[4])}, secrets_key: {file: \(paths[5])}}
            """
        let named = try StrictValue(parsing: text, file: "depositwatch.yaml").secretFiles
        #expect(Set(named) == Set(paths))
        let read = try configuration(
            "chains: {dev-evm: {nodes: [{url: \"http://127.0.0.1:1\", user: u, password: {file: \(paths[0])}}]}}"
        )
        #expect(try read.concerns().count == told)
    }

    @Test func `which blocks others are asked for is every one unless it is said`() throws {
        let read = try configuration(
            "chains: {bitcoin: {nodes: [\"http://x\"], witness: matched}, ethereum: {nodes: [\"http://y\"]}}")
        #expect(read.chains.map(\.witness) == [.matched, .every])
    }
}
