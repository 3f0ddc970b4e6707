internal import Metrics

/// What is counted of one node.
struct NodeMeters: Sendable {
    private let requests: Counter
    private let failures: Counter
    private let rateLimited: Counter
    private let rateLimit: Gauge
    private let duration: Timer

    init(node: String) {
        let node = [("node", node)]
        requests = Counter(label: "depositwatch_node_requests_total", dimensions: node)
        failures = Counter(label: "depositwatch_node_failures_total", dimensions: node)
        rateLimited = Counter(label: "depositwatch_node_rate_limited_total", dimensions: node)
        rateLimit = Gauge(label: "depositwatch_node_rate_limit", dimensions: node)
        duration = Timer(label: "depositwatch_node_request_seconds", dimensions: node)
    }

    func ask(_ calls: Int) {
        requests.increment(by: Int64(calls))
    }

    func answer(after time: Duration) {
        duration.record(duration: time)
    }

    func fail(_ fault: NodeError.Fault) {
        failures.increment()
        if case .rateLimited = fault { rateLimited.increment() }
    }

    /// - Parameter rate: calls a second; nil while it is not held to any.
    func hold(to rate: Int?) {
        rateLimit.record(rate ?? 0)
    }
}
