internal import ChainKit
internal import DepositCore

/// What the operator and the chain file say in one world.
struct SimulatedRules: Sendable {
    enum Policy: CaseIterable, Sendable {
        case depth
        case byAmount
        case finality
    }

    /// What a payment needs, in words of the simulation's own.
    struct Requirement {
        let depth: UInt64?
        let finality: Bool
        /// Confirmations that stand in for finality, and the seconds it must have stalled.
        var fallback: (depth: UInt64, after: Int64)?
    }

    let window: UInt64
    let agree: Int
    let nodes: Int
    let policy: Policy
    /// Confirmations that make a block final; nil where the node says so.
    let finalDepth: UInt64?
    let from: Height?

    init(_ random: inout SeededRandom) {
        window = random.pick([8, 16])
        nodes = random.roll(1...4)
        agree = min(nodes, random.roll(1...3))
        policy = random.pick(Policy.allCases)
        finalDepth = random.once(in: 3) ? 7 : nil
        from = random.pick([0, 3, nil])
    }

    init(window: UInt64) {
        self.window = window
        nodes = 1
        agree = 1
        policy = .depth
        finalDepth = nil
        from = 0
    }

    func requirement(_ payment: SimulatedPayment) -> Requirement {
        switch policy {
        case .depth: Requirement(depth: 3, finality: false)
        case .byAmount: Requirement(depth: payment.amount < 1_000 ? 2 : 5, finality: false)
        case .finality: Requirement(depth: nil, finality: true, fallback: (6, 120))
        }
    }

    var spec: ChainSpec {
        get throws {
            let rules =
                switch policy {
                case .depth: "[{depth: 3}]"
                case .byAmount: "[{below: \"1000\", depth: 2}, {depth: 5}]"
                case .finality: "[{finality: finalized, or_depth: 6, after: 2m}]"
                }
            return try ChainSpec(
                """
                id: simulated
                family: simulated
                network: {}
                block_interval: 10s
                reorg_window: \(window)
                finality: \(finalDepth.map { "{depth: \($0)}" } ?? "{tag: finalized}")
                policy: \(rules)
                assets:
                  - {id: COIN, native: true, decimals: 0}
                  - {id: TOKEN, contract: "token", decimals: 0, minimum: "5"}
                proof: full
                """, file: "simulated.yaml")
        }
    }
}
