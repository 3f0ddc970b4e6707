import DepositTestKit
import Testing

@Suite struct ReorgTests {
    init() { quiet }

    @Test(arguments: 1...50 as ClosedRange<UInt64>)
    func `of a thousand reorgs each is followed, or halts the chain until an operator has looked`(
        seed: UInt64
    ) async throws {
        let window = 10
        // Every depth from 1 to nearly twice the window, each in another order for each seed.
        let depths = (0..<20).map { (Int(seed) * 7 + $0 * 13) % 17 + 1 }
        let drill = ReorgDrill(depths: depths, window: UInt64(window))
        let (outcomes, complaints) = try await drill.run(seed: seed)
        #expect(complaints.isEmpty, "\(complaints)")
        #expect(outcomes == depths.map { $0 <= window ? .followed : .haltedAndResumed })
    }

    /// Reorgs that happened, each under a window that follows it and under one that does not: Litecoin 2026, Monero
    /// 2025, Polygon 2023, Ethereum Classic 2020.
    @Test(
        arguments: [
            (13, 100, .followed), (13, 12, .haltedAndResumed), (18, 100, .followed),
            (18, 10, .haltedAndResumed),
            (157, 2_000, .followed), (157, 100, .haltedAndResumed), (4_236, 5_000, .followed),
            (4_236, 3_000, .haltedAndResumed),
        ] as [(Int, UInt64, ReorgDrill.Outcome)])
    func `a reorg as deep as history's is followed inside the window and halts beyond it`(
        depth: Int, window: UInt64, outcome: ReorgDrill.Outcome
    ) async throws {
        let (outcomes, complaints) = try await ReorgDrill(depths: [depth], window: window).run(seed: 1)
        #expect(complaints.isEmpty, "\(complaints)")
        #expect(outcomes == [outcome])
    }
}
