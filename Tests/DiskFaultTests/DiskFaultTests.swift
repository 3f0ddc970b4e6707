import DepositCore
import Foundation
import GRDB
import Testing

@testable import DepositStore

/// How many faults a run of the suite tries: 200, or for a long one `DEPOSITWATCH_DISK_FAULTS=5000`.
private let budget = ProcessInfo.processInfo.environment["DEPOSITWATCH_DISK_FAULTS"].flatMap(Int.init) ?? 200

// One after the other: what they do keeps a thread busy, and other suites have theirs.
@Suite(.serialized, .timeLimit(.minutes(60))) struct DiskFaultTests {
    @Test(arguments: Fault.allCases)
    func `a failing disk stops the store, and costs nothing that was acknowledged`(
        _ fault: Fault
    ) async throws {
        let clean = try await CleanRun()
        let count = try #require(clean.counts[fault])
        let share = min(UInt64(budget / Fault.allCases.count), count)
        #expect(share > 5, "the workload gives \(fault) too little to strike")
        var struck = 0
        for sample in 0..<share {
            // Spread evenly, and moved a little, so that no period of the workload hides a place.
            let at = 1 + (sample * count + sample * 7_919 % count) / share % count
            struck += try await BrokenRun(fault, at: at, against: clean).go() ? 1 : 0
        }
        // A reader that is slow to leave lets the log grow where another run starts it anew, so counts differ.
        #expect(struck * 2 >= share, "only \(struck) of \(share) faults struck")
    }
}
