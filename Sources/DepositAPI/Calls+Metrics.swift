internal import DepositCore
internal import DepositStore
internal import Hummingbird
internal import Metrics

extension Calls {
    /// Everything the daemon counts, and the gauges that are read off at this moment.
    func metricsText() async throws -> Response {
        for (chain, status) in await watch.statuses() { note(status, of: chain) }
        for summary in try await store.chains() { note(summary) }
        for callback in callbacks.map(\.name) {
            note(try await store.backlog(of: callback), try await store.health(of: callback), of: callback)
        }
        return .text(metrics.exposition(), type: "text/plain; version=0.0.4; charset=utf-8")
    }

    private func set(_ name: String, _ labels: [(String, String)], to value: Int64) {
        Gauge(label: name, dimensions: labels, factory: metrics).record(value)
    }

    private func note(_ status: ChainStatus, of chain: ChainID) {
        let labels = [("chain", chain.text)]
        if let head = status.head {
            set("depositwatch_chain_head_height", labels, to: Int64(head.rawValue))
        }
        if let scanned = status.scanned {
            set("depositwatch_chain_scanned_height", labels, to: Int64(scanned.height.rawValue))
        }
        if let lag = status.lag { set("depositwatch_chain_lag_blocks", labels, to: Int64(lag)) }
        if let time = status.headTime {
            set("depositwatch_chain_head_age_seconds", labels, to: max(0, now().seconds - time.seconds))
        }
        set("depositwatch_chain_following", labels, to: status.state == .following ? 1 : 0)
        set("depositwatch_chain_halted", labels, to: status.state.isHalted ? 1 : 0)
    }

    private func note(_ summary: ChainSummary) {
        let labels = [("chain", summary.chain.text)]
        set("depositwatch_pending_backfills", labels, to: Int64(summary.backfills.count))
        set("depositwatch_watched_addresses", labels, to: Int64(summary.watched))
        for status in Status.allCases {
            set(
                "depositwatch_deposits", labels + [("status", status.rawValue)],
                to: Int64(summary.deposits[status] ?? 0))
        }
        set("depositwatch_deposits_waiting", labels, to: Int64(summary.deposits[.detected] ?? 0))
    }

    /// Nothing waits for a callback that has been removed, and nothing is wrong with it.
    func noteRemoval(of callback: String) {
        note(Backlog(), CallbackHealth(), of: callback)
    }

    private func note(_ backlog: Backlog, _ health: CallbackHealth, of callback: String) {
        let labels = [("callback", callback)]
        set("depositwatch_deliveries_waiting", labels, to: Int64(backlog.waiting))
        set("depositwatch_deliveries_exhausted", labels, to: Int64(backlog.exhausted))
        let age = backlog.oldest.map { max(0, now().seconds - $0.seconds) } ?? 0
        set("depositwatch_oldest_undelivered_event_age_seconds", labels, to: age)
        set("depositwatch_callback_paused", labels, to: health.pause == nil ? 0 : 1)
        set("depositwatch_callback_spared", labels, to: health.restsUntil == nil ? 0 : 1)
        let failing = health.failingSince.map { max(0, now().seconds - $0.seconds) } ?? 0
        set("depositwatch_callback_failing_seconds", labels, to: failing)
    }
}
