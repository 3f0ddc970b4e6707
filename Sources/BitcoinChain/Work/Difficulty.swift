/// The rule by which a network says what bits a block must have.
enum Difficulty: Sendable {
    /// Never anything but the limit, which the first block has: a chain on one's own machine.
    case constant(Target)
    case retarget(Retarget)
    case dogecoin(DogecoinDifficulty)
    case scheduled(ScheduledDifficulty)

    /// The bits of the block on `parent`.
    ///
    /// - Parameter time: the new block's own, which decides on test networks.
    /// - Returns: nil where a block that decides is not known, or lies where this rule did not hold yet.
    func bits(on parent: HeaderFacts, time: UInt32, _ ancestor: Ancestor) -> UInt32? {
        switch self {
        case .constant(let limit): limit.bits
        case .retarget(let rule): rule.bits(on: parent, time: time, ancestor)
        case .dogecoin(let rule): rule.bits(on: parent, time: time, ancestor)
        case .scheduled(let rule): rule.bits(on: parent, time: time)
        }
    }

    /// How many blocks below a block's parent the rule may have to look at.
    var reach: UInt64 {
        switch self {
        case .constant: 0
        case .retarget(let rule): rule.measuresWhole ? rule.period : rule.period - 1
        case .dogecoin: 240
        case .scheduled: 0
        }
    }
}
