internal import Hummingbird
internal import Metrics

/// Counts the API's requests and times them, by route: never by path, of which there is no end.
struct Traffic: Sendable {
    let metrics: MetricsRegistry

    func count(_ method: HTTPRequest.Method, _ route: String, _ status: HTTPResponse.Status, took: Duration) {
        let known: [HTTPRequest.Method] = [.get, .head, .put, .post, .delete]
        let place = [("method", known.contains(method) ? method.rawValue : "other"), ("route", route)]
        Counter(
            label: "depositwatch_api_requests_total", dimensions: place + [("status", String(status.code))],
            factory: metrics
        ).increment()
        Metrics.Timer(label: "depositwatch_api_request_seconds", dimensions: place, factory: metrics)
            .record(duration: took)
    }
}
