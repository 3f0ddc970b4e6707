import Testing

@testable import BitcoinChain

@Suite struct `Address encodings` {
    @Test(arguments: [
        ("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", "0014751e76e8199196d454941c45d1b3a323f1433bd6"),
        (
            "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7",
            "00201863143c14c5166804bd19203356da136c985678cd4d27a1b8c6329604903262"
        ),
        (
            "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y",
            "5128751e76e8199196d454941c45d1b3a323f1433bd6751e76e8199196d454941c45d1b3a323f1433bd6"
        ),
        ("BC1SW50QGDZ25J", "6002751e"),
        ("bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs", "5210751e76e8199196d454941c45d1b3a323"),
        (
            "tb1qqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesrxh6hy",
            "0020000000c4a5cad46221b2a187905e5266362b99d5e91c6ce24d165dab93e86433"
        ),
        (
            "tb1pqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesf3hn0c",
            "5120000000c4a5cad46221b2a187905e5266362b99d5e91c6ce24d165dab93e86433"
        ),
        (
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
            "512079be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
        ),
    ])
    func `BIP-350's valid addresses give their scripts`(text: String, script: String) throws {
        let (prefix, version, program) = try SegwitAddress.decode(text)
        #expect(Hex.text(Script.witness(version: version, program: program).bytes) == script)
        #expect(SegwitAddress.encode(prefix: prefix, version: version, program: program) == text.lowercased())
    }

    @Test(arguments: [
        ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd", SegwitAddress.Fault.encoding),
        ("tb1z0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqglt7rf", .encoding),
        ("BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL", .encoding),
        ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh", .encoding),
        ("tb1q0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq24jc47", .encoding),
        ("bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4", .form),
        ("BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R", .program),
        ("bc1pw5dgrnzv", .program),
        ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav", .program),
        ("BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P", .program),
        ("tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq47Zagq", .mixedCase),
        ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf", .program),
        ("tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vpggkg4j", .program),
        ("bc1gmk9yu", .program),
        ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", .checksum),
        ("pzry9x0s0muk", .form),
        ("1pzry9x0s0muk", .form),
        ("li1dgmt3", .form),
    ])
    func `BIP-173's and BIP-350's invalid addresses are refused`(
        text: String, fault: SegwitAddress.Fault
    ) throws {
        #expect(throws: fault) { _ = try SegwitAddress.decode(text) }
    }

    @Test(arguments: [
        ("bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", "1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu", 0),
        ("bitcoincash:qr95sy3j9xwd2ap32xkykttr4cvcu7as4y0qverfuy", "1KXrWXciRDZUpQwQmuM1DbwsKDLYAYsVLR", 0),
        ("bitcoincash:qqq3728yw0y47sqn6l2na30mcw6zm78dzqre909m2r", "16w1D5WRVKJuZUsSRzdLp9w3YGcgoxDXb", 0),
        ("bitcoincash:ppm2qsznhks23z7629mms6s4cwef74vcwvn0h829pq", "3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC", 5),
        ("bitcoincash:pr95sy3j9xwd2ap32xkykttr4cvcu7as4yc93ky28e", "3LDsS579y7sruadqu11beEJoTjdFiFCdX4", 5),
        ("bitcoincash:pqq3728yw0y47sqn6l2na30mcw6zm78dzq5ucqzc37", "31nwvkZwyPdgzjBJZXfDmSWsC4ZLKpYyUw", 5),
    ])
    func `cashaddr's published translations hold`(text: String, legacy: String, version: UInt8) throws {
        let (prefix, kind, hash) = try CashAddress.decode(text, defaultPrefix: "")
        #expect(try Base58Check.decode(legacy) == [version] + hash)
        #expect(Base58Check.encode([version] + hash) == legacy)
        #expect(CashAddress.encode(prefix: prefix, kind: kind, hash: hash) == text)
    }

    @Test(arguments: [
        (
            "bitcoincash:qr6m7j9njldwwzlg9v7v53unlr4jkmx6eylep8ekg2", "bitcoincash",
            CashAddress.Kind.publicKeyHash
        ),
        ("bchtest:pr6m7j9njldwwzlg9v7v53unlr4jkmx6eyvwc0uz5t", "bchtest", .scriptHash),
        ("pref:pr6m7j9njldwwzlg9v7v53unlr4jkmx6ey65nvtks5", "pref", .scriptHash),
    ])
    func `cashaddr's published payloads decode`(text: String, prefix: String, kind: CashAddress.Kind) throws {
        let decoded = try CashAddress.decode(text, defaultPrefix: "")
        #expect(decoded.prefix == prefix && decoded.kind == kind)
        #expect(Hex.text(decoded.hash) == "f5bf48b397dae70be82b3cca4793f8eb2b6cdac9")
    }

    @Test(arguments: [
        "prefix:0r6m7j9njldwwzlg9v7v53unlr4jkmx6ey3qnjwsrf",
        "bitcoincash:q9adhakpwzztepkpwp5z0dq62m6u5v5xtyj7j3h2ws4mr9g0",
    ])
    func `cashaddr types and lengths that no script has are refused`(text: String) throws {
        #expect(throws: CashAddress.Fault.self) { _ = try CashAddress.decode(text, defaultPrefix: "") }
    }

    @Test func `hex is read in either case and nothing else is`() {
        let text = "00ff10Ab9C7e0123456789abcdefABCDEF99"
        #expect(Hex.decode(text).map { Hex.text($0) } == text.lowercased())
        #expect(Hex.decode("") == [])
        #expect(Hex.decode("0") == nil)
        for position in 0..<36 {
            for wrong in ["g", "/", ":", "@", "`", "G", " ", "\u{7f}"] {
                var characters = text.map(String.init)
                characters[position] = wrong
                #expect(Hex.decode(characters.joined()) == nil, "\(wrong) at \(position)")
            }
        }
    }
}
