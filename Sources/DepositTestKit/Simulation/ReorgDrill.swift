/// Reorgs of chosen depths under a chosen window, with payments in every part of the chain and no other trouble.
public struct ReorgDrill: Sendable {
    /// What became of one reorg.
    public enum Outcome: Hashable, Sendable {
        case followed
        /// The chain stood still and was told so, and followed once an operator said so.
        case haltedAndResumed
    }

    public let depths: [Int]
    public let window: UInt64

    public init(depths: [Int], window: UInt64) {
        self.depths = depths
        self.window = window
    }

    /// What became of each, and what the oracle says to it: nothing, if all is well.
    public func run(seed: UInt64) async throws -> (outcomes: [Outcome], complaints: [String]) {
        var world = try await SimulatedWorld(seed: seed, rules: SimulatedRules(window: window))
        var outcomes: [Outcome] = []
        for depth in depths where world.complaints.isEmpty {
            outcomes.append(try await suffer(depth, &world))
        }
        try await world.audit(isCalm: true)
        let complaints = world.complaints
        await world.end()
        return (outcomes, complaints)
    }

    private func suffer(_ depth: Int, _ world: inout SimulatedWorld) async throws -> Outcome {
        world.mine(depth + world.random.roll(1...5))
        try await world.turn()
        world.reorganise(depth, length: depth + world.random.roll(1...3))
        try await world.turn()
        let isHalted = world.oracle.isHalted
        if isHalted {
            world.resume()
            try await world.turn()
        }
        if world.oracle.tip != world.network.current.best {
            world.oracle.complain("P10: a reorg of \(depth) was not followed: \(world.daemon.state)")
        }
        return isHalted ? .haltedAndResumed : .followed
    }
}
