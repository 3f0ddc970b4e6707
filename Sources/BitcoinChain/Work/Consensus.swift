/// What a network demands of a header, beyond standing on another.
struct Consensus: Sendable {
    /// The hash whose work counts. A block's name is a double SHA-256 on all of them.
    enum Hashing: Sendable {
        case sha256d, scrypt
    }

    /// From where on blocks of these old versions are refused: BIP-34, BIP-66, BIP-65. From the first on, a coinbase
    /// begins with the height as well.
    struct Versions: Sendable {
        let two: UInt64
        let three: UInt64
        let four: UInt64

        func least(at height: UInt64) -> Int32 {
            height >= four ? 4 : height >= three ? 3 : height >= two ? 2 : 0
        }
    }

    /// Mining together with another chain: from which height on, and whether a chain's own number is insisted upon.
    struct Merging: Sendable {
        let from: UInt64
        let isStrict: Bool
    }

    /// As chain files name it.
    let name: String
    let hashing: Hashing
    let difficulty: Difficulty
    let versions: Versions
    var merging: Merging?
    var floor: WorkFloor?

    /// Headers that are judged on the way up from an anchor at most: a few seconds' work where it is scrypt's.
    var mostClimb: UInt64 = 8_000

    /// Blocks below a block's parent that must be known before the block can be judged: the difficulty's, the eleven
    /// of the median, and those of the floor.
    var reach: UInt64 {
        isConstant ? 0 : max(difficulty.reach, 11, floorReach)
    }

    /// A chain on one's own machine, whose work is a formality.
    var isConstant: Bool {
        if case .constant = difficulty { true } else { false }
    }

    /// Twice what the floor's seconds usually hold.
    private var floorReach: UInt64 {
        guard let floor else { return 0 }
        let interval: Int64 = hashing == .scrypt ? 60 : 600
        return UInt64((floor.span + floor.reference) / interval * 3 / 2)
    }

    /// Blocks below a start in the middle whose work is proven, too: a period, or a day.
    var startReach: UInt64 {
        if case .retarget(let rule) = difficulty { rule.period + 1 } else { floorReach }
    }
}
