internal import DepositCore
internal import NodeRPC

/// A block's time as its chain counts it: in seconds, but on some in thousandths of them, in their thousandths, or in
/// nanoseconds (Quorum with Raft).
struct ChainClock {
    let time: Timestamp
    private let counted: UInt64

    /// No clock in seconds comes to more before the year 2106, and none in smaller parts has less.
    private static let most = UInt64(UInt32.max)

    init(_ counted: UInt64) {
        self.counted = counted
        var seconds = counted
        while seconds > Self.most { seconds /= 1_000 }
        time = Timestamp(seconds: Int64(seconds))
    }

    /// Nil of a clock in seconds.
    var remark: Remark? {
        guard counted > Self.most else { return nil }
        return Remark(
            topic: "clock",
            words:
                "the clock of this chain is not in seconds: a block of it says \(counted), which is taken for \(time)"
        )
    }
}
