import CallbackNotifier
import NodeRPC
import Testing

@testable import DepositAPI
@testable import depositwatch

/// What a client of the API may ask of a callback: it may be an attacker with a stolen token.
@Suite struct CallbackTermsTests {
    private func terms(
        _ url: String = "https://desk.example/h", named name: String = "desk", networks: [String] = [],
        _ change: (inout CallbackWish) -> Void = { _ in }
    ) throws -> CallbackTerms {
        var wish = CallbackWish(url: url)
        change(&wish)
        return try CallbackTerms(named: name, wish, networks.compactMap { IPNetwork($0) })
    }

    private func words(_ body: () throws -> CallbackTerms) throws -> String {
        let refused = try #require(throws: CallbackRefusal.self) { try body() }
        #expect(refused.kind == .unfit)
        return refused.detail
    }

    @Test(arguments: ["", "a b", "a/b", "ä", "a\r\nb", "..%2f", String(repeating: "a", count: 65)])
    func `a name that would not stand in a path, a log or a metric is refused`(name: String) throws {
        #expect(try words { try terms(named: name) }.contains("such as ledger-2"))
    }

    @Test(arguments: [
        ("exec:/bin/sh", "exec: is for the configuration alone"),
        ("EXEC:/bin/sh", "for the configuration alone"),
        ("http+unix:///run/docker.sock/", "http+unix: is for the configuration alone"),
        ("file:///etc/passwd", "begins with https://"), ("gopher://x/", "begins with https://"),
        ("", "begins with"),
        ("http://desk.example/", "http:// is only for networks that api.callback_networks names"),
        ("https://user:word@desk.example/", "holds no user and password"),
        ("https://desk.example@evil.example/", "holds no user and password"),
        ("https://desk.example/@evil", "The url cannot be used"), ("https:///h", "names no host"),
        ("https://desk.example/\r\nX: y", "no space"), ("https://desk.example/a b", "no space"),
        ("https://desk.example/#f", "no #"), ("https://désk.example/", "ASCII"),
        ("https://desk.example:99999/", "The url cannot be used"),
        ("https://desk\\.example/", "The url cannot be used"),
        (
            "https://127.0.0.1/",
            "which is loopback (127.0.0.0/8); an operator allows it by api.callback_networks"
        ),
        ("https://169.254.169.254/latest/", "which is link-local"),
        ("https://[::1]:8443/", "which is loopback"),
        ("https://[::ffff:10.0.0.1]/", "which is private"),
        ("https://[64:ff9b::a00:1]/", "by way of 10.0.0.1"),
    ]) func `a url that leads elsewhere than to a host of the Internet is refused`(
        url: String, reason: String
    ) throws {
        #expect(try words { try terms(url) }.contains(reason))
    }

    @Test func `a url is at most 2,048 bytes long`() throws {
        let base = "https://desk.example/"
        let longest = base + String(repeating: "a", count: 2_048 - base.utf8.count)
        #expect(try terms(longest).url == longest)
        #expect(try words { try terms(longest + "a") }.contains("2048"))
    }

    @Test func `what the operator allows may be asked for, without TLS too`() throws {
        #expect(try terms("http://10.20.0.1/h", networks: ["10.20.0.0/16"]).url == "http://10.20.0.1/h")
        #expect(try terms("https://10.20.0.1/h", networks: ["10.20.0.0/16"]).url == "https://10.20.0.1/h")
        #expect(try words { try terms("http://10.21.0.1/", networks: ["10.20.0.0/16"]) }.contains("private"))
        #expect(
            try words { try terms("http://8.8.8.8/", networks: ["10.20.0.0/16"]) }.contains(
                "a public address"))
    }

    @Test(arguments: [
        (["webhook-id": "x"], "webhook-id is set by depositwatch itself"),
        (["Webhook-Signature": "x"], "set by depositwatch itself"),
        (["Host": "evil"], "set by depositwatch itself"),
        (["content-length": "0"], "set by depositwatch itself"),
        (["Content-Type": "x"], "set by depositwatch itself"),
        (["transfer-encoding": "chunked"], "set by"), (["Proxy-Authorization": "x"], "set by"),
        (["User-Agent": "x"], "set by"), (["Connection": "close"], "set by"), (["Expect": "x"], "set by"),
        (["": "x"], "no name of a header"), (["A B": "x"], "no name of a header"),
        (["A:": "x"], "no name of a header"),
        (["A\r\nB": "x"], "no name of a header"), (["Ä": "x"], "no name of a header"),
        (["A": "x\r\nB: y"], "the value of A holds a line break"), (["A": "x\ny"], "holds a line break"),
        (["A": "x\u{0}"], "another control character"), (["A": "x\u{7f}"], "another control character"),
        (["A": "x", "a": "y"], "Two headers have one name"),
        (["A": String(repeating: "x", count: 4_097)], "more than 4096 bytes"),
    ]) func `a header that would change the request, or another header, is refused`(
        headers: [String: String], reason: String
    ) throws {
        let refused = try words { try terms { $0.headers = .value(headers) } }
        #expect(refused.contains(reason), "\(refused)")
        #expect(!refused.contains("\r") && !refused.contains("\n"))
    }

    @Test func `twenty headers are taken, and one more is not`() throws {
        func headers(_ count: Int) -> [String: String] {
            Dictionary(uniqueKeysWithValues: (0..<count).map { ("X-\($0)", "\($0)") })
        }
        #expect(try terms { $0.headers = .value(headers(20)) }.headers.count == 20)
        #expect(try words { try terms { $0.headers = .value(headers(21)) } }.contains("up to 20"))
    }

    @Test func `numbers have bounds, and their ends are within`() throws {
        for (low, high) in [(1, 600)] {
            #expect(try terms { $0.timeout = .value(low) }.timeout == low)
            #expect(try terms { $0.timeout = .value(high) }.timeout == high)
            #expect(try words { try terms { $0.timeout = .value(low - 1) } }.contains("from 1 to 600"))
            #expect(try words { try terms { $0.timeout = .value(high + 1) } }.contains("from 1 to 600"))
        }
        #expect(try terms { $0.concurrency = .value(64) }.concurrency == 64)
        #expect(try words { try terms { $0.concurrency = .value(65) } }.contains("from 1 to 64"))
        #expect(try terms { $0.pauseAfter = .value(60) }.pauseAfter == 60)
        #expect(try words { try terms { $0.pauseAfter = .value(.max) } }.contains("from 60"))
        #expect(try terms { $0.schedule = .value([0, 2_592_000]) }.schedule == [0, 2_592_000])
        for wrong in [[], [-1], [2_592_001], [.max], Array(repeating: 1, count: 51)] as [[Int64]] {
            #expect(try words { try terms { $0.schedule = .value(wrong) } }.contains("give 1 to 50 pauses"))
        }
    }
}
