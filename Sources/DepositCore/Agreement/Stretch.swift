/// The next blocks of a chain, as one node gave them: those that may stand on ours, and why the rest may not.
public struct Stretch: Hashable, Sendable {
    public private(set) var headers: [Header] = []
    /// What is wrong with the first that may not; nil where all may.
    public private(set) var refusal: String?

    /// Blocks may claim a time so far ahead of our clock, in seconds, and no further.
    public static let clockTolerance: Int64 = 7_200
    private static let medianSpan = 11

    /// The longest part of `offered` that is linked to our tip and in itself, each a height above its parent, within
    /// reach and with a time that can be.
    ///
    /// - Parameters:
    ///   - reach: the highest that may be scanned now.
    ///   - clock: how block times of this chain grow.
    public init(
        _ offered: [Header], on local: HeaderChain, upTo reach: Height, clock: BlockClock, now: Timestamp
    ) {
        var times = local.headers.suffix(Self.medianSpan).map(\.block.time)
        var below = local.tip
        for header in offered where header.height <= reach {
            if let below {
                guard header.parent == below.hash else { return }
                guard header.height == below.height + 1 else {
                    refusal = "it gives height \(header.height) to the block above \(below.height)"
                    return
                }
            }
            if let wrong = Self.wrong(header, below, times, clock, now) {
                refusal = wrong
                return
            }
            times = Array((times + [header.block.time]).suffix(Self.medianSpan))
            headers.append(header)
            below = header
        }
    }

    private static func wrong(
        _ header: Header, _ below: Header?, _ times: [Timestamp], _ clock: BlockClock, _ now: Timestamp
    ) -> String? {
        let time = header.block.time
        if time.seconds > now.seconds + clockTolerance {
            return
                "its block \(header.height) says \(time), more than two hours after \(now), which is the time here: "
                + "check this machine's clock, and that the chain counts in seconds"
        }
        switch clock {
        case .notBelowParent:
            guard let below, time < below.block.time else { return nil }
            return "its block \(header.height) says \(time), and the block below it \(below.block.time)"
        case .free: return nil
        case .aboveMedian:
            guard times.count == medianSpan else { return nil }
            let median = times.sorted()[medianSpan / 2]
            return time > median
                ? nil : "its block \(header.height) says \(time), which is not above the median \(median)"
        }
    }
}

/// How the times of a chain's blocks grow.
public enum BlockClock: Hashable, Sendable {
    /// No block is older than the one it stands on; on fast chains many are as old.
    case notBelowParent
    /// Each is younger than the median of the eleven below it (Bitcoin's `GetMedianTimePast`).
    case aboveMedian
    /// As whoever runs the node sets it, on a network for development.
    case free
}
