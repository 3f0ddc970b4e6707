public import DepositCore

extension Watcher {
    /// Stops the chain where it stands. Takes effect with the next turn.
    public func askToHalt(reason: String) {}

    /// Takes a halted chain back to a height below its tip. Takes effect with the next turn.
    public func askToRewind(to height: Height) {}
}
