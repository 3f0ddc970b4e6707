internal import Synchronization

/// What an operator has asked of a chain and the watcher has not done yet.
final class ChainCommands: Sendable {
    private let wantsResume = Atomic(false)

    func askToResume() {
        wantsResume.store(true, ordering: .releasing)
    }

    func takeResume() -> Bool {
        wantsResume.exchange(false, ordering: .acquiringAndReleasing)
    }
}
