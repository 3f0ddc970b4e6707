internal import Synchronization

/// Remembers the first fatal error, and wakes who waits for it.
final class StoreTrouble: Sendable {
    private let first = Mutex<StoreError?>(nil)
    private let (ending, end) = AsyncStream.makeStream(of: Void.self)

    var error: StoreError? { first.withLock { $0 } }

    /// Errors that are not fatal are nothing to remember.
    func note(_ error: StoreError) {
        guard error.isFatal else { return }
        first.withLock { $0 = $0 ?? error }
        end.finish()
    }

    /// The first fatal error once there is one; nil when the task is cancelled before.
    func wait() async -> StoreError? {
        for await _ in ending {}
        return error
    }
}
