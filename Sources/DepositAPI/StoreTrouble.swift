internal import DepositStore
internal import Synchronization

/// Remembers that the store has failed for good, and ends the server with that error: the daemon must stop.
final class StoreTrouble: Sendable {
    private let first = Mutex<StoreError?>(nil)
    private let (reports, continuation) = AsyncStream.makeStream(of: StoreError.self)

    var error: StoreError? { first.withLock { $0 } }

    func report(_ error: StoreError) {
        first.withLock { $0 = $0 ?? error }
        continuation.yield(error)
    }

    /// Throws the first failure; returns when the task is cancelled.
    func watch() async throws(StoreError) {
        if let error { throw error }
        for await error in reports { throw error }
    }
}
