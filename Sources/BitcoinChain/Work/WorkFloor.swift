/// The least work that must have gone into a chain in its recent past, measured by its own clock.
///
/// Where the difficulty follows claimed times block by block, a branch whose clock runs ahead makes its own blocks
/// cheap. Such a branch holds little work for the time it claims, whatever its bits: a quarter of what the blocks
/// before it held in as long a time is asked for.
struct WorkFloor: Hashable, Sendable {
    /// Seconds up to the new block.
    let span: Int64
    /// Seconds before these that they are measured against.
    let reference: Int64

    static let share: UInt128 = 4

    /// - Parameters:
    ///   - blocks: the new block first, then each one's parent, with the work in each.
    /// - Returns: what is held and what is wanted, where it is too little; nil where it is enough, or too little is
    ///   known to say.
    func shortfall(
        _ blocks: some Sequence<(time: Int64, work: UInt128)>
    ) -> (found: UInt128, wanted: UInt128)? {
        var (recent, before): (UInt128, UInt128) = (0, 0)
        var first: Int64?
        var (newest, oldest): (Int64, Int64) = (0, 0)
        for block in blocks {
            let since = first ?? block.time
            first = since
            if newest == 0, block.time > since - span {
                recent += block.work
                continue
            }
            if newest == 0 { newest = block.time }
            if block.time <= newest - reference { break }
            before += block.work
            oldest = block.time
        }
        let covered = newest - oldest
        guard newest > 0, covered >= reference / 2 else { return nil }
        let wanted = before / UInt128(covered) * UInt128(span) / Self.share
        return recent < wanted ? (recent, wanted) : nil
    }
}
