internal import BigInt

/// Difficulty that changes once a period, by the time that the period took.
///
/// Source: Bitcoin Core, pow.cpp, `GetNextWorkRequired`; Litecoin Core, the same; BIP-94.
struct Retarget: Sendable {
    let limit: Target
    /// Blocks a period.
    var period: UInt64 = 2_016
    /// Seconds that a period ought to take.
    let timespan: Int64
    /// Litecoin and Dogecoin measure from the last block of the period before; Bitcoin from the first of the period
    /// itself, one interval short.
    var measuresWhole = false
    /// Seconds after which a test network lets a block be found with the limit itself.
    var minimumAfter: Int64?
    /// BIP-94: the new target starts from the bits of the period's first block.
    var startsFromFirst = false

    /// - Returns: the bits of the block on `parent`; nil where a block that decides is not known.
    func bits(on parent: HeaderFacts, time: UInt32, _ ancestor: Ancestor) -> UInt32? {
        let height = parent.height + 1
        guard height.isMultiple(of: period) else {
            guard let minimumAfter else { return parent.bits }
            if Int64(time) > parent.seconds + minimumAfter { return limit.bits }
            return lastUnaided(parent, ancestor)
        }
        return retargeted(on: parent, within: timespan / 4...timespan * 4, ancestor)
    }

    /// The bits of the newest block that was not found with a test network's minimum.
    func lastUnaided(_ parent: HeaderFacts, _ ancestor: Ancestor) -> UInt32? {
        var block = parent
        while block.bits == limit.bits, !block.height.isMultiple(of: period) {
            guard let below = ancestor(block.height - 1) else { return nil }
            block = below
        }
        return block.bits
    }

    func retargeted(
        on parent: HeaderFacts, within spans: ClosedRange<Int64>, _ ancestor: Ancestor
    ) -> UInt32? {
        let first = parent.height + 1 - period
        guard let begin = ancestor(measuresWhole && first > 0 ? first - 1 : first),
            let start = startsFromFirst ? ancestor(first)?.bits : parent.bits,
            let old = Target(bits: start)
        else { return nil }
        return bits(old, span: min(max(parent.seconds - begin.seconds, spans.lowerBound), spans.upperBound))
    }

    /// Nodes reckon in 256 bits, and Litecoin's halve a target of more than 235 first: its lowest bit is lost.
    func bits(_ old: Target, span: Int64) -> UInt32 {
        let shift = measuresWhole && old.value.bitWidth > limit.value.bitWidth - 1 ? 1 : 0
        let scaled = ((old.value >> shift) * BigUInt(span) / BigUInt(timespan)) << shift
        return min(scaled, limit.value) == scaled ? Target(scaled).bits : limit.bits
    }
}
