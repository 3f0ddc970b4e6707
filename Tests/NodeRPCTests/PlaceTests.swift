import Testing

@testable import NodeRPC

/// Two spellings of one place, and places that only look alike.
@Suite struct PlaceTests {
    @Test(arguments: [
        ("http://node.example", "HTTP://Node.Example/"), ("http://node.example", "http://node.example:80//"),
        ("https://node.example", "https://node.example.:443/"),
        ("https://node.example/v1/key", "https://node.example/v1/./%6Bey/"),
        ("https://node.example/v1/key", "https://node.example/v2/../v1//key#a"),
        ("https://node.example/%2F", "https://node.example/%2f"),
        ("http://node.example:8545", "http://rpc:word@node.example:8545"),
        ("http://127.0.0.1:8545", "http://localhost:8545"), ("http://127.0.0.1:8545", "http://[::1]:8545/"),
        ("http://127.0.0.1:8545", "http://127.0.0.2:8545"), ("http://127.0.0.1", "http://LOCALHOST:80"),
        ("http://[::ffff:127.0.0.1]:1", "http://localhost:1"),
        ("http://[2001:db8::1]", "http://[2001:DB8:0::1]:80"),
        ("http+unix:///run/a.sock", "http+unix:///run/./a.sock/"),
    ])
    func `spellings of one URL are one place`(one: String, other: String) throws {
        #expect(try NodeEndpoint(one).place == NodeEndpoint(other).place)
    }

    @Test(arguments: [
        ("http://node.example", "https://node.example"), ("http://node.example:1", "http://node.example:2"),
        ("https://node.example/a", "https://node.example/A"),
        ("https://node.example/a", "https://node.example/a/b"),
        ("https://node.example/?key=a", "https://node.example/?key=b"),
        ("http://a.example", "http://b.example"),
        ("http://127.0.0.1:1", "http://10.0.0.1:1"), ("http+unix:///run/a.sock", "http+unix:///run/b.sock"),
        ("http+unix:///run/a.sock/x", "http+unix:///run/a.sock/y"),
        ("http://localhost:1", "http://localhost.example:1"),
    ])
    func `other servers are other places`(one: String, other: String) throws {
        #expect(try NodeEndpoint(one).place != NodeEndpoint(other).place)
    }

    @Test(arguments: [
        ("http://node.example", true), ("http://10.0.0.1", true), ("http://127.evil.example", true),
        ("http://localhost.evil.example", true), ("https://node.example", false),
        ("http://localhost:1", false),
        ("http://127.0.0.1", false), ("http://[::1]:1", false), ("http://[::ffff:127.0.0.1]", false),
        ("http+unix:///run/a.sock", false),
    ])
    func `clear text is what leaves this machine without TLS`(url: String, isClear: Bool) throws {
        #expect(try NodeEndpoint(url).isClearText == isClear)
    }
}
