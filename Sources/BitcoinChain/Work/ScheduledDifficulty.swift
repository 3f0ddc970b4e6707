internal import BigInt

/// Bitcoin Cash's difficulty (ASERT aserti3-2d): the target follows how far the chain is ahead of or behind a schedule.
///
/// It knows one block of the past and the schedule, and nothing of the work in between. Source: Bitcoin Cash Node,
/// pow.cpp, `CalculateASERT`; chainparams.cpp.
struct ScheduledDifficulty: Sendable {
    /// The block that the schedule counts from: its height, its bits, and the time of its parent.
    struct Start: Hashable, Sendable {
        let height: UInt64
        let bits: UInt32
        let parentTime: Int64
    }

    let limit: Target
    let start: Start
    /// Seconds behind the schedule that double the target.
    let halfLife: Int64
    /// Seconds after which a test network lets a block be found with the limit itself.
    var minimumAfter: Int64?

    /// - Returns: the bits of the block on `parent`; nil below the schedule's start, where other rules held.
    func bits(on parent: HeaderFacts, time: UInt32) -> UInt32? {
        guard parent.height >= start.height, let old = Target(bits: start.bits) else { return nil }
        if let minimumAfter, Int64(time) > parent.seconds + minimumAfter { return limit.bits }
        let ideal = 600 * Int64(parent.height - start.height + 1)
        let exponent = (parent.seconds - start.parentTime - ideal) * 65_536 / halfLife
        return bits(old, exponent: exponent)
    }

    /// 2^(exponent / 65,536) by a polynomial in whole numbers.
    private func bits(_ old: Target, exponent: Int64) -> UInt32 {
        let fraction = UInt64(exponent & 0xffff)
        let polynomial =
            195_766_423_245_049 * fraction + 971_821_376 * fraction * fraction
            + 5_127 * fraction * fraction * fraction + 1 << 47
        let factor = 65_536 + (polynomial >> 48)
        let shift = Int(exponent >> 16) - 16
        let scaled = old.value * BigUInt(factor)
        let value = shift < 0 ? scaled >> min(-shift, 512) : scaled << min(shift, 512)
        guard value > 0 else { return Target(1).bits }
        return value <= limit.value ? Target(value).bits : limit.bits
    }
}
