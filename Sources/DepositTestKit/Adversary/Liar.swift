internal import DepositCore

/// What one liar is up to for a while: which chain it shows to whom, and what else is wrong with its answers.
struct Liar: Sendable {
    enum Scheme: CaseIterable, Sendable {
        case mirror, silent, late
        /// Stands still where the chain was when the scheme began.
        case freeze
        /// Builds on our tip, at whatever speed.
        case extend
        /// Builds on our tip a block that claims to be far above it.
        case leap
        /// Builds many blocks on our tip at once, their clocks ahead.
        case rush
        /// Another branch below our tip, as high as ours.
        case contest
        /// Tells the truth for a while, so that its chain is believed, and then shows another.
        case ambush
        /// Another branch from below what may be undone.
        case uproot
        case ours
        /// Ours to one question, another branch to the next.
        case flip
        /// The honest node's chain that differs most, and builds on it.
        case stale
        /// Sides with whatever honest node is not of our opinion, or with another each time.
        case oppose, split
        /// Feeds the turn with inventions, and shows ours when it is heard.
        case feed
        /// Goes along with the turn, and shows another branch when it is heard.
        case deny
        /// Invents what we might begin with.
        case begin
    }

    /// What is wrong with the answers themselves.
    enum Manner: Sendable {
        case straight
        /// Leaves out headers, at the end or in the middle.
        case short
        /// Answers heights with the headers of others.
        case shifted
        case withoutBodies
        /// Its bodies contradict the block, where that can be seen.
        case forging
        case failing
    }

    enum HeadClaim: Sendable {
        case real, ours, low
        /// So many blocks above what it shows.
        case above(UInt64)
    }

    enum FinalClaim: Sendable {
        case honest, none, head, invented
        case old(Int)
        /// The honest block, under another clock.
        case backdated
    }

    var scheme = Scheme.mirror
    var manner = Manner.straight
    var head = HeadClaim.real
    var final = FinalClaim.honest
    /// Seconds that its invented clocks are ahead.
    var skew: Int64 = 0
    var depth = 1
    var speed = 1
    /// The honest head when the scheme began.
    var anchor = 0
    /// When an ambush ends its truth.
    var strikesAt: Int64 = 0
    /// The tips of the branches that it has built.
    var extended: Int?
    var contested: Int?
    var claimed: (tip: Int, head: Int)?
    /// What it shows now: alike to every question, or another thing to another one.
    var faces: [Face] = []

    /// The tips that it shows to one who asks for its head, for a header of ours, and for what comes next.
    struct Face: Sendable {
        var head: Int
        var sound: Int
        var turn: Int
        /// The block that it calls its head.
        var claim: Int
    }

    mutating func replan(_ random: inout SeededRandom, anchor: Int, at now: Int64) {
        scheme = random.pick(Scheme.allCases + [.extend, .contest, .extend, .contest, .oppose])
        manner =
            random.once(in: 3)
            ? random.pick([.short, .shifted, .withoutBodies, .forging, .failing]) : .straight
        head = random.pick([.real, .real, .real, .ours, .low, .above(1), .above(300), .above(1 << 61)])
        final = random.pick([
            .honest, .honest, .none, .head, .invented, .old(random.roll(1...40)), .backdated,
        ])
        skew = random.pick([0, 0, 0, 1_860, 7_000, 10_800, -500])
        depth = random.roll(1...12)
        speed = random.pick([1, 1, 1, 2, 6, 40])
        self.anchor = anchor
        strikesAt = now + Int64(random.roll(30...120))
    }
}
