internal import ChainKit
internal import DepositCore

/// What is told of nodes that do not agree, though no deposit waits for it yet.
extension Pipeline {
    /// Beats after which it is told: short forks and a node that lags are daily business.
    private static let patience = 4

    mutating func noteDissent() {
        if agreedBlock != agreedSince?.block { agreedSince = (agreedBlock, clock.now) }
        let isContradicted = agreement.fresh.contains { $0.contradicts != nil }
        contradictedSince = isContradicted ? contradictedSince ?? clock.now : nil
    }

    /// Why our tip rests on fewer nodes than must agree, once it has for some beats and the chain goes on; or, where
    /// one node is enough, who contradicts it. Nil in a daemon's first beats, and where there is but one node.
    func dissent(_ council: Council) -> Hold? {
        guard !isAlone, let tip = local.tip?.block else { return nil }
        if settings.agree == 1, isLong(contradictedSince) {
            return Hold(
                tip, agreement, council, "our chain is contradicted, and one node is enough to confirm")
        }
        guard agreedBlock != tip, isLong(agreedSince?.moment) else { return nil }
        // On a chain that stands still nobody can show more than there is.
        if let head = agreement.head, let agreedBlock, head <= agreedBlock.height { return nil }
        let words = agreedBlock.map { "nothing above block \($0.height) is agreed" } ?? "no block is agreed"
        return Hold(tip, agreement, council, "\(words): \(settings.agree) nodes must show it and keep up")
    }

    private func isLong(_ since: Timestamp?) -> Bool {
        since.map { clock.now.seconds - $0.seconds > Int64(Self.patience * pace.beat / 1_000) } ?? false
    }
}
