import BitcoinChain
import ChainKit
import DepositTestKit
import EVMChain
import Foundation
import NodeRPC
import Testing

@testable import depositwatch

/// The page of methods and `check --online` are the families' own lists.
@Suite struct NodeNeedTests {
    private static let page: String = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        let path = "Sources/depositwatch/Documentation.docc/NodeMethods.md"
        return (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? ""
    }()

    @Test func `the page of methods has a row for each thing that nodes are asked for, and no other`() {
        let rows = Self.page.split(separator: "\n").map(String.init).filter { $0.hasPrefix("| `") }
        let needs = families.flatMap { $0.needs }
        #expect(rows == needs.map { "| `\($0.method)` | \($0.use) | \($0.rankWords) | \($0.lost) |" })
    }

    @Test func `each family's needs are named once, and some are needed of every node`() {
        for family in families {
            #expect(Set(family.needs.map(\.method)).count == family.needs.count)
            #expect(family.needs.contains { $0.rank == .needed && $0.option == nil }, "\(family.family)")
        }
    }

    @Test(arguments: [TestChain.Family.evm, .bitcoin])
    func `a node that lacks nothing is said to have all that its chain needs`(
        family: TestChain.Family
    ) async throws {
        let chain = try TestChain(family, servesREST: true)
        let lines = try await lines(chain, chain.node("n").node)
        #expect(lines.count >= 5)
        #expect(lines.allSatisfy { $0.hasPrefix("has") }, "\(lines)")
    }

    @Test func `what a node lacks is said with what is lost`() async throws {
        let chain = try TestChain(.evm)
        let node = chain.node("n")
        node.inflict(
            .refuses(code: -32_601, message: "the method is not available"), on: "eth_getBlockReceipts")
        node.inflict(.refuses(code: -32_601, message: "no such method"), on: "eth_getLogs")
        node.inflict(.slow(milliseconds: 90_000), on: "eth_syncing")
        let lines = try await lines(chain, node.node)
        #expect(
            lines.contains(
                "lacks   eth_getBlockReceipts: each receipt is asked for by itself, a call a transaction"))
        #expect(lines.contains("lacks   eth_getLogs (no such method): each receipt is asked for by itself"))
        #expect(lines.contains { $0.hasPrefix("unclear eth_syncing: ") })
    }

    /// As `check --online` prints them.
    private func lines(_ chain: TestChain, _ node: Node) async throws -> [String] {
        let found = try await chain.chain.adapter(on: node).probe()
        var lines: [String] = []
        for need in chain.chain.needs { lines.append(need.words(await need.presence(at: node, found))) }
        return lines
    }
}
