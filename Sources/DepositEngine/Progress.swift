internal import DepositCore
internal import Logging

/// Says in the log how a chain is coming on: every change of a deposit, every reorg, and while catching up the rate
/// and the time left, every few seconds.
struct Progress {
    private let logger: Logger
    private var since = ContinuousClock.now
    private var blocks = 0
    private var isCatchingUp = false
    private var undone = 0
    private var held: Hold?
    private var dissents: [String: Dissent] = [:]

    init(_ logger: Logger) {
        self.logger = logger
    }

    mutating func note(_ turn: Turn, _ health: ChainHealth) {
        for change in turn.changes {
            tell(change)
            if case .disconnect(let header) = change.move { disconnected(header, change) }
        }
        connected(turn.changes, turn.head, health)
        tell(turn.hold)
        tell(turn.dissents)
    }

    private mutating func connected(_ changes: [Change], _ head: Head, _ health: ChainHealth) {
        let tips = changes.compactMap { change -> Header? in
            if case .connect(let header) = change.move { header } else { nil }
        }
        guard let tip = tips.last else { return }
        if undone > 0 {
            logger.notice("reorg followed", metadata: ["undone": "\(undone)", "tip": "\(tip.height)"])
            undone = 0
        }
        blocks += tips.count
        let left = tip.height.confirmations(under: head.header.height)
        health.update { $0.state = left > 8 ? .catchingUp : .following }
        guard left > 8 else { return reachedHead() }
        isCatchingUp = true
        let seconds = Int(since.duration(to: .now).components.seconds)
        guard seconds >= 5 else { return }
        let rate = max(1, blocks / seconds)
        health.update { $0.rate = rate }
        logger.info(
            "catching up",
            metadata: [
                "scanned": "\(tip.height)", "head": "\(head.header.height)", "left": "\(left)",
                "blocks_per_second": "\(rate)", "seconds_left": "\(Int(left) / rate)",
            ])
        restart()
    }

    private mutating func disconnected(_ header: Header, _ change: Change) {
        undone += 1
        logger.notice(
            "block undone: it left the node's chain",
            metadata: [
                "height": "\(header.height)", "block": "\(header.hash)",
                "deposits": "\(change.deposits.count)",
            ])
    }

    mutating func reachedHead() {
        if isCatchingUp { logger.info("caught up with the head") }
        isCatchingUp = false
        restart()
    }

    private mutating func restart() {
        since = .now
        blocks = 0
    }

    /// Said when it begins, when its reason changes, and when it ends.
    private mutating func tell(_ hold: Hold?) {
        guard hold?.block != held?.block || hold?.isDisagreement != held?.isDisagreement else { return }
        if let hold {
            logger.log(
                level: hold.isDisagreement ? .error : .notice, "deposits are due and not confirmed yet",
                metadata: ["height": "\(hold.block.height)", "reason": "\(hold.reason)"])
        } else {
            logger.notice("deposits are confirmed again: enough nodes show the same blocks")
        }
        held = hold
    }

    /// Said of each node when it shows another chain, and when it shows ours again, or we have left ours.
    private mutating func tell(_ current: [String: Dissent]) {
        guard current != dissents else { return }
        for (node, dissent) in current where dissents[node] == nil {
            logger.warning(
                "a node shows another block below our tip: compare it with independent nodes; nothing is undone yet",
                metadata: [
                    "node": "\(node)", "height": "\(dissent.ours.height)", "ours": "\(dissent.ours.hash)",
                    "theirs": "\(dissent.theirs)", "since": "\(dissent.since)",
                ])
        }
        for node in dissents.keys where current[node] == nil {
            logger.notice("a node and our chain are no longer at odds", metadata: ["node": "\(node)"])
        }
        dissents = current
    }

    private func tell(_ change: Change) {
        for deposit in change.deposits {
            logger.info(
                "deposit \(deposit.state.status)",
                metadata: [
                    "deposit": "\(deposit.id)", "asset": "\(deposit.transfer.asset)",
                    "amount": "\(deposit.transfer.amount)", "address": "\(deposit.transfer.to.text)",
                    "transaction": "\(deposit.transfer.transaction)",
                    "height": "\((deposit.block ?? deposit.displacedBlock)?.height ?? 0)",
                ])
        }
    }
}
