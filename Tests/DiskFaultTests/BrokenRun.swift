import GRDB
import Testing

@testable import DepositStore

/// The workload on a disk that fails, is mended, fails once more while we recover, and is mended for good.
struct BrokenRun {
    private let disk: FaultyDisk
    private let fault: Fault
    private let at: UInt64
    private let clean: CleanRun
    private let workload = Workload()

    init(_ fault: Fault, at: UInt64, against clean: CleanRun) throws {
        disk = try FaultyDisk()
        self.fault = fault
        self.at = at
        self.clean = clean
    }

    /// - Returns: whether the fault has struck at all.
    func go() async throws -> Bool {
        let committed = try await live(failingAt: at)
        let hasStruck = disk.hasStruck
        disk.mend(seed: at)
        let found = try state()
        if let committed {
            // What SQLite has called committed is there, and at most the one transaction that was in doubt.
            let possible = clean.states[committed...].prefix(2)
            #expect(possible.contains(found), "\(place): \(difference(found, possible.last ?? ""))")
        }
        _ = try await live(failingAt: 1 + at % 60)
        disk.mend(seed: at + 1)
        let later = try state()
        if committed != nil {
            let (first, last) = (clean.states.firstIndex(of: found), clean.states.lastIndex(of: later))
            #expect(first ?? 0 <= last ?? -1, "\(place), recovering: \(difference(later, found))")
        }
        let store = try Store(at: .file(disk.store), checkpointEvery: pagesOfLog)
        try await workload.go(on: store)
        await store.close()
        let end = clean.states.last ?? ""
        let final = try state()
        #expect(final == end, "\(place), in the end: \(difference(final, end))")
        return hasStruck
    }

    /// One life of the store, until the disk ends it.
    ///
    /// - Returns: how many transactions were committed; nil when it did not come to open.
    private func live(failingAt operation: UInt64) async throws -> Int? {
        disk.arm(fault, at: operation)
        let store: Store
        do throws(StoreError) {
            store = try Store(at: .file(disk.store), checkpointEvery: pagesOfLog)
        } catch {
            #expect(error.isFatal && disk.hasStruck, "\(place): \(error)")
            return nil
        }
        let trail = try Trail(of: store, records: false)
        do {
            try await workload.go(on: store)
        } catch let error as StoreError {
            #expect(error.isFatal && disk.hasStruck, "\(place): \(error)")
            #expect(store.failed != nil)
            let committed = trail.committed
            await #expect(throws: StoreError.self, "\(place): a store that has failed has written") {
                try await store.register(callbacks: [])
            }
            #expect(trail.committed == committed)
        }
        let committed = trail.committed
        await store.close()
        return committed
    }

    private var place: String { "\(fault) at operation \(at)" }

    /// What is stored, read as a stranger would.
    private func state() throws -> String {
        let queue = try DatabaseQueue(path: disk.store)
        return try queue.read { db in
            let flaws = try db.flaws()
            #expect(flaws.isEmpty, "\(place): \(flaws)")
            return try db.content()
        }
    }

    private func difference(_ found: String, _ wanted: String) -> String {
        let (found, wanted) = (found.split(separator: "\n"), wanted.split(separator: "\n"))
        let same = zip(found, wanted).prefix { $0 == $1 }.count
        let lines = [found, wanted].map { $0.dropFirst(same).first ?? "nothing" }
        return "found \(lines[0]), wanted \(lines[1])"
    }
}
