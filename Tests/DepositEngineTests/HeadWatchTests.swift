import DepositCore
import Testing

@testable import DepositEngine

@Suite struct HeadWatchTests {
    private func seconds(_ count: Int64) -> Timestamp { Timestamp(seconds: 1_800_000_000 + count) }

    @Test(arguments: [(250, 120), (2_000, 120), (12_000, 144), (150_000, 1_800), (600_000, 7_200)])
    func `a head stands still after twelve intervals, and no sooner than two minutes`(
        interval: Int, patience: Int64
    ) {
        var watch = HeadWatch(blockInterval: interval)
        #expect(watch.note(7, at: seconds(0)) == nil)
        #expect(watch.note(7, at: seconds(patience - 1)) == nil)
        let stall = watch.note(7, at: seconds(patience))
        #expect(stall?.head == 7 && stall?.since == seconds(0))
        #expect(watch.note(8, at: seconds(patience + 1)) == nil)
        #expect(watch.note(8, at: seconds(2 * patience)) == nil)
    }

    @Test func `a lower head is news as well`() {
        var watch = HeadWatch(blockInterval: 1_000)
        _ = watch.note(7, at: seconds(0))
        #expect(watch.note(6, at: seconds(600)) == nil)
    }

    @Test func `it says since when, above which block, and what is usual`() {
        var watch = HeadWatch(blockInterval: 12_000)
        _ = watch.note(7, at: seconds(0))
        #expect(
            watch.note(7, at: seconds(600))?.words
                == "no node has shown a block above 7 since 2027-01-15T08:00:00Z; usually there is one each 12 s"
        )
    }
}
