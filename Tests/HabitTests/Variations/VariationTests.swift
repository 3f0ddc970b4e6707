import ChainKit
import DepositCore
import DepositTestKit
import Foundation
import NodeRPC
import Testing

/// Valid answers, varied at random in what no proof covers: what is read of them is always the same.
@Suite(.timeLimit(.minutes(10))) struct VariationTests {
    /// Of each family; `DEPOSITWATCH_VARIATIONS` says otherwise.
    private static let count =
        UInt64(
            ProcessInfo.processInfo.environment["DEPOSITWATCH_VARIATIONS"] ?? "") ?? 20_000
    /// Run side by side.
    private static let parts = 0..<UInt64(8)

    @Test(arguments: parts)
    func `what no proof covers changes nothing on an EVM`(part: UInt64) async throws {
        try await vary(try VariedChain(.ethereum), part) { AnswerVariation.ofEthereum(seed: $0) }
    }

    @Test(arguments: parts)
    func `what no proof covers changes nothing on Bitcoin`(part: UInt64) async throws {
        try await vary(try VariedChain(.bitcoin), part) { AnswerVariation.ofBitcoin(seed: $0) }
    }

    private func vary(_ chain: VariedChain, _ part: UInt64, _ manner: (UInt64) -> Manner) async throws {
        let truth = try await chain.read(chain.headers, .plain)
        for round in 0..<(Self.count / UInt64(Self.parts.count)) {
            let seed = round * UInt64(Self.parts.count) + part
            let place = Int(seed % UInt64(truth.count))
            do {
                if round.isMultiple(of: 16) { try await chain.meet(manner(seed)) }
                let found = try await chain.read([chain.headers[place]], manner(seed))
                guard found == [truth[place]] else {
                    Issue.record("variation \(seed) changes block \(place + 1)")
                    return
                }
            } catch {
                Issue.record("variation \(seed) is refused: \(error)")
                return
            }
        }
    }
}

/// A few made-up blocks with payments, and what is read of them through a node with a manner.
private struct VariedChain {
    private let chain: TestChain
    private let watched: any Chain
    let headers: [Header]
    private var watching: Watchlist

    init(_ kind: HabitChain) throws {
        chain = try kind.make()
        try HabitLedger(kind, chain).mine(8)
        watched = try chain.chain(described: kind.file(of: chain))
        headers = Array(try chain.headers().dropFirst())
        watching = Watchlist(capacity: 2, seed: 1)
        for number in [1, 2] { watching.add(try chain.address(number).key, generation: 1) }
    }

    private func adapter(_ manner: Manner) -> any ChainAdapter {
        watched.adapter(on: HabitNode("varied", of: chain, nature: .plain, manner: manner).node)
    }

    /// What comes before a node's blocks are read.
    func meet(_ manner: Manner) async throws {
        let adapter = adapter(manner)
        try await adapter.verifyIdentity()
        guard try await adapter.head().header == headers.last else { throw FixtureError("another head") }
    }

    /// These headers, asked for by their heights, and their blocks.
    func read(_ wanted: [Header], _ manner: Manner) async throws -> [Block] {
        let adapter = adapter(manner)
        guard let low = wanted.first?.height, let high = wanted.last?.height,
            try await adapter.headers(at: low...high) == wanted
        else { throw FixtureError("other headers") }
        return try await adapter.blocks(wanted, watching: watching)
    }
}
