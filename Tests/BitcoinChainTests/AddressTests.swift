import ChainKit
import DepositCore
import Testing

@testable import BitcoinChain

@Suite struct Addresses {
    /// One hash160 as every chain spells it.
    static let hash = "62e907b15cbf27d5425399ebf6f0fb50ebb88f18"
    static let keyScript = "76a914\(hash)88ac"
    static let scriptScript = "a914\(hash)87"
    static let cash = "bitcoincash:qp3wjpa3tjlj042z2wv7hahsldgwhwy0rq9sywjpyy"
    static let cashScript = "bitcoincash:pp3wjpa3tjlj042z2wv7hahsldgwhwy0rqj4ep4zle"

    static let spellings: [(chain: String, text: String, canonical: String, script: String)] = [
        ("bitcoin", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", keyScript),
        ("bitcoin", "3Ai1JZ8pdJb2ksieUV8FsxSNVJCpoPi8W6", "3Ai1JZ8pdJb2ksieUV8FsxSNVJCpoPi8W6", scriptScript),
        (
            "bitcoin", "bc1qvt5s0v2uhuna2sjnn84ldu8m2r4m3rcc4048ry",
            "bc1qvt5s0v2uhuna2sjnn84ldu8m2r4m3rcc4048ry", "0014\(hash)"
        ),
        (
            "bitcoin", "BC1QVT5S0V2UHUNA2SJNN84LDU8M2R4M3RCC4048RY",
            "bc1qvt5s0v2uhuna2sjnn84ldu8m2r4m3rcc4048ry", "0014\(hash)"
        ),
        (
            "bitcoin", "bc1pdc7v2x7jrvy2sx2skeypqfpstrvuksmffe0cyjv37800cprhu50ss92w0x",
            "bc1pdc7v2x7jrvy2sx2skeypqfpstrvuksmffe0cyjv37800cprhu50ss92w0x",
            "51206e3cc51bd21b08a81950b64810243058d9cb43694e5f824991f1defc0477e51f"
        ),
        ("litecoin", "LUEweDxDA4WhvWiNXXSxjM9CYzHPJv4QQF", "LUEweDxDA4WhvWiNXXSxjM9CYzHPJv4QQF", keyScript),
        (
            "litecoin", "MGv9cSYnaRSTZNzYaN7bhbgmozoGkKBvCn", "MGv9cSYnaRSTZNzYaN7bhbgmozoGkKBvCn",
            scriptScript
        ),
        (
            "litecoin", "3Ai1JZ8pdJb2ksieUV8FsxSNVJCpoPi8W6", "MGv9cSYnaRSTZNzYaN7bhbgmozoGkKBvCn",
            scriptScript
        ),
        (
            "litecoin", "ltc1qvt5s0v2uhuna2sjnn84ldu8m2r4m3rcc3n0rm5",
            "ltc1qvt5s0v2uhuna2sjnn84ldu8m2r4m3rcc3n0rm5", "0014\(hash)"
        ),
        ("dogecoin", "DEA5vGb2NpAwCiCp5yTE16F3DueQUVivQp", "DEA5vGb2NpAwCiCp5yTE16F3DueQUVivQp", keyScript),
        (
            "dogecoin", "A1TG3QCihNTvfF67tcng864kBsarnaPyFm", "A1TG3QCihNTvfF67tcng864kBsarnaPyFm",
            scriptScript
        ),
        ("bitcoin-cash", cash, cash, keyScript),
        ("bitcoin-cash", cashScript, cashScript, scriptScript),
        ("bitcoin-cash", "qp3wjpa3tjlj042z2wv7hahsldgwhwy0rq9sywjpyy", cash, keyScript),
        ("bitcoin-cash", cash.uppercased(), cash, keyScript),
        ("bitcoin-cash", "bitcoincash:zp3wjpa3tjlj042z2wv7hahsldgwhwy0rqz6hsu8mh", cash, keyScript),
        ("bitcoin-cash", "bitcoincash:rp3wjpa3tjlj042z2wv7hahsldgwhwy0rq4l2lmyq2", cashScript, scriptScript),
        ("bitcoin-cash", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", cash, keyScript),
        ("bitcoin-cash", "3Ai1JZ8pdJb2ksieUV8FsxSNVJCpoPi8W6", cashScript, scriptScript),
        // As litecoind 0.21.2.1 made them, with the scripts it gave them in a block.
        (
            "litecoin-regtest", "rltc1qjyxqurdr06ylnezekzmgwa7ugqv7kn890vle43",
            "rltc1qjyxqurdr06ylnezekzmgwa7ugqv7kn890vle43", "0014910c0e0da37e89f9e459b0b68777dc4019eb4ce5"
        ),
    ]

    @Test(arguments: spellings)
    func `G5: an address has one spelling and one script`(
        chain: String, text: String, canonical: String, script: String
    ) throws {
        let chain = try Chains.named(chain)
        let address = try chain.address(text)
        #expect(address.text == canonical)
        #expect(Hex.text(address.key) == script)
        #expect(address.memo == nil)
        #expect(try chain.address(address.text) == address)
        #expect(Script(address.key).flatMap(chain.spelling) == canonical)
    }

    @Test(arguments: [
        ("bitcoin", "", "without spaces"),
        ("bitcoin", " 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "without spaces"),
        ("bitcoin", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "checksum is wrong"),
        ("bitcoin", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfN", "checksum is wrong"),
        ("bitcoin", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfN0", "character 0"),
        ("bitcoin", "LUEweDxDA4WhvWiNXXSxjM9CYzHPJv4QQF", "another network (version byte 48)"),
        (
            "bitcoin", "ltc1qvt5s0v2uhuna2sjnn84ldu8m2r4m3rcc3n0rm5",
            "another network (ltc); give one that begins bc1"
        ),
        ("bitcoin", "bc1qvt5s0v2uhuna2sjnn84ldu8m2r4m3rcc4048rq", "checksum is wrong"),
        ("bitcoin", "bc1Qvt5s0v2uhuna2sjnn84ldu8m2r4m3rcc4048ry", "upper and lower case are mixed"),
        ("bitcoin", "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4", "no bech32 address"),
        ("bitcoin", "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd", "mixes up"),
        ("bitcoin", "bc1pfeessrawgf", "could be taken by anyone"),
        ("bitcoin", "BC1SW50QGDZ25J", "could be taken by anyone"),
        (
            "bitcoin", "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y",
            "could be taken"
        ),
        ("bitcoin", cash, "colon"),
        ("litecoin", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "another network (version byte 0)"),
        ("litecoin", "bc1qvt5s0v2uhuna2sjnn84ldu8m2r4m3rcc4048ry", "begins ltc1"),
        (
            "litecoin-regtest",
            "tmweb1qqdxfsm7j30r8z36xply43rq2wf23r4nkrdnsg0xrv07qe546rj09xq6d6dzaj7eat9f48cpyex8fera4m0fzpd",
            "MWEB addresses cannot be seen"
        ),
        (
            "litecoin", "ltcmweb1qqdxfsm7j30r8z36xply43rq2wf23r4nkrdnsg0xrv07qe546rj09x",
            "issue a ltc1… address instead"
        ),
        ("dogecoin", "bc1qvt5s0v2uhuna2sjnn84ldu8m2r4m3rcc4048ry", "dogecoin has no segwit addresses"),
        ("dogecoin", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "another network (version byte 0)"),
        ("bitcoin-cash", "bitcoincash:qp3wjpa3tjlj042z2wv7hahsldgwhwy0rq9sywjpyq", "checksum is wrong"),
        ("bitcoin-cash", "bitcoincash:Qp3wjpa3tjlj042z2wv7hahsldgwhwy0rq9sywjpyy", "upper and lower case"),
        ("bitcoin-cash", "bchtest:pr6m7j9njldwwzlg9v7v53unlr4jkmx6eyvwc0uz5t", "another network (bchtest)"),
        (
            "bitcoin-cash", "bitcoincash:q9adhakpwzztepkpwp5z0dq62m6u5v5xtyj7j3h2ws4mr9g0",
            "version 1 are unknown"
        ),
        ("bitcoin-cash", "bc1qvt5s0v2uhuna2sjnn84ldu8m2r4m3rcc4048ry", "no segwit addresses"),
    ])
    func `what is no address of a chain is refused with what to do`(
        chain: String, text: String, words: String
    ) throws {
        let chain = try Chains.named(chain)
        let error = try #require(throws: AddressError.self) { _ = try chain.address(text) }
        #expect(error.description.contains(words), "\(error)")
    }

    @Test func `Bitcoin Cash's long script hash has one spelling and Bitcoin none`() throws {
        let text = "bitcoincash:pvhfadjrmc4adxl8payajshf34wauh4jlrfnpuyetfnzh5llrnh9w3q8y9qcp"
        let address = try Chains.named("bitcoin-cash").address(text)
        #expect(address.text == text)
        #expect(address.key.count == 35 && address.key[0] == 0xaa && address.key[34] == 0x87)
        #expect(try Chains.named("bitcoin").spelling(of: #require(Script(address.key))) == nil)
    }

    @Test func `every script that may be issued survives being written as an address and read again`() throws
    {
        var state: UInt64 = 1
        func random(_ count: Int) -> [UInt8] {
            (0..<count).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(truncatingIfNeeded: state >> 56)
            }
        }
        for chain in Chains.all {
            for _ in 0..<400 {
                let (short, long) = (random(20), random(32))
                let scripts: [Script] = [
                    .publicKeyHash(short), .scriptHash(short), .scriptHash(long),
                    .witness(version: 0, program: short), .witness(version: 0, program: long),
                    .witness(version: 1, program: long),
                ]
                for script in scripts {
                    guard let text = chain.spelling(of: script) else { continue }
                    #expect(Script(script.bytes) == script)
                    #expect(try chain.address(text) == Address(key: script.bytes, text: text), "\(text)")
                }
            }
        }
    }

    @Test func `no text whatever traps`() throws {
        var random = SystemRandomNumberGenerator()
        for chain in Chains.all {
            for length in 0...140 {
                let text = String(
                    decoding: (0..<length).map { _ in UInt8.random(in: 33...126, using: &random) },
                    as: UTF8.self)
                #expect(throws: AddressError.self) { _ = try chain.address(text) }
                #expect(throws: AddressError.self) { _ = try chain.address("bc1" + text) }
                #expect(throws: AddressError.self) { _ = try chain.address("bitcoincash:" + text) }
                #expect(throws: AddressError.self) {
                    _ = try chain.address(String(repeating: "1", count: length))
                }
            }
        }
    }
}
