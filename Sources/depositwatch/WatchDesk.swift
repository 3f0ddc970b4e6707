import CallbackNotifier
import DepositAPI
import DepositCore
import DepositEngine
import DepositStore

/// What the API may see and set in motion, across all chains.
struct WatchDesk: WatchControl {
    struct Entry: Sendable {
        let watcher: Watcher
        let watching: LiveWatchlist

        var isHalted: Bool {
            if case .halted = watcher.health.current.state { true } else { false }
        }
    }

    let entries: [ChainID: Entry]
    let notifier: Notifier

    func statuses() async -> [ChainID: ChainStatus] {
        entries.mapValues { entry in
            let report = entry.watcher.health.current
            var status = ChainStatus(
                Self.state(report), head: report.head, headTime: report.headTime, scanned: report.scanned,
                node: report.node, hold: report.hold?.reason, stall: report.stall?.words,
                nodes: entry.watcher.nodeReports.map(NodeStatus.init))
            status.backfillTrouble = report.backfillTrouble
            status.agreed = report.accounts?.agreed
            status.unagreed = report.accounts?.unagreed
            status.agreement = report.accounts?.words
            status.wait = report.wait
            status.unproven = report.accounts?.unproven
            return status
        }
    }

    func addressesAdded(on chain: ChainID, keys: [[UInt8]], generation: Int64) {
        entries[chain]?.watching.add(keys, generation: generation)
    }

    func halt(_ chain: ChainID, reason: String) async throws -> Halting {
        guard let entry = entries[chain], !entry.isHalted else { return .haltedAlready }
        entry.watcher.askToHalt(reason: reason)
        return .halting
    }

    func rewind(_ chain: ChainID, to height: Height) async throws -> Rewinding {
        guard let entry = entries[chain], entry.isHalted else { return .notHalted }
        entry.watcher.askToRewind(to: height)
        return .rewinding
    }

    func resume(_ chain: ChainID) async throws -> Resumption {
        guard let entry = entries[chain], entry.isHalted else { return .notHalted }
        entry.watcher.resume()
        return .resumed
    }

    func deliveriesWaiting() async {
        notifier.wake()
    }

    func test(callback: String) async -> Trial? {
        await notifier.test(callback)
    }

    private static func state(_ report: ChainHealth.Report) -> ChainStatus.State {
        if case .following = report.state, let hold = report.hold, hold.isDisagreement {
            return .disagreeing(reason: hold.reason)
        }
        return switch report.state {
        case .starting: .starting
        case .following: .following
        case .catchingUp: .catchingUp(blocksPerSecond: report.rate, secondsLeft: report.secondsLeft)
        case .halted(let halt): .halted(reason: halt.reason)
        case .refused(let why): .refused(reason: why)
        case .waiting(let why): .waitingForNode(reason: why)
        }
    }
}

extension NodeStatus {
    fileprivate init(_ report: NodeReport) {
        self.init(
            name: report.name, head: report.head, error: report.complaint, restsUntil: report.restsUntil,
            heldTo: report.heldTo, batchesOf: report.batchesOf, capabilities: report.capabilities,
            remarks: report.remarks)
    }
}
