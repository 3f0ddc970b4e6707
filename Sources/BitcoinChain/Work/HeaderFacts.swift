/// What the rules of work look at in the blocks below a block.
struct HeaderFacts: Hashable, Sendable {
    let height: UInt64
    let time: UInt32
    let bits: UInt32

    /// Seconds, with a sign: spans between blocks may be negative.
    var seconds: Int64 { Int64(time) }
}

/// The block of this height below the one in question; nil where it is not known.
typealias Ancestor = (_ height: UInt64) -> HeaderFacts?
