/// What each metric means: the HELP line that a person on call reads.
enum MetricHelp {
    static let texts: [String: String] = [
        "depositwatch_api_request_seconds": "How long the API's requests took, long polls included.",
        "depositwatch_api_requests_total": "Requests the API has answered, by route and status.",
        "depositwatch_callback_failing_seconds":
            "Seconds since a callback's endpoint began to fail without one success; 0 while it takes events.",
        "depositwatch_callback_paused":
            "1 while nothing is sent to a callback until an operator resumes it, else 0.",
        "depositwatch_callback_spared":
            "1 while a failing or busy endpoint is tried with few events only, else 0.",
        "depositwatch_chain_blocks_scanned_total": "Blocks scanned and stored.",
        "depositwatch_chain_confirmation_held":
            "1 while deposits are due and too few nodes show their blocks; 0 otherwise.",
        "depositwatch_chain_blocks_undone_total": "Blocks undone because they left the nodes' chain.",
        "depositwatch_chain_agreed_height": "The highest block of ours that enough nodes show.",
        "depositwatch_chain_contradicting_nodes":
            "Nodes that have kept up and show another chain than ours; the log names them.",
        "depositwatch_chain_following": "1 while the chain is followed at its head, else 0.",
        "depositwatch_chain_halted": "1 while the chain is halted and waits for an operator, else 0.",
        "depositwatch_chain_head_age_seconds": "Seconds since the nodes' newest block.",
        "depositwatch_chain_head_height": "The newest height that a node has shown.",
        "depositwatch_chain_lag_blocks": "Blocks between the nodes' head and what is scanned.",
        "depositwatch_chain_scanned_height": "The newest height whose deposits are stored.",
        "depositwatch_chain_stalled":
            "1 while no node shows a new block for twelve times as long as blocks are apart, else 0.",
        "depositwatch_deliveries_exhausted": "Events a callback did not take by the end of their schedule.",
        "depositwatch_deliveries_waiting": "Events that wait to be taken by a callback.",
        "depositwatch_delivery_attempt_seconds": "How long a callback took to answer.",
        "depositwatch_delivery_attempts_total":
            "Attempts to hand an event to a callback, by what came of them.",
        "depositwatch_delivery_seconds": "How long after an event was committed a callback took it.",
        "depositwatch_deposits": "Deposits by status.",
        "depositwatch_deposits_waiting": "Deposits that are detected and not confirmed yet.",
        "depositwatch_node_failures_total": "Requests to a node that failed or were answered wrongly.",
        "depositwatch_node_rate_limit":
            "Calls a second that a node is held to because it refused more; 0 while it is not.",
        "depositwatch_node_rate_limited_total": "Requests that a node refused for our rate.",
        "depositwatch_node_request_seconds": "How long requests to a node took.",
        "depositwatch_node_requests_total": "Requests sent to a node.",
        "depositwatch_oldest_undelivered_event_age_seconds":
            "Seconds since the oldest event was committed that a callback has not taken; 0 if none waits.",
        "depositwatch_pending_backfills":
            "Ranges of old blocks still to be scanned for addresses issued late.",
        "depositwatch_watched_addresses": "Addresses that are watched.",
    ]

    static func text(for name: String) -> String {
        texts[name] ?? "Not described."
    }
}
