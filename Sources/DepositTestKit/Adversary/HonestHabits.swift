/// How much goes wrong with honest nodes in this world.
struct HonestHabits: Sendable {
    /// In a thousand, each second and node.
    let trouble: Int
    /// In a hundred, each block.
    let forks: Int
    /// In a hundred, each second in which two nodes differ.
    let stuckOnForks: Int
    /// Seconds from the start in which nothing becomes final.
    let finalityStalls: ClosedRange<Int64>
    /// Seconds in which no block is mined.
    let standsStill: ClosedRange<Int64>
    /// Seconds in which some honest nodes hear nothing of the others.
    let parted: ClosedRange<Int64>

    static let none = HonestHabits(
        trouble: 0, forks: 0, stuckOnForks: 0, finalityStalls: 0...0, standsStill: 0...0, parted: 0...0)

    init(
        trouble: Int, forks: Int, stuckOnForks: Int, finalityStalls: ClosedRange<Int64>,
        standsStill: ClosedRange<Int64>, parted: ClosedRange<Int64>
    ) {
        self.trouble = trouble
        self.forks = forks
        self.stuckOnForks = stuckOnForks
        self.finalityStalls = finalityStalls
        self.standsStill = standsStill
        self.parted = parted
    }

    init(_ random: inout SeededRandom, from start: Int64) {
        func some(_ lengths: ClosedRange<Int>, once count: Int) -> ClosedRange<Int64> {
            guard random.once(in: count) else { return 0...0 }
            let first = start + Int64(random.roll(100...1_500))
            return first...first + Int64(random.roll(lengths))
        }
        trouble = random.pick([0, 0, 1, 3])
        forks = random.pick([0, 5, 15])
        stuckOnForks = random.pick([0, 0, 10])
        finalityStalls = some(100...900, once: 2)
        standsStill = some(60...400, once: 5)
        parted = random.once(in: 6) ? some(150...300, once: 2) : some(15...45, once: 3)
    }
}
