internal import DepositCore

extension ChainStatus.State {
    /// The word of the API and the console.
    var word: String {
        switch self {
        case .starting: "starting"
        case .following: "following"
        case .catchingUp: "catching up"
        case .halted: "halted"
        case .refused: "refused"
        case .waitingForNode: "waiting for node"
        case .disagreeing: "nodes disagree"
        }
    }

    var isHalted: Bool {
        if case .halted = self { true } else { false }
    }

    /// Why the chain does not follow its head; nil where it does.
    var reason: String? {
        switch self {
        case .following: nil
        case .starting: "it is being started"
        case .catchingUp(let rate, _):
            rate.map { "it scans old blocks, \($0) a second" } ?? "it scans old blocks"
        case .halted(let reason), .refused(let reason), .waitingForNode(let reason), .disagreeing(let reason):
            reason
        }
    }

    /// What a person is to do about it; nil where there is nothing to do.
    func remedy(for chain: ChainID) -> String? {
        switch self {
        case .following: nil
        case .starting: "wait a few seconds"
        case .catchingUp(_, let seconds):
            seconds.map { "wait about \(Self.words(seconds: $0))" } ?? "wait"
        case .halted:
            "find out which chain is right; then POST /v1/chains/\(chain)/resume follows the nodes' chain"
        case .refused: "mend what the reason names in the configuration or at the node, and restart"
        case .waitingForNode: "look after the node; the chain goes on by itself once one answers"
        case .disagreeing:
            "find out which node is wrong and take it out; deposits are confirmed by themselves once enough agree"
        }
    }

    private static func words(seconds: Int) -> String {
        switch seconds {
        case ..<60: "\(max(seconds, 1)) s"
        case ..<3_600: "\(seconds / 60) min"
        default: "\(seconds / 3_600) h \(seconds / 60 % 60) min"
        }
    }
}
