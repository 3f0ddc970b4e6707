internal import DepositCore
internal import DepositStore
internal import Logging
internal import Metrics

/// An attempt that was made, and the line that waits for its mark.
struct Finished: Sendable {
    let line: String
    /// Nil where nothing came of the transaction that was to make it due: nothing was sent.
    let result: DeliveryResult?

    var isWell: Bool { result.map { $0.sign == .well } ?? true }
}

/// Makes one attempt: signs, sends, and decides what the answer means.
struct Sender: Sendable {
    let callback: Callback
    let sink: any Sink
    let clock: any NotifierClock
    let logger: Logger
    let metrics: DeliveryMetrics

    /// Nil when it was given up before there was an answer: it is claimed and sent again.
    func attempt(_ outgoing: Outgoing) async -> Finished? {
        let delivery = outgoing.delivery
        let now = clock.now
        let began = clock.uptime
        let request = request(delivery.event, delivery.body, at: now)
        CrashPoint.sending.pass()
        let handover = outgoing.handover
        let outcome = await sink.send(request, on: handover?.departure)
        if let handover, handover.hasFailed { return Finished(line: delivery.line, result: nil) }
        CrashPoint.answered.pass()
        let milliseconds = clock.uptime - (handover?.left(readyAt: began) ?? began)
        if outcome == .cancelled { return nil }
        let verdict = verdict(on: outcome, delivery)
        note(delivery, outcome, verdict, milliseconds)
        let attempt = Attempt(
            at: now, milliseconds: milliseconds, answer: outcome.answer, excerpt: outcome.excerpt)
        return Finished(
            line: delivery.line,
            result: DeliveryResult(
                delivery: delivery.id, attempt: attempt, verdict: verdict, sign: outcome.sign))
    }

    /// Sends an event that is kept nowhere.
    func test() async -> Trial {
        let now = clock.now
        let began = clock.uptime
        let event = Event.test(callback: callback.name, now: now)
        let outcome = await sink.send(request(event.id, event.body, at: now))
        let attempt = Attempt(
            at: now, milliseconds: clock.uptime - began, answer: outcome.answer, excerpt: outcome.excerpt)
        return Trial(event: event.id, attempt: attempt, isTaken: outcome.sign == .well)
    }

    private func request(_ event: EventID, _ body: String, at now: Timestamp) -> SignedRequest {
        let body = Array(body.utf8)
        return SignedRequest(
            id: event.text, timestamp: String(now.seconds),
            signature: Signature.of(id: event.text, timestamp: now, body: body, secrets: callback.secrets),
            body: body)
    }

    private func verdict(on outcome: SinkOutcome, _ delivery: DueDelivery) -> Verdict {
        if case .accepted = outcome { return .delivered }
        var retryAfter: Int64?
        if case .refused(_, _, let asked) = outcome { retryAfter = asked }
        let next = callback.schedule.next(
            after: delivery.attempts + 1, of: delivery.id, at: clock.now, retryAfter: retryAfter)
        return next.map { .retry(at: $0) } ?? .exhausted(reason: outcome.reason)
    }

    private func note(
        _ delivery: DueDelivery, _ outcome: SinkOutcome, _ verdict: Verdict, _ milliseconds: Int64
    ) {
        let age = verdict == .delivered ? max(0, clock.now.seconds - delivery.committed.seconds) : nil
        metrics.count(verdict, milliseconds: milliseconds, age: age)
        // Thousands a second, and of interest only when one is looked for.
        if verdict == .delivered, logger.logLevel > .debug { return }
        var facts: Logger.Metadata = [
            "event": "\(delivery.event)", "type": "\(delivery.type.rawValue)", "about": "\(delivery.line)",
            "attempt": "\(delivery.attempts + 1)", "milliseconds": "\(milliseconds)",
            "answer": "\(outcome.reason)",
        ]
        switch verdict {
        case .delivered:
            logger.debug("event delivered", metadata: facts)
        case .retry(let next):
            facts["next_attempt_in"] = "\(max(0, next.seconds - clock.now.seconds))s"
            logger.warning("the callback did not take an event; it will be sent again", metadata: facts)
        case .exhausted:
            facts["cure"] = "mend the receiver, then retry delivery \(delivery.id)"
            logger.error("the callback did not take an event by the end of its schedule", metadata: facts)
        }
    }
}

/// How many attempts were made for one callback, with what outcome, and how long they took.
struct DeliveryMetrics: Sendable {
    private let delivered: Counter
    private let failed: Counter
    private let exhausted: Counter
    private let duration: Timer
    private let latency: Timer

    init(callback: String) {
        func counter(_ outcome: String) -> Counter {
            Counter(
                label: "depositwatch_delivery_attempts_total",
                dimensions: [("callback", callback), ("outcome", outcome)])
        }
        delivered = counter("delivered")
        failed = counter("failed")
        exhausted = counter("exhausted")
        duration = Timer(
            label: "depositwatch_delivery_attempt_seconds", dimensions: [("callback", callback)])
        latency = Timer(label: "depositwatch_delivery_seconds", dimensions: [("callback", callback)])
    }

    /// - Parameter age: of an event that was delivered, the seconds since it was committed.
    func count(_ verdict: Verdict, milliseconds: Int64, age: Int64?) {
        duration.recordMilliseconds(milliseconds)
        if let age { latency.recordSeconds(age) }
        switch verdict {
        case .delivered: delivered.increment()
        case .retry: failed.increment()
        case .exhausted: exhausted.increment()
        }
    }
}

extension SinkOutcome {
    fileprivate var answer: Attempt.Answer {
        switch self {
        case .accepted(let status, _), .refused(let status, _, _): .status(status)
        case .failed(let why): .failure(why)
        case .cancelled: .failure("given up")
        }
    }

    /// By Standard Webhooks 1.0.0, "Delivery success and failure". A program says that it is busy by exit code 75, the
    /// `EX_TEMPFAIL` of sysexits.
    fileprivate var sign: EndpointSign {
        switch self {
        case .accepted: .well
        case .refused(410, _, _): .gone
        case .refused(75, _, let asked), .refused(429, _, let asked), .refused(502, _, let asked),
            .refused(504, _, let asked):
            .busy(seconds: asked)
        case .refused(503, _, let asked?): .busy(seconds: asked)
        case .refused, .failed, .cancelled: .failing
        }
    }

    fileprivate var excerpt: String {
        switch self {
        case .accepted(_, let excerpt), .refused(_, let excerpt, _): excerpt
        case .failed, .cancelled: ""
        }
    }

    /// In a word, for a log line and for `callback.exhausted`.
    fileprivate var reason: String {
        switch self {
        case .accepted(let status, _), .refused(let status, _, _): "status \(status)"
        case .failed(let why): why
        case .cancelled: "given up"
        }
    }
}
