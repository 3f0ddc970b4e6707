#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif
internal import Synchronization

/// A moment at which a crash would hurt most, if it could hurt at all.
///
/// A debug build dies there as by kill -9 when `DEPOSITWATCH_CRASH_AT` says so: `committing`, or `committing:3` for the
/// third time it comes by. The tests of recovery use it; in a release build `pass` does nothing.
public enum CrashPoint: String, Sendable, CaseIterable {
    /// SQLite has opened the file and taken over what the log of the last run held.
    case recovered
    /// A migration has run and is not committed.
    case migrating
    /// An address of a batch is written, and the batch is not committed.
    case importing
    /// A transaction is written and not committed.
    case committing
    /// A transaction is durable, and nobody has been told.
    case committed
    /// It is decided which deposits lose their block, and nothing of it is written.
    case undoing
    /// A backfill has gone one block further.
    case backfilling
    /// A delivery is signed and not sent.
    case sending
    /// A receiver has answered, and nobody has been told.
    case answered
    /// Answers are about to be recorded.
    case marking

    #if DEBUG
        public func pass() {
            guard let armed = Self.armed, armed.point == self,
                armed.left.wrappingSubtract(1, ordering: .relaxed).newValue == 0
            else { return }
            kill(getpid(), SIGKILL)
        }

        private static let armed = Armed(getenv("DEPOSITWATCH_CRASH_AT").map { String(cString: $0) })

        private final class Armed: Sendable {
            let point: CrashPoint
            let left: Atomic<Int>

            init?(_ text: String?) {
                guard let parts = text?.split(separator: ":"), let name = parts.first,
                    let point = CrashPoint(rawValue: String(name))
                else { return nil }
                self.point = point
                left = Atomic(parts.dropFirst().first.flatMap { Int($0) } ?? 1)
            }
        }
    #else
        @inlinable public func pass() {}
    #endif
}
