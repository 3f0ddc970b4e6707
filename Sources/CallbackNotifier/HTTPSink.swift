internal import DepositCore
internal import NodeRPC

/// POSTs to an HTTP endpoint. Redirects are not followed, so that events reach only what the configuration names.
struct HTTPSink: Sink {
    let url: String
    let unixSocket: String?
    let timeout: Int
    let clock: any NotifierClock
    let headers: [NodeEndpoint.Header]
    let route: HTTPRoute
    /// More than any receiver has to say; of it the first KiB is kept.
    private static let answerLimit = 1 << 20

    func send(_ request: SignedRequest, on departure: Departure?) async -> SinkOutcome {
        let ours = [
            (name: "content-type", value: "application/json"), (name: "user-agent", value: "depositwatch"),
            (name: "webhook-id", value: request.id), (name: "webhook-timestamp", value: request.timestamp),
            (name: "webhook-signature", value: request.signature),
        ]
        let limits = HTTPLimits(totalSeconds: timeout, bodyBytes: Self.answerLimit)
        do {
            var message = HTTPRequest(
                method: .post, url: url, headers: headers.map { ($0.name, $0.value) } + ours,
                body: request.body, unixSocket: unixSocket, limits: limits)
            message.route = route
            return outcome(try await HTTPClient.shared.send(message, on: departure))
        } catch .cancelled {
            return .cancelled
        } catch {
            return .failed(error.description)
        }
    }

    private func outcome(_ response: HTTPResponse) -> SinkOutcome {
        // A receiver that answers with what it was sent must not bring a token into the store.
        let secrets = Secrets(of: headers, url: url)
        let excerpt =
            secrets.isEmpty
            ? response.body.excerpt(1_024) : secrets.hidden(in: response.body.excerpt(4_096), limit: 1_024)
        if (200...299).contains(response.status) {
            return .accepted(status: response.status, excerpt: excerpt)
        }
        let retryAfter = response.header("retry-after").flatMap { RetryAfter.seconds($0, now: clock.now) }
        return .refused(status: response.status, excerpt: excerpt, retryAfter: retryAfter)
    }
}
