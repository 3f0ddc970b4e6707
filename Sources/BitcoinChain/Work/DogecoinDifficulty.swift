internal import BigInt

/// Dogecoin's difficulty: once in four hours below 145,000, from there on with every block (DigiShield).
///
/// Source: Dogecoin Core, dogecoin.cpp, `CalculateDogecoinNextWorkRequired`, and pow.cpp, `GetNextWorkRequired`.
struct DogecoinDifficulty: Sendable {
    static let digiShield: UInt64 = 145_000
    private static let spacing: Int64 = 60
    /// The height of a parent from which a test network's minimum holds for every late block.
    private static let minimumAgain: UInt64 = 157_500

    let isTest: Bool
    let limit: Target

    private var early: Retarget {
        Retarget(
            limit: limit, period: 240, timespan: 14_400, measuresWhole: true,
            minimumAfter: isTest ? 120 : nil)
    }

    /// - Returns: the bits of the block on `parent`; nil where a block that decides is not known.
    func bits(on parent: HeaderFacts, time: UInt32, _ ancestor: Ancestor) -> UInt32? {
        let height = parent.height + 1
        guard height < Self.digiShield else {
            if isTest, parent.height >= Self.minimumAgain, Int64(time) > parent.seconds + 2 * Self.spacing {
                return limit.bits
            }
            guard let before = ancestor(parent.height - 1), let old = Target(bits: parent.bits) else {
                return nil
            }
            return bits(old, interval: parent.seconds - before.seconds)
        }
        guard height.isMultiple(of: 240) else { return early.bits(on: parent, time: time, ancestor) }
        let least: Int64 = height > 10_000 ? 4 : height > 5_000 ? 8 : 16
        return early.retargeted(on: parent, within: 14_400 / least...14_400 * 4, ancestor)
    }

    /// The target moves by an eighth of what the last block was too late or too early; C's division, toward zero.
    func bits(_ old: Target, interval: Int64) -> UInt32 {
        let damped = min(max(Self.spacing + (interval - Self.spacing) / 8, 45), 90)
        let scaled = old.value * BigUInt(damped) / BigUInt(Self.spacing)
        return scaled <= limit.value ? Target(scaled).bits : limit.bits
    }
}
