internal import DepositCore
internal import Synchronization

/// What an operator has asked of a chain and the watcher has not done yet, in the order of asking.
final class ChainCommands: Sendable {
    enum Command: Sendable {
        case resume
        case halt(String)
        case rewind(Height)
    }

    private let waiting = Mutex<[Command]>([])

    func ask(_ command: Command) {
        waiting.withLock { $0.append(command) }
    }

    func take() -> Command? {
        waiting.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    }
}
