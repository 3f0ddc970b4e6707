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
    private var contradicting: [String] = []
    private var wait: String?

    init(_ logger: Logger) {
        self.logger = logger
    }

    mutating func note(_ turn: Turn, _ accounts: Accounts, _ health: ChainHealth) {
        for change in turn.changes {
            tell(change)
            if case .disconnect(let header) = change.move { disconnected(header, change) }
        }
        connected(turn.changes, accounts.head ?? turn.head?.header.height, health)
        if accounts.isAlone || turn.seat == nil { tell(turn.hold) }
        if turn.seat == nil || accounts.isAlone { tell(accounts) }
        tell(turn.wait, turn)
    }

    private mutating func connected(_ changes: [Change], _ head: Height?, _ health: ChainHealth) {
        let tips = changes.compactMap { change -> Header? in
            if case .connect(let header) = change.move { header } else { nil }
        }
        guard let tip = tips.last, let head else { return }
        if undone > 0 {
            logger.notice("reorg followed", metadata: ["undone": "\(undone)", "tip": "\(tip.height)"])
            undone = 0
        }
        blocks += tips.count
        let left = tip.height.confirmations(under: head)
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
                "scanned": "\(tip.height)", "head": "\(head)", "left": "\(left)",
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
    private mutating func tell(_ accounts: Accounts) {
        let current = accounts.contradicting.map(\.node)
        for other in accounts.contradicting where !contradicting.contains(other.node) {
            logger.notice(
                "a node shows another chain than ours; a short fork heals by itself",
                metadata: [
                    "node": "\(other.node)", "from": "\(other.from)",
                    "agreed": "\(accounts.agreed?.height.description ?? "none")",
                ])
        }
        for node in contradicting where !current.contains(node) {
            logger.notice("a node and our chain are no longer at odds", metadata: ["node": "\(node)"])
        }
        contradicting = current
    }

    /// Why scanning waits: said when it begins and when it ends.
    private mutating func tell(_ wait: String?, _ turn: Turn) {
        guard wait != self.wait, wait != nil || turn.seat != nil else { return }
        if let wait { logger.warning("scanning waits", metadata: ["reason": "\(wait)"]) }
        self.wait = wait
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
