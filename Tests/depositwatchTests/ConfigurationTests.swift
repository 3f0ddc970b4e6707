import CallbackNotifier
import ChainKit
import DepositCore
import DepositStore
import Foundation
import NodeRPC
import Testing

@testable import depositwatch

private let shipped =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path + "/chains"

private func configuration(_ text: String) throws -> Configuration {
    try Configuration(text, file: "depositwatch.yaml", shipped: shipped, families: families)
}

/// A configuration that cannot be used: the text, the line that is named, and words of the cure.
private struct Refusal: CustomTestStringConvertible {
    let text: String
    let line: Int?
    let words: [String]
    var testDescription: String { words[0] }

    init(_ text: String, line: Int?, _ words: String...) {
        self.text = text
        self.line = line
        self.words = words
    }
}

private let refusals = [
    Refusal("store: sqlite:/tmp/x.db", line: 1, "chains is missing"),
    Refusal("chains: {}", line: 1, "name at least one chain"),
    Refusal("chians:\n  bitcoin: {nodes: [\"http://x\"]}", line: 1, "chains is missing"),
    Refusal(
        "chains:\n  dogecoinn: {nodes: [\"http://x\"]}", line: 2, "no chain file for dogecoinn", "dogecoin"),
    Refusal("chains:\n  bitcoin:\n    nodes: []", line: 3, "name at least one node"),
    Refusal("chains:\n  bitcoin:\n    nodes: [\"ftp://x\"]", line: 3, "ftp:// is not supported", "https"),
    Refusal(
        "chains:\n  bitcoin:\n    nodes: [\"http://x\"]\n    agree: 2", line: 4,
        "2 nodes cannot agree where 1 are named", "add nodes or lower agree"),
    Refusal(
        "chains:\n  bitcoin:\n    nodes:\n      - http://127.0.0.1:8332\n      - http://u:hunter2@LOCALHOST:8332/",
        line: 5, "node 1, 127.0.0.1:8332, once more", "leave one out"),
    Refusal(
        "chains:\n  bitcoin:\n    nodes: [\"http://x\"]\n    witness: some", line: 4,
        "expected one of every, matched"),
    Refusal(
        "chains:\n  bitcoin:\n    nodes: [\"http://x\"]\n    trust_one_node: maybe", line: 4,
        "expected true or false"),
    Refusal(
        "chains:\n  bitcoin:\n    nodes:\n      - {url: \"http://x\", user: u, password: hunter2}", line: 4,
        "a secret is not written here", "{env: NAME}"),
    Refusal(
        "chains:\n  bitcoin: {nodes: [\"http://x\"]}\ncallbacks:\n  a: {url: \"http://x\", secret: {env: NO_SUCH}}",
        line: 4, "NO_SUCH is not set"),
    Refusal(
        "chains:\n  bitcoin: {nodes: [\"http://x\"]}\ncallbacks:\n  a: {url: \"gopher://x\", secret: {env: HOME}}",
        line: 4, "gopher"),
    Refusal("chains:\n  bitcoin: {nodes: [\"http://x\"]}\nstore: mysql://x", line: 3, "sqlite:/path"),
    Refusal(
        "chains:\n  bitcoin: {nodes: [\"http://x\"], policy: [{asset: BTC, depth: 1}]}", line: 2, "last rule"),
]

@Suite struct ConfigurationTests {
    @Test(arguments: refusals)
    fileprivate func `a configuration that cannot be used says where and what to do`(refusal: Refusal) throws
    {
        let error = try #require(throws: ConfigError.self) {
            let configuration = try configuration(refusal.text)
            _ = try Callbacks(configuration.callbacks)
        }
        #expect(error.file == "depositwatch.yaml")
        #expect(error.line == refusal.line)
        for word in refusal.words { #expect(error.message.contains(word), "\(error)") }
        #expect(!error.description.contains("hunter2"))
    }

    @Test func `a whole configuration is read as it is written`() throws {
        let secret = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: secret) }
        try ("whsec_" + Data(repeating: 1, count: 24).base64EncodedString() + "\n")
            .write(toFile: secret, atomically: true, encoding: .utf8)
        let read = try configuration(
            """
            store: sqlite:/var/lib/x.db
            chains:
              litecoin:
                nodes: ["http://user:word@a.example:9332", {url: "http+unix:///run/l.sock", requests_per_second: 5, timeout: 90s}]
                from: 3000000
                policy: [{below: "1", depth: 6}, {depth: 24}]
            callbacks:
              ledger: {url: "https://l.example/h", secret: {file: \(secret)}, events: [deposit.confirmed]}
            api: {listen: "127.0.0.1:1", tokens: none}
            """)
        #expect(read.store == .file("/var/lib/x.db"))
        let chain = try #require(read.chains.first)
        #expect(chain.from == 3_000_000)
        #expect(chain.nodes.map(\.name) == ["a.example:9332", "/run/l.sock"])
        #expect(chain.nodes.map(\.limits.totalSeconds) == [30, 90])
        #expect(chain.chain.spec.rules.policy.rules.map(\.requirement.depth) == [6, 24])
        let callback = try #require(try Callbacks(read.callbacks).all.first)
        #expect(callback.name == "ledger")
        #expect(callback.filter.types == [.depositConfirmed])
    }

    @Test(arguments: [
        ("secrets_key: AAAA", "a secret is not written here"),
        ("secrets_key: {env: HOME}", "openssl rand -base64 32"),
        ("secrets_key: {env: NO_SUCH}", "NO_SUCH is not set"),
        ("callback_networks: 10.0.0.0/8", "expected a list"),
        ("callback_networks: [10.1.2.3/8]", "expected a network such as 10.20.0.0/16"),
        ("callback_networks: [internal]", "expected a network"),
    ]) func `what rules callbacks of the API is read strictly`(line: String, words: String) throws {
        let error = try #require(throws: ConfigError.self) {
            let api = try configuration("chains: {bitcoin: {nodes: [\"http://x\"]}}\napi:\n  \(line)").api
            _ = try (api.key(), api.networks())
        }
        #expect(error.line == 3)
        #expect(error.message.contains(words) && error.message.contains("api."), "\(error)")
    }

    @Test func `without tokens the API is not opened by mistake`() throws {
        let open = try configuration("chains: {bitcoin: {nodes: [\"http://x\"]}}")
        #expect(throws: ConfigError.self) { try open.api.access() }
        let public_ = try configuration(
            "chains: {bitcoin: {nodes: [\"http://x\"]}}\napi: {listen: \"0.0.0.0:80\", tokens: none}")
        #expect(throws: ConfigError.self) { try public_.api.access() }
    }
}
