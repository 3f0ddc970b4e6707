import ChainKit
import DepositCore
import Foundation
import Testing

@testable import BitcoinChain

@Suite struct `Chain files` {
    @Test func `every chain file of the family loads`() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Chains.folder.path())
        let files = try names.filter { name in
            try name.hasSuffix(".yaml")
                && String(contentsOf: Chains.folder.appending(path: name), encoding: .utf8)
                    .contains("family: bitcoin\n")
        }
        #expect(files.count >= 6)
        for name in files {
            let text = try String(contentsOf: Chains.folder.appending(path: name), encoding: .utf8)
            let chain = try Bitcoin(ChainSpec(text, file: name))
            #expect(name == "\(chain.spec.id).yaml")
        }
    }

    @Test func `chains that share a genesis are told apart by their anchors`() throws {
        let bitcoin = try Chains.named("bitcoin").network.anchors
        let cash = try Chains.named("bitcoin-cash").network.anchors
        #expect(bitcoin[0].hash == cash[0].hash)
        let fork = Height(478_559)
        #expect(bitcoin.first { $0.height == fork }?.hash != cash.first { $0.height == fork }?.hash)
    }

    @Test func `every public network's file names its rules, its newest anchor and the easiest start`() throws
    {
        for chain in Chains.all where chain.network.chain == "main" {
            let network = chain.network
            #expect(network.consensus?.name == chain.spec.id.text)
            #expect(network.easiest != nil && network.newestAnchor > 800_000, "\(chain.spec.id)")
        }
    }

    @Test func `a network of one's own has no rules of work unless its file names them`() throws {
        #expect(
            try Bitcoin.edited("bitcoin-regtest", "  work: bitcoin-regtest\n", "").network.consensus == nil)
        #expect(try Bitcoin.edited("bitcoin", "work: bitcoin", "work: none").network.consensus == nil)
    }

    @Test(arguments: [
        ("p2pkh: 0, ", "p2pkh: 256, ", "options.p2pkh: expected a whole number from 0 to 255"),
        ("p2pkh: 0, ", "", "options: p2pkh is missing; add p2pkh: …"),
        ("p2sh: 5", "p2sh: []", "options.p2sh: expected a version byte, or a list of them"),
        ("p2sh: 5", "p2sh: 0", "options: p2pkh and p2sh share a version byte"),
        ("bech32: bc", "bech32: BC", "options.bech32: expected lowercase letters and digits, such as bc"),
        ("bech32: bc", "bech32: bc, cashaddr: bc", "options: a chain has bech32 or cashaddr, not both"),
        ("bech32: bc", "segwit: bc", "options: unknown key segwit"),
        ("478559: \"", "fork: \"", "expected a block's height above 0, found fork"),
        ("478559: \"0000", "478559: \"000Z", "expected a block's hash: 64 lowercase hex digits in quotes"),
        ("work: bitcoin", "work: bitcoins", "network.work: expected one of bitcoin, bitcoin-testnet3"),
        ("work: bitcoin", "", "work is missing: say whose rules of difficulty and work"),
        ("\"1708ffff\"", "\"1788ffff\"", "expected a target in its short form: 8 hex digits in quotes"),
        (
            "proof: full", "proof: count",
            "proof: blocks of family bitcoin are always proven whole: write proof: full"
        ),
        ("native: true", "contract: abc", "assets: a chain of family bitcoin has its own coin alone"),
    ])
    func `a mistake in a chain file is named`(old: String, new: String, message: String) throws {
        let error = try #require(throws: ConfigError.self) { _ = try Bitcoin.edited("bitcoin", old, new) }
        #expect(error.message.contains(message), "\(error)")
    }
}
