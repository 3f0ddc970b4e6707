internal import ChainKit
internal import DepositCore
internal import DepositStore
internal import Hummingbird

extension Calls {
    /// The newest first.
    func listDeliveries(_ call: Call) async throws -> Response {
        var filter = DeliveryFilter(
            callback: call.query.text("callback"),
            status: try call.query.choice("status", of: DeliveryRecord.Status.self))
        filter.type = try call.query.choice("type", of: EventType.self)
        filter.chain = try call.query.text("chain").map { name throws(Problem) in
            try chain(named: name).spec.id
        }
        filter.from = try call.query.moment("from")
        filter.to = try call.query.moment("to")
        let page = try await store.deliveries(filter, after: call.query.after, limit: call.query.limit())
        return .page(page.items.map { Self.json($0, withAttempts: false) }, next: page.next?.text)
    }

    func showDelivery(_ call: Call) async throws -> Response {
        guard let number = Int64(call.part("id")), let found = try await store.delivery(number) else {
            throw noDelivery(call)
        }
        let body = JSONText.verbatim(found.event.body)
        let fields =
            Self.fields(found.delivery, withAttempts: true)
            + [JSONText.Field(name: "body", value: body)]
        return .json(.object(fields))
    }

    func retryDelivery(_ call: Call) async throws -> Response {
        guard let number = Int64(call.part("id")), try await store.retry(delivery: number, now: now()) else {
            throw noDelivery(call)
        }
        await watch.deliveriesWaiting()
        return .json(
            .object(["id": .string(call.part("id")), "status": .string("waiting")]), status: .accepted)
    }

    /// Sends many again: same ids, same bytes, no faster than is asked for.
    func replayDeliveries(_ call: Call) async throws -> Response {
        let order = try call.decode(ReplayOrder.self)
        let filter = try order.filter(self)
        let count = try await store.replay(filter, perSecond: order.perSecond, now: now())
        await watch.deliveriesWaiting()
        let seconds = max(0, count - 1) / order.perSecond
        return .json(
            .object(["count": .integer(Int64(count)), "seconds": .integer(Int64(seconds))]), status: .accepted
        )
    }

    private func noDelivery(_ call: Call) -> Problem {
        Problem(
            .notFound,
            "No delivery has the id \(quoted(call.part("id"))); GET /v1/deliveries lists those there are.")
    }

    static func json(_ delivery: DeliveryRecord, withAttempts: Bool) -> JSONText {
        .object(fields(delivery, withAttempts: withAttempts))
    }

    private static func fields(_ delivery: DeliveryRecord, withAttempts: Bool) -> [JSONText.Field] {
        var fields: [(String, JSONText)] = [
            ("id", .string(String(delivery.id))), ("callback", .string(delivery.callback)),
            ("event", .string(delivery.event.text)), ("type", .string(delivery.type.rawValue)),
            ("chain", .string(delivery.chain.text)), ("at", .string(delivery.at.description)),
            ("status", .string(delivery.status.rawValue)),
            ("next", .optional(delivery.next?.description)),
            ("attempt_count", .integer(Int64(delivery.attempts.count))),
            ("last_attempt", delivery.attempts.last.map(json) ?? .null),
        ]
        if withAttempts { fields.append(("attempts", .array(delivery.attempts.map(json)))) }
        return fields.map { JSONText.Field(name: $0.0, value: $0.1) }
    }

    static func json(_ attempt: Attempt) -> JSONText {
        let status: JSONText
        let failure: JSONText
        switch attempt.answer {
        case .status(let code): (status, failure) = (.integer(Int64(code)), .null)
        case .failure(let why): (status, failure) = (.null, .string(why))
        }
        return .object([
            "at": .string(attempt.at.description), "milliseconds": .integer(attempt.milliseconds),
            "status": status, "failure": failure, "excerpt": .string(attempt.excerpt),
        ])
    }
}
