import ChainKit
import DepositCore
import Foundation
import Testing

@testable import EVMChain

@Suite struct ChainFileTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("chains")

    private static let files: [String] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { name in
            let content = try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
            return content?.contains("\nfamily: evm") == true
        }.sorted()
    }()

    @Test func `the family's chains are there`() {
        let shipped = ["arbitrum", "avalanche", "base", "bsc", "dev-evm", "ethereum", "optimism", "polygon"]
        #expect(Set(shipped.map { $0 + ".yaml" }).isSubset(of: Self.files))
    }

    @Test(arguments: files)
    func `a shipped chain file is read whole`(name: String) throws {
        let text = try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
        let chain = try EVM(ChainSpec(text, file: name))
        #expect(chain.spec.id.text + ".yaml" == name)
        #expect(chain.rules.native != nil)
        #expect(chain.spec.proof == .full)
        for asset in chain.spec.rules.assets.values {
            #expect(asset.contract == nil || asset.decimals == (name == "bsc.yaml" ? 18 : 6))
        }
    }

    @Test(arguments: [
        ("chain_id: 1", "genesis is missing"),
        (#"chain_id: 1, genesis: "0x12""#, "expected a block hash"),
        (#"chain_id: x, genesis: "\#(hash)""#, "expected a whole number"),
        (#"chain_id: 1, genesis: "\#(hash)", anchors: {x: "\#(hash)"}"#, "an anchor is height"),
        (#"chain_id: 1, genesis: "\#(hash)", anchors: {5: "0x12"}"#, "expected a block hash"),
        (#"chain_id: 1, genesis: "\#(hash)", chain: main"#, "unknown key chain"),
    ])
    func `a network that is not of this family is refused with its line`(network: String, reason: String)
        throws
    {
        let error = #expect(throws: ConfigError.self) { try chain(network: "{\(network)}") }
        #expect(said(error).contains(reason))
        #expect(error?.line == 3)
    }

    private static let hash = "0x" + String(repeating: "ab", count: 32)

    @Test(arguments: [
        ("{traces: true}", "unknown key traces"), ("{internal_transfers: trace}", "call_tracer, trace_block"),
        ("{withdrawals: 1}", "expected true or false"), ("{header: bor}", "ethereum, avalanche"),
        ("[]", "expected a mapping"),
    ])
    func `an unknown option is refused`(options: String, reason: String) throws {
        let error = #expect(throws: ConfigError.self) { try chain(options: options) }
        #expect(said(error).contains(reason))
    }

    @Test(arguments: [
        ("0x12", "40 hex digits"), ("dac17f958d2ee523a2206206994597c13d831ec7", "begins with 0x"),
        ("0xDac17f958d2ee523a2206206994597c13d831ec7", "EIP-55"),
        ("0x0000000000000000000000000000000000001010", "credited twice"),
        ("0xfffffffffffffffffffffffffffffffffffffffe", "credited twice"),
    ])
    func `a contract that cannot be listed is refused`(contract: String, reason: String) throws {
        let error = #expect(throws: ConfigError.self) { try chain(assets: [(id: "USD", contract: contract)]) }
        #expect(said(error).contains(reason))
        #expect(error?.file == "test.yaml")
    }

    @Test func `one contract is one asset, however it is spelt`() throws {
        let contract = "0xdac17f958d2ee523a2206206994597c13d831ec7"
        let error = #expect(throws: ConfigError.self) {
            try chain(assets: [
                (id: "A", contract: contract),
                (id: "B", contract: EVMAddress.checksummed(#require(AccountBytes(contract)))),
            ])
        }
        #expect(said(error).contains("A and B have the same contract"))
    }

    @Test func `a token that is asked for balances is so in any spelling`() throws {
        let contract = "0xdAC17F958D2ee523a2206206994597C13D831ec7"
        let chain = try chain(
            assets: [(id: "USD", contract: contract), (id: "EUR", contract: ForgedBlock.token)],
            verified: ["USD"])
        #expect(chain.rules.verified == [AssetID("USD"): try #require(AccountBytes(contract))])
        #expect(chain.spec.rules.assets[AssetID("USD")]?.verifiesByBalance == true)
        #expect(chain.spec.rules.assets[AssetID("EUR")]?.verifiesByBalance == false)
    }

    @Test func `a contract's checksum is kept out of the canonical spelling`() throws {
        let chain = try chain(assets: [(id: "USD", contract: "0xdAC17F958D2ee523a2206206994597C13D831ec7")])
        let asset = chain.spec.rules.assets[AssetID("USD")]
        #expect(asset?.contract == "0xdac17f958d2ee523a2206206994597c13d831ec7")
    }
}

@Suite struct AddressTests {
    /// The examples of EIP-55.
    @Test(arguments: [
        "0x52908400098527886E0F7030069857D2E4169EE7", "0xde709f2102306220921060314715629080e2fb77",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ])
    func `G5: a checksummed address is read and written again`(text: String) throws {
        let address = try chain().address(text)
        #expect(address.text == text.lowercased())
        #expect(address.key.count == 20)
        #expect(try chain().address(text.lowercased()) == address)
        #expect(try chain().address("0x" + text.dropFirst(2).uppercased()) == address)
        let account = try #require(AccountBytes(text))
        let isMixed =
            text.dropFirst(2).contains(where: \.isLowercase)
            && text.dropFirst(2).contains(where: \.isUppercase)
        #expect(!isMixed || EVMAddress.checksummed(account) == text)
    }

    @Test(arguments: [
        "", "0x", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAedd",
        "5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaeg",
        "0X5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD",
        " 0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaéd",
    ])
    func `what is no address is refused`(text: String) throws {
        let chain = try chain()
        #expect(throws: AddressError.self) { try chain.address(text) }
    }
}
