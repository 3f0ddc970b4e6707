@testable import DepositStore

/// The workload on a disk that does not fail: what there is to strike, and every state that may ever be found.
struct CleanRun {
    let states: [String]
    let counts: [Fault: UInt64]

    init() async throws {
        let disk = try FaultyDisk()
        let store = try Store(at: .file(disk.store), checkpointEvery: pagesOfLog)
        let trail = try Trail(of: store)
        try await Workload().go(on: store)
        await store.close()
        states = trail.states
        counts = try await Self.count()
    }

    /// Another run counts: the first one's reading of what is stored asks the disk too.
    private static func count() async throws -> [Fault: UInt64] {
        let disk = try FaultyDisk()
        let store = try Store(at: .file(disk.store), checkpointEvery: pagesOfLog)
        try await Workload().go(on: store)
        await store.close()
        return Dictionary(uniqueKeysWithValues: Fault.allCases.map { ($0, disk.count($0)) })
    }
}

/// So short that the workload checkpoints many times.
let pagesOfLog = 24
