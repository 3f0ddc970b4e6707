import CallbackNotifier
import ChainKit
import DepositCore
import Foundation
import NodeRPC
import Testing

@testable import depositwatch

/// What a callback may ask for, and how a wrong wish is told.
@Suite final class CallbackConfigurationTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "callbacks-\(UUID())")

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    private let shipped =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path + "/chains"

    /// The callback `ledger` with these further lines, each of its own key.
    private func callback(_ lines: String..., url: String = "https://l.example/h") throws -> Callback {
        let secret = try written("whsec_" + Data(repeating: 1, count: 24).base64EncodedString())
        let text =
            """
            chains: {bitcoin: {nodes: ["http://x"]}, ethereum: {nodes: ["http://y"]}}
            callbacks:
              ledger:
                url: "\(url)"
                secret: {file: \(secret)}

            """ + lines.map { "    \($0)\n" }.joined()
        let configuration = try Configuration(
            text, file: "depositwatch.yaml", shipped: shipped, families: families)
        return try #require(try Callbacks(configuration.callbacks).all.first)
    }

    private func written(_ text: String) throws -> String {
        let path = folder.appending(path: "\(UUID())").path
        try (text + "\n").write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private func pem(_ what: String) throws -> String {
        try written("-----BEGIN \(what)-----\nAAAA\n-----END \(what)-----")
    }

    @Test func `a callback is read with all that it asks for`() throws {
        let (ca, key) = (try pem("CERTIFICATE"), try pem("PRIVATE KEY"))
        let read = try callback(
            "events: [deposit.confirmed, deposit.reversed]", "chains: [ethereum]", "assets: [ETH, USDT]",
            "labels: [\"vip-*\", house]", "timeout: 20s", "concurrency: 3", "schedule: [0s, 10s, 1h]",
            "pause_after: 2d",
            "headers: {X-Tenant: acme, Authorization: {file: \(try written("Bearer hunter2"))}}",
            "ca: \(ca)", "certificate: {chain: \(ca), key: \(key)}",
            "proxy: {url: \"http://proxy.internal:3128\", user: u, password: {file: \(try written("hunter2"))}}",
            "source: 10.0.0.5")
        #expect(read.filter.types == [.depositConfirmed, .depositReversed])
        #expect(read.filter.chains == [ChainID("ethereum")])
        #expect(read.filter.assets == [AssetID("ETH"), AssetID("USDT")])
        #expect(read.filter.labels?.map(\.description) == ["vip-*", "house"])
        #expect(read.timeout == 20 && read.concurrency == 3 && read.pauseAfter == 172_800)
        #expect(read.schedule == Schedule([0, 10, 3_600]))
        #expect(read.headers.map(\.name) == ["X-Tenant", "Authorization"])
        #expect(read.headers.map(\.value) == ["acme", "Bearer hunter2"])
        #expect(read.route.authorities == ca)
        #expect(read.route.certificate == HTTPRoute.Certificate(chain: ca, key: key))
        #expect(read.route.proxy?.name == "proxy.internal:3128")
        #expect(read.route.source == .address("10.0.0.5"))
        var dumped = ""
        dump(read, to: &dumped)
        #expect(!dumped.contains("hunter2"))
    }

    @Test func `what is left out is the ordinary`() throws {
        let read = try callback()
        #expect(read.filter == EventFilter())
        #expect(read.timeout == 15 && read.concurrency == 8 && read.pauseAfter == 432_000)
        #expect(read.schedule == .standard && read.headers.isEmpty && read.route.proxy == nil)
    }

    @Test func `plain http stays around here, unless the configuration says otherwise or a proxy takes it`()
        throws
    {
        let (near, far) = (try #require(IPAddress("10.0.0.1")), try #require(IPAddress("93.184.216.34")))
        let plain = try #require(try callback(url: "http://l.example/h").route.reach)
        #expect(plain.refusal(of: near) == nil)
        #expect(
            plain.refusal(of: far)?.hasSuffix("use https, or say plain_http: true in the configuration")
                == true)
        #expect(try callback("plain_http: true", url: "http://l.example/h").route.reach == nil)
        #expect(try callback("proxy: \"http://p\"", url: "http://l.example/h").route.reach == nil)
        #expect(try callback().route.reach == nil)
    }

    @Test(arguments: [
        ("events: []", "name at least one event"), ("events: [deposit.confirmd]", "expected one of"),
        ("chains: [polygon]", "polygon is not watched here; there are: bitcoin, ethereum"),
        ("assets: [DOGE]", "DOGE is on none of its chains"), ("labels: [\"v*p\"]", "such as vip-*"),
        ("timeout: 500ms", "whole seconds from 1s to 600s"), ("timeout: 1h", "whole seconds from 1s to 600s"),
        ("schedule: []", "name at least one length of time"), ("schedule: [soon]", "such as 250ms, 2s"),
        ("pause_after: 1s", "whole seconds from 60s"), ("concurrency: 0", "from 1 to 1000"),
        ("headers: {Webhook-Signature: x}", "Webhook-Signature is set by depositwatch itself; leave it out"),
        ("headers: {content-type: x}", "set by depositwatch itself"),
        ("headers: {\"a b\": x}", "no name of a header"),
        ("headers: {Authorization: hunter2}", "a secret is not written here"),
        ("headers: {X: \"a\\nb\"}", "holds a line break"),
        ("ca: /nonexistent.pem", "/nonexistent.pem cannot be read"),
        ("ca: /etc/hostname", "holds no PEM certificate"),
        ("certificate: {chain: /etc/hostname}", "no PEM certificate"),
        ("proxy: socks5://x", "socks5:// is not supported"),
        ("source: \"not an interface\"", "the name of an interface"),
        ("retries: 3", "unknown key retries; known keys here: assets, ca, certificate"),
    ])
    func `a wish that cannot be fulfilled says where and what to do`(line: String, words: String) throws {
        let error = try #require(throws: ConfigError.self) { try callback(line) }
        #expect(error.file == "depositwatch.yaml")
        #expect(error.line == 6)
        #expect(error.message.contains(words), "\(error)")
        #expect(error.message.contains("callbacks.ledger"), "\(error)")
        #expect(!error.message.contains("hunter2"))
    }

    @Test(arguments: [
        ("exec:/bin/true", "headers: {X: y}", "a program gets no headers"),
        ("exec:/bin/true", "source: eth1", "source is for http:// and https:// alone"),
        ("http+unix:///run/x.sock/p", "proxy: \"http://p\"", "proxy is for http:// and https:// alone"),
    ])
    func `what an endpoint of another kind cannot have is refused`(url: String, line: String, words: String)
        throws
    {
        let error = try #require(throws: ConfigError.self) { try callback(line, url: url) }
        #expect(error.line == 6)
        #expect(error.message.contains(words), "\(error)")
    }
}
