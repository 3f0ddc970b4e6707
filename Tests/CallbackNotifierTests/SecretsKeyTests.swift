import CallbackNotifier
import DepositCore
import DepositStore
import Foundation
import NodeRPC
import Testing

@Suite struct SecretsKeyTests {
    private func key(_ byte: UInt8) throws -> SecretsKey {
        try SecretsKey(Data(repeating: byte, count: 32).base64EncodedString())
    }

    @Test func `what is sealed opens as it was sealed, by the same key, and in no other way`() throws {
        let key = try key(1)
        let sealed = key.seal(secret, as: .secret, of: "ledger")
        #expect(key.open(sealed, as: .secret, of: "ledger") == secret)
        #expect(try self.key(2).open(sealed, as: .secret, of: "ledger") == nil)
        #expect(key.open(sealed, as: .headers, of: "ledger") == nil)
        #expect(key.open(sealed, as: .secret, of: "books") == nil)
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(key.open(changed, as: .secret, of: "ledger") == nil, "byte \(index)")
        }
        for count in 0..<sealed.count {
            #expect(key.open(Array(sealed.prefix(count)), as: .secret, of: "ledger") == nil)
        }
    }

    @Test func `the same text is sealed otherwise each time, and is not to be found in it`() throws {
        let key = try key(1)
        let sealed = (0..<100).map { _ in key.seal(secret, as: .secret, of: "ledger") }
        #expect(Set(sealed).count == 100)
        #expect(sealed.allSatisfy { Data($0).firstRange(of: Data(secret.utf8.prefix(12))) == nil })
    }

    @Test(arguments: [
        "", "AAAA", "not base64 at all, and of some length!!", String(repeating: "A", count: 88),
    ])
    func `a text that is no key is refused without being repeated, and a key never shows itself`(text: String)
        throws
    {
        let error = try #require(throws: SecretsKeyError.self) { try SecretsKey(text) }
        #expect("\(error)".contains("openssl rand -base64 32"))
        #expect(text.isEmpty || !"\(error)".contains(text))
        var dumped = ""
        dump(try key(0x41), to: &dumped)
        #expect(!dumped.contains("65") && !dumped.contains("QUFB"))
    }

    @Test func `a callback is built again from what was kept of it, headers and rotation included`() throws {
        let key = try key(1)
        var terms = CallbackTerms(url: "https://desk.example/hooks?x=1")
        terms.headers = [
            .init(name: "Authorization", value: "Bearer a: b"), .init(name: "X-Empty", value: ""),
        ]
        (terms.timeout, terms.concurrency, terms.schedule, terms.pauseAfter) = (20, 3, [0, 10], 3_600)
        terms.filter.types = [.depositConfirmed]
        let made = terms.sealed(
            for: "desk", secret: key.seal(Secret.random(), as: .secret, of: "desk"),
            oldSecret: key.seal(secret, as: .secret, of: "desk"), by: key, made: Timestamp(seconds: 0))
        #expect(CallbackTerms(of: made, openedBy: key) == terms)
        let callback = try #require(Callback(made, openedBy: key, networks: []))
        #expect(callback.headers.map(\.value) == ["Bearer a: b", ""])
        #expect(callback.secrets.count == 2)
        #expect(try callback.secrets[1] == Secret(secret))
        #expect(callback.timeout == 20 && callback.concurrency == 3 && callback.pauseAfter == 3_600)
        #expect(callback.schedule == Schedule([0, 10]) && callback.filter == terms.filter)
        #expect(Callback(made, openedBy: try self.key(2), networks: []) == nil)
        var dumped = ""
        dump(made, to: &dumped)
        #expect(!dumped.contains("x=1") && dumped.contains("desk"))
    }

    @Test func `a callback of the API reaches what the operator allows, and without TLS nothing else`() throws
    {
        let near = [try #require(IPNetwork("10.20.0.0/16"))]
        func refusal(_ url: String, _ networks: [IPNetwork], _ address: String) throws -> String? {
            Reach(ofCallbackTo: url, networks: networks).refusal(of: try #require(IPAddress(address)))
        }
        #expect(try refusal("https://x", [], "93.184.216.34") == nil)
        #expect(try refusal("https://x", [], "10.20.0.1")?.contains("api.callback_networks") == true)
        #expect(try refusal("https://x", near, "10.20.0.1") == nil)
        #expect(try refusal("https://x", near, "10.21.0.1") != nil)
        #expect(try refusal("http://x", near, "10.20.0.1") == nil)
        #expect(try refusal("http://x", near, "93.184.216.34")?.contains("is a public address") == true)
    }
}
