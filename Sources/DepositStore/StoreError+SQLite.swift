internal import GRDB

/// A stored value that cannot be read back as what it should be.
struct Damage: Error {
    let detail: String

    init(_ detail: String) {
        self.detail = detail
    }
}

/// SQLite would not promise to keep what it is told.
struct Unsafe: Error {
    let detail: String

    init(_ detail: String) {
        self.detail = detail
    }
}

extension StoreError {
    /// Classes every error that can come out of a transaction; what SQLite cannot explain counts as damage.
    init(_ error: any Error, file: String) {
        switch error {
        case let error as StoreError: self = error
        case let error as Damage: self = .corrupt(file: file, detail: error.detail)
        case let error as Unsafe: self = .io(file: file, detail: error.detail)
        case let error as DatabaseError: self = Self.of(error, file: file)
        default: self = .corrupt(file: file, detail: String(describing: error))
        }
    }

    private static func of(_ error: DatabaseError, file: String) -> StoreError {
        let detail = "SQLite \(error.extendedResultCode.rawValue): \(error.message ?? "no message")"
        switch error.resultCode {
        case .SQLITE_FULL:
            return .diskFull(file: file)
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return .locked(file: file, process: nil)
        case .SQLITE_CONSTRAINT:
            return .refused(detail)
        case .SQLITE_CANTOPEN where Descriptors.areExhausted:
            return .noDescriptors(file: file)
        case .SQLITE_IOERR, .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_NOMEM, .SQLITE_AUTH,
            .SQLITE_NOLFS, .SQLITE_MISUSE, .SQLITE_INTERRUPT, .SQLITE_ABORT:
            return .io(file: file, detail: detail)
        default:
            return .corrupt(file: file, detail: detail)
        }
    }
}
