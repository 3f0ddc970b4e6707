internal import ChainKit
internal import DepositCore

/// What the operator and the chain file say in a world with liars, and how many of its nodes lie.
struct HostileRules: Sendable {
    /// What a liar's inventions are held back by.
    enum Kind: CaseIterable, Sendable {
        /// By nothing: whatever hashes correctly is a block. The nodes say what is final.
        case tagged
        /// By work: an invented block must be paid for, or the family refuses it. Depth makes final.
        case worked
    }

    /// What a payment needs, in words of these worlds' own.
    struct Requirement: Sendable {
        var depth: UInt64 = 1
        var isFinal = false
        /// Confirmations that stand in for finality, and the seconds between the clocks of head and final block.
        var fallback: (depth: UInt64, after: Int64)?
    }

    let kind: Kind
    let nodes: Int
    let agree: Int
    let liars: Int
    /// Honest ones that never answer.
    let dead: Int
    /// Whether the liars still lie when peace is made.
    let isLyingToTheEnd: Bool
    /// Whether a block's hash proves what it holds.
    let isProven: Bool
    let window: UInt64
    let from: Height?
    /// Blocks that stand before the daemon starts.
    let boot: Int

    /// In seconds: how far apart blocks are, and how often the nodes are heard.
    static let beat = 10
    /// Confirmations that make a block final, where depth does; and how far the network's finality lags.
    static let finalDepth: UInt64 = 7

    init(_ random: inout SeededRandom, _ given: Simulation.Nodes? = nil) {
        nodes = given?.count ?? random.pick([1, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5])
        agree = given?.agree ?? min(nodes, random.pick([1, 2, 2, 2, 3, 3]))
        let most = agree - 1
        let mayBeOverrun = agree == 1 && nodes > 1 && random.once(in: 3)
        let drawn = mayBeOverrun ? 1 : random.once(in: 6) ? random.roll(0...most) : most
        liars = given?.liars ?? drawn
        let spare = nodes - agree - liars
        let dying = spare > 0 && random.once(in: 4) ? random.roll(1...spare) : 0
        dead = given?.dead ?? dying
        kind = random.once(in: 3) ? .worked : .tagged
        isProven = !random.once(in: 4)
        window = random.pick([16, 16, 24])
        boot = random.once(in: 4) ? random.roll(60...200) : random.roll(12...30)
        from = random.pick([nil, nil, Height(UInt64(random.roll(0...boot - 4)))])
        isLyingToTheEnd = random.once(in: 2) && liars < agree && nodes - liars - dead >= agree
    }

    /// As many lie as must agree: then only what is undone against as many honest nodes is judged.
    var isOverrun: Bool { liars >= agree }

    /// A beat each, of silence or of a false branch, before something is wrong; and more for each liar.
    var patience: Int64 { Int64(Self.beat * (14 + 4 * liars)) }

    func requirement(_ amount: UInt64) -> Requirement {
        switch amount {
        case ..<10: Requirement(depth: 1)
        case ..<100: Requirement(depth: 2)
        case ..<1_000: Requirement(depth: 3)
        case ..<10_000: Requirement(depth: 5)
        case ..<100_000: Requirement(isFinal: true)
        default: Requirement(isFinal: true, fallback: kind == .worked ? nil : (depth: 9, after: 240))
        }
    }

    /// An amount under each of the rules.
    static let amounts: [UInt64] = [5, 5, 50, 500, 5_000, 50_000, 50_000, 500_000]

    var spec: ChainSpec {
        get throws {
            let last =
                kind == .worked
                ? "{finality: finalized}" : "{finality: finalized, or_depth: 9, after: 4m}"
            return try ChainSpec(
                """
                id: simulated
                family: simulated
                network: {}
                block_interval: \(Self.beat)s
                reorg_window: \(window)
                finality: \(kind == .worked ? "{depth: \(Self.finalDepth)}" : "{tag: finalized}")
                policy:
                  - {below: "10", depth: 1}
                  - {below: "100", depth: 2}
                  - {below: "1000", depth: 3}
                  - {below: "10000", depth: 5}
                  - {below: "100000", finality: finalized}
                  - \(last)
                assets:
                  - {id: COIN, native: true, decimals: 0}
                proof: \(isProven ? "full" : "count")
                """, file: "simulated.yaml")
        }
    }
}
