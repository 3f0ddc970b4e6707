@testable internal import NodeRPC
internal import Testing

/// All the ways in which a value gets into a text by itself.
private func shown(_ value: Any) -> String {
    var dumped = ""
    dump(value, to: &dumped)
    return "\(value) \(String(reflecting: value)) \([value]) \(dumped)"
}

@Suite struct EndpointTests {
    @Test(
        arguments: [
            ("http://127.0.0.1:8545", "http://127.0.0.1:8545", nil, nil, "127.0.0.1:8545"),
            ("HTTPS://Node.example/v1?key=K", "https://Node.example/v1?key=K", nil, nil, "Node.example"),
            ("http://u:p@h:1/x", "http://h:1/x", nil, "u:p", "h:1"),
            ("http://u@h", "http://h", nil, "u:", "h"),
            ("http://u:a:b@h", "http://h", nil, "u:a:b", "h"),
            ("http://u:p@q@h", "http://h", nil, "u:p@q", "h"),
            ("http://u%3A:p%2F%40%e2%82%ac@h", "http://h", nil, "u::p/@€", "h"),
            ("http://[::1]:8545/", "http://[::1]:8545/", nil, nil, "[::1]:8545"),
            ("http://[::1]", "http://[::1]", nil, nil, "[::1]"),
            ("https://h?x=1", "https://h?x=1", nil, nil, "h"),
            ("http+unix:///run/a.sock", "http://localhost/", "/run/a.sock", nil, "/run/a.sock"),
            (
                "http+unix:///run/a.sock/hooks/x", "http://localhost/hooks/x", "/run/a.sock", nil,
                "/run/a.sock"
            ),
            ("http+unix:///run/a.sock?x=1", "http://localhost/?x=1", "/run/a.sock", nil, "/run/a.sock"),
            (
                "http+unix:///run/a.sockets/b.sock/x", "http://localhost/x", "/run/a.sockets/b.sock", nil,
                "/run/a.sockets/b.sock"
            ),
            ("http+unix:///run/plain", "http://localhost/", "/run/plain", nil, "/run/plain"),
        ] as [(String, String, String?, String?, String)])
    func `a URL is split into what is connected to and what is kept`(
        _ text: String, _ url: String, _ socket: String?, _ credentials: String?, _ name: String
    ) throws {
        let endpoint = try NodeEndpoint(text)
        #expect(endpoint.url == url)
        #expect(endpoint.unixSocket == socket)
        #expect(endpoint.credentials.map { "\($0.user):\($0.password)" } == credentials)
        #expect(endpoint.name == name)
    }

    @Test(arguments: [
        "", "h:8545", "//h", "ftp://h", "ws://h", "file:///etc/passwd", "http://", "http:///x", "http://u:p@",
        "http://:8545",
        "http://h:", "http://h:0", "http://h:65536", "http://h:x", "http://h h", "http://h\n",
        "http://h\u{7f}", "http://[::1",
        "http://u:pa/ss@h", "http://u:12/34@h", "http://u:pa?ss@h", "http://u:pa#ss@h", "http://u:%zz@h",
        "http://u:%4@h",
        "http://u:%+f@h", "http://u:%00@h", "http://pa\u{fffd}h", "http://pass\u{e9}h", "http://[pa]",
        "http://u:%ff@h", "http+unix://run/a.sock",
    ])
    func `a URL that cannot be meant is refused without being quoted`(_ text: String) {
        let error = #expect(throws: InvalidURL.self) { try NodeEndpoint(text) }
        for secret in ["pa", "ss", "12", "34"] {
            #expect(error?.description.contains("u:\(secret)") == false)
        }
    }

    @Test(arguments: [
        ("http://h", "http://h/rest/x"), ("http://h/", "http://h/rest/x"),
        ("http://h/v1//", "http://h/v1/rest/x"),
        ("http://h/v1?key=K", "http://h/v1/rest/x?key=K"), ("http+unix:///a.sock", "http://localhost/rest/x"),
    ])
    func `a path is put below the node's URL and before its query`(_ url: String, _ whole: String) throws {
        #expect(try NodeEndpoint(url).url(appending: "/rest/x") == whole)
    }

    @Test func `G12: no secret is in a name or a description, however it is printed`() throws {
        let endpoint = try NodeEndpoint(
            "https://canary-user:canary-password@h/canary-path?key=canary-query",
            headers: [NodeEndpoint.Header(name: "Authorization", value: "Bearer canary-token")])
        var request = HTTPRequest(method: .post, url: endpoint.url, headers: [("X-Key", "canary-header")])
        request.credentials = endpoint.credentials
        let parts = try URLParts("https://canary-user:canary-password@h/canary-path")
        let all: [Any] = [
            endpoint, endpoint.headers, endpoint.credentials as Any, request, parts, endpoint.secrets,
        ]
        for value in all { #expect(!shown(value).contains("canary"), "\(type(of: value))") }
        #expect(!endpoint.name.contains("canary"))
    }

    @Test func `an error page that quotes our secrets does not get them into an error`() throws {
        let endpoint = try NodeEndpoint(
            "https://user:pass%2Fword@h/v3/0123456789abcdef?apikey=fedcba9876543210",
            headers: [NodeEndpoint.Header(name: "Authorization", value: "Bearer tokentoken")])
        let page =
            "Cannot POST /v3/0123456789abcdef?apikey=fedcba9876543210 user:pass/word "
            + "dXNlcjpwYXNzL3dvcmQ= tokentoken v3"
        #expect(endpoint.secrets.hidden(in: page, limit: 200) == "Cannot POST /v3/…?apikey=… … … … v3")
    }

    @Test func `a secret is hidden before a text is cut`() {
        let secrets = Secrets(["abcdefgh", "abcd"])
        #expect(secrets.hidden(in: "123456 abcdefgh", limit: 10) == "123456 …")
        #expect(secrets.hidden(in: "abcdefghabcd", limit: 10) == "……")
    }

    @Test func `nodes of a chain at one place are told apart by their order, and never by their paths`()
        throws
    {
        let urls = ["https://h/v1/KEYKEYKEY1", "https://other", "https://h/v1/KEYKEYKEY2", "https://h:8545/"]
        let names = Node.ofOneChain(try urls.map { try NodeEndpoint($0) }).map(\.name)
        #expect(names == ["h#1", "other", "h#2", "h:8545"])
    }
}
