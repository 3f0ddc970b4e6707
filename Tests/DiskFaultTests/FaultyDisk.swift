import CFaultyDisk
import Foundation
import Testing

/// A folder on a disk that fails when it is told to; gone after the test.
final class FaultyDisk {
    let folder: String
    private let disk: OpaquePointer

    struct Unavailable: Error {}

    init() throws {
        folder = NSTemporaryDirectory() + "depositwatch-disk-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        guard let disk = dw_disk_new(folder) else { throw Unavailable() }
        self.disk = disk
    }

    deinit {
        dw_disk_free(disk)
        try? FileManager.default.removeItem(atPath: folder)
    }

    var store: String { folder + "/deposits.db" }

    /// Lets `fault` strike the `at`th operation from now on that it can strike.
    func arm(_ fault: Fault, at: UInt64) { dw_disk_arm(disk, fault.kind, at) }

    /// How many operations there were since it was new or mended that `fault` could strike.
    func count(_ fault: Fault) -> UInt64 { dw_disk_count(disk, fault.kind) }

    var hasStruck: Bool { dw_disk_struck(disk) != 0 }

    /// A good disk again; after a power loss `seed` decides what of the unflushed writes is left.
    func mend(seed: UInt64) { dw_disk_mend(disk, seed) }
}

/// What a disk can do to a store.
enum Fault: String, CaseIterable, CustomTestStringConvertible {
    case ioError, diskFull, shortWrite, failedSync, powerLoss

    var kind: dw_fault {
        switch self {
        case .ioError: DW_IO_ERROR
        case .diskFull: DW_DISK_FULL
        case .shortWrite: DW_SHORT_WRITE
        case .failedSync: DW_FAILED_SYNC
        case .powerLoss: DW_POWER_LOSS
        }
    }

    var testDescription: String { rawValue }
}
