import Testing

@testable import DepositAPI

struct AccessTokensTests {
    static let text = """
        # for the shop
        read:read-0123456789abcdef

          write:write:0123456789abcdef
        admin:admin-0123456789abcdef
        """

    @Test func `comments, blank lines, margins and colons inside a token are understood`() throws {
        let tokens = try AccessTokens(parsing: Self.text + "\r\n", file: "tokens")
        #expect(tokens.scope(of: "read-0123456789abcdef") == .read)
        #expect(tokens.scope(of: "write:0123456789abcdef") == .write)
        #expect(tokens.scope(of: "admin-0123456789abcdef") == .admin)
        #expect(tokens.scope(of: "admin-0123456789abcdee") == nil)
        #expect(tokens.scope(of: "") == nil)
    }

    @Test(arguments: [
        ("", "t: no token"), ("# nothing\n", "t: no token"),
        ("root:0123456789abcdefgh", "t:1: expected scope:token"),
        ("0123456789abcdefgh", "t:1: expected scope:token"),
        ("read:short-s3cret", "t:1: a token needs 16"),
        ("\nread:s3cret s3cret s3cret", "t:2: a token is printable"),
        ("read:s3cret-s3cret-s3cret\nadmin:s3cret-s3cret-s3cret", "t:2: this token stands here twice"),
    ])
    func `a file that cannot be used says where and why, and shows no token`(text: String, start: String) {
        let error = #expect(throws: AccessTokensError.self) { try AccessTokens(parsing: text, file: "t") }
        #expect(error?.description.hasPrefix(start) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("s3cret") == false)
    }

    @Test func `no tokens at all is for addresses that only this machine can reach`() throws {
        let open = try AccessTokens.none(listeningOn: .standard)
        #expect(!open.areRequired)
        #expect(throws: AccessTokensError.self) {
            try AccessTokens.none(listeningOn: .port(host: "0.0.0.0", 8420))
        }
    }

    @Test(arguments: [
        ("127.0.0.1:8420", true), ("127.8.9.1:1", true), ("[::1]:8420", true), ("localhost:80", true),
        ("unix:/run/depositwatch.sock", true), ("0.0.0.0:8420", false), ("[::]:8420", false),
        ("127.0.0.1.example.com:80", false), ("10.0.0.7:8420", false),
    ])
    func `an address knows whether only this machine can reach it`(text: String, isLocal: Bool) throws {
        let address = try #require(ListenAddress(text))
        #expect(address.isLocal == isLocal)
        #expect(address.description == text)
    }

    @Test(arguments: [
        "", "8420", ":8420", "host", "host:", "host:99999", "::1:80", "unix:", "unix:relative.sock",
    ])
    func `what is no listen address is refused`(text: String) {
        #expect(ListenAddress(text) == nil)
    }
}
